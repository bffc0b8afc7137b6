/** One target with a schema made of mutations, for the tests of what happens to its rows. */
import type { ClientBase } from 'pg'
import type { AppliedTarget, CompensatedTarget, Target } from '../../../src/contract.ts'
import { applyMutation } from '../../../src/logical/applyMutation.ts'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { EMPTY_SCHEMA, type LogicalSchema } from '../../../src/logical/schema.ts'
import type { Plan } from '../../../src/physical/plan/plan.ts'
import { planMutation, provisionSql, schemaHashOf } from '../../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../../src/physical/project.ts'
import {
  applyPlanToTarget,
  compensatePlanOnTarget,
  type TargetExecution,
} from '../../../src/postgres/target/execute.ts'
import { provisionTarget } from '../../../src/postgres/target/provisionTarget.ts'
import { settleTarget } from '../../../src/postgres/target/settleTarget.ts'
import type { TestFleet } from '../fleet.ts'
import { preflightTarget } from '../preflightTarget.ts'

/** A target at revision 1, and one mutation planned for it. */
export interface Shop {
  readonly target: Target
  /** The quoted table `food`. */
  readonly food: string
  readonly plan: Plan
  readonly preflight: () => Promise<void>
  readonly forward: (more?: Partial<TargetExecution>) => Promise<AppliedTarget>
  readonly back: (more?: Partial<TargetExecution>) => Promise<CompensatedTarget>
  readonly settle: () => Promise<void>
}

/** A text field of model `food`, or what `more` says. */
export function field(field_label: string, more: Record<string, unknown> = {}): Mutation {
  return { type: 'add_field', model_name: 'food', field_label, field_type: 'text', ...more } as Mutation
}

/** Field `stock`, a text, becomes a number. */
export const RETYPE: Mutation = {
  type: 'model_field_operation',
  operation: 'change_type',
  model_name: 'food',
  field_name: 'stock',
  changed_type: 'number',
}

/** The schema after `create_model food` and these mutations. */
export function foodSchema(...more: readonly Mutation[]): LogicalSchema {
  const create: Mutation = { type: 'create_model', name: 'food' }
  return [create, ...more].reduce(
    (schema, mutation) => applyMutation(schema, mutation, { operationId: 'setting' }),
    EMPTY_SCHEMA,
  )
}

/** Provisions a namespace with model `food`, and plans the mutation. */
export async function openShop(
  { pools }: TestFleet,
  namespace: string,
  before: readonly Mutation[],
  mutation: Mutation,
): Promise<Shop> {
  const schema = foodSchema(...before)
  const target = { scope: 't', server: 's1', namespace, incarnation: 'one' }
  await provisionTarget(pools, {
    target,
    projectId: 'p',
    revision: 1,
    schemaHash: schemaHashOf(1, schema),
    statements: provisionSql(projectSchema(schema)),
  })
  const plan = planMutation({ schema, revision: 1, mutation, operationId: 'op' })
  const work = { target, projectId: 'p', operationId: 'op', epoch: 0, plan }
  const expected = projectSchema(schema)
  return {
    target,
    food: `"${namespace}"."food"`,
    plan,
    preflight: () => pools.withClient(target, (client) => preflightTarget(client, { target, plan, expected })),
    forward: (more) => applyPlanToTarget(pools, { ...work, ...more }),
    back: (more) => compensatePlanOnTarget(pools, { ...work, ...more }),
    settle: () => settleTarget(pools, work),
  }
}

/** One column by id, as text. */
export async function valuesOf(client: ClientBase, { food }: Shop, column: string): Promise<Record<string, unknown>> {
  const { rows } = await client.query<{ id: string; value: unknown }>(
    `select id, to_jsonb(t) -> $1 as value from ${food} t order by id`,
    [column],
  )
  return Object.fromEntries(rows.map(({ id, value }) => [id, value]))
}
