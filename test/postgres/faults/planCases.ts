/** Plans for the tests of faults, with what there is before them. */
import { applyMutation } from '../../../src/logical/applyMutation.ts'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { EMPTY_SCHEMA, type LogicalSchema } from '../../../src/logical/schema.ts'
import type { Plan } from '../../../src/physical/plan/plan.ts'
import { planMutation } from '../../../src/physical/plan/planMutation.ts'
import { planRevert } from '../../../src/physical/plan/planRevert.ts'

/** The revision at which every plan begins. */
export const REVISION = 6

/** A plan, and what there is before it. */
export interface PlanCase {
  readonly name: string
  readonly schema: LogicalSchema
  readonly plan: Plan
  /** Statements with `:ns` for the namespace. */
  readonly rows: string
  /** What an application writes between the change and its undo. */
  readonly written: string | null
  /** The plan that has run before; its target begins one revision earlier. */
  readonly earlier: Plan | null
}

/** What there is before the mutation. */
export type Given = Pick<PlanCase, 'name' | 'rows'> & {
  readonly before: readonly Mutation[]
  readonly written?: string
}

function schemaOf(mutations: readonly Mutation[]): LogicalSchema {
  return mutations.reduce((schema, each) => applyMutation(schema, each, { operationId: 'setting' }), EMPTY_SCHEMA)
}

/** The plan of a mutation. */
export function planned({ name, rows, before, written }: Given, mutation: Mutation): PlanCase {
  const schema = schemaOf(before)
  const plan = planMutation({ schema, revision: REVISION, mutation, operationId: 'op' })
  return { name, schema, plan, rows, written: written ?? null, earlier: null }
}

/** The revert of a mutation that has run. */
export function reverted({ name, rows, before }: Given, mutation: Mutation): PlanCase {
  const schema = schemaOf(before)
  const earlier = planMutation({ schema, revision: REVISION - 1, mutation, operationId: 'earlier' })
  const plan = planRevert({
    schema: earlier.nextSchema,
    revision: REVISION,
    operationId: 'op',
    reverted: {
      id: 'earlier',
      plan: earlier,
      mutation,
      origin: { operationId: 'earlier', before: schema },
      applied: true,
    },
    later: [],
    purged: [],
    bornLater: 0,
  })
  return { name, schema, plan, rows, written: null, earlier }
}
