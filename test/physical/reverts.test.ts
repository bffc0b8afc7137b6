import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RequestRefused } from '../../src/errors.ts'
import { applyMutation } from '../../src/logical/applyMutation.ts'
import type { Mutation } from '../../src/logical/mutations/index.ts'
import { EMPTY_SCHEMA, type LogicalSchema } from '../../src/logical/schema.ts'
import { asideColumn } from '../../src/physical/changes/columns/setAsideColumn.ts'
import { kindOf } from '../../src/physical/changes/index.ts'
import { asideName } from '../../src/physical/edits/tableEntries.ts'
import { differences } from '../../src/physical/equality.ts'
import type { Plan } from '../../src/physical/plan/plan.ts'
import { planMutation } from '../../src/physical/plan/planMutation.ts'
import { planRevert, type RevertedOperation } from '../../src/physical/plan/planRevert.ts'
import { projectSchema } from '../../src/physical/project.ts'
import { propertyRuns } from '../fixtures/propertyRuns.ts'
import { arbitrarySteps } from '../logical/arbitraries.ts'

interface Done {
  readonly before: LogicalSchema
  readonly after: LogicalSchema
  readonly mutation: Mutation
  readonly plan: Plan
  readonly id: string
}

/** What the catalog keeps of each operation that changed something. */
function operations(steps: readonly { before: LogicalSchema; mutation: Mutation }[]): readonly Done[] {
  return steps.flatMap(({ before, mutation }, index) => {
    const id = `op-${index}`
    const plan = planMutation({ schema: before, revision: index, mutation, operationId: id })
    return plan.unchanged ? [] : [{ before, after: plan.nextSchema, mutation, plan, id }]
  })
}

/** The same of mutations on a schema. */
function operationsOf(schema: LogicalSchema, mutations: readonly Mutation[]): readonly Done[] {
  let before = schema
  const steps = mutations.map((mutation, index) => {
    const step = { before, mutation }
    before = applyMutation(before, mutation, { operationId: `op-${index}` })
    return step
  })
  return operations(steps)
}

function revertedOf({ id, plan, mutation, before }: Done): RevertedOperation {
  return { id, plan, mutation, origin: { operationId: id, before }, applied: true }
}

const same = (schema: LogicalSchema): unknown => JSON.parse(JSON.stringify(schema))

test.each<[what: string, mutation: Mutation]>([
  ['a field', { type: 'model_field_operation', operation: 'delete', model_name: 'food', field_name: 'note' }],
  ['a model', { type: 'delete_model', model_name: 'food' }],
])('%s comes back from the plan of another release, whose columns may say something else', (_, mutation) => {
  const made: Mutation[] = [
    { type: 'create_model', name: 'Food' },
    { type: 'add_field', model_name: 'food', field_label: 'Note', field_type: 'text' },
  ]
  const last = operationsOf(EMPTY_SCHEMA, [...made, mutation]).at(-1)
  if (last === undefined) throw new Error('nothing was done')
  const reverted = revertedOf(last)
  const recorded = JSON.stringify(reverted.plan).replaceAll('"notNull":', '"ofAnotherRelease":1,"notNull":')
  const facts = { schema: last.after, revision: 3, operationId: 'back', later: [], purged: [], bornLater: 0 }
  const { changes } = planRevert({ ...facts, reverted: { ...reverted, plan: JSON.parse(recorded) as Plan } })
  expect(changes).toEqual(planRevert({ ...facts, reverted }).changes)
})

describe('reverts, over generated sequences of mutations', () => {
  test('the last operation can always be taken back, and that again', () => {
    fc.assert(
      fc.property(arbitrarySteps({ max: 25 }), (steps) => {
        const last = operations(steps).at(-1)
        if (last === undefined) return
        const facts = { later: [], purged: [], bornLater: 0 }
        const reverted = revertedOf(last)
        const back = planRevert({ ...facts, schema: last.after, revision: 9, operationId: 'back', reverted })
        expect(back.nextSchema).toEqual(same(last.before))
        const again = planRevert({
          ...facts,
          schema: back.nextSchema,
          revision: 10,
          operationId: 'again',
          reverted: { ...reverted, id: 'back', plan: back, applied: false },
        })
        expect(again.nextSchema).toEqual(same(last.after))
        // Nothing is dropped or made anew: what was there is there again.
        expect(again.changes.filter(({ kind }) => kind === 'createTable')).toEqual([])
      }),
      { numRuns: propertyRuns(150) },
    )
  })

  test('two that touch the same are taken back one after the other, the later one first', () => {
    fc.assert(
      fc.property(arbitrarySteps({ max: 12 }), (steps) => {
        const mutations = steps.map(({ mutation }) => mutation)
        const [first, second] = operationsOf(steps[0]?.before ?? EMPTY_SCHEMA, mutations).slice(-2)
        if (first === undefined || second === undefined) return
        const facts = { purged: [], bornLater: 0 }
        const back = planRevert({
          ...facts,
          later: [],
          schema: second.after,
          revision: 20,
          operationId: 'back',
          reverted: revertedOf(second),
        })
        const later = [
          { operationId: second.id, before: second.before, after: second.after },
          { operationId: 'back', before: second.after, after: back.nextSchema, takesBack: second.id },
        ]
        const further = planRevert({
          ...facts,
          later,
          schema: back.nextSchema,
          revision: 21,
          operationId: 'further',
          reverted: revertedOf(first),
        })
        expect(further.nextSchema).toEqual(same(first.before))
      }),
      { numRuns: propertyRuns(60) },
    )
  })

  test('one that has been taken back and applied again is taken back by way of the latter', () => {
    const [made, deleted] = operationsOf(EMPTY_SCHEMA, [
      { type: 'create_model', name: 'food' },
      { type: 'delete_model', model_name: 'food' },
    ])
    if (made === undefined || deleted === undefined) throw new Error('nothing was planned')
    const later = [
      { operationId: 'back', before: deleted.after, after: deleted.before, takesBack: deleted.id },
      { operationId: 'again', before: deleted.before, after: deleted.after, takesBack: 'back' },
    ]
    const facts = { purged: [], bornLater: 0, schema: deleted.after, revision: 9, operationId: 'more' }
    expect(() => planRevert({ ...facts, later, reverted: revertedOf(deleted) })).toThrow('operation "back" has changed')
  })

  test('an earlier one is taken back with the later ones untouched, or is blocked by one of them', () => {
    fc.assert(
      fc.property(arbitrarySteps({ max: 12 }), fc.nat(11), (steps, choice) => {
        const done = operations(steps)
        const chosen = done[choice % Math.max(done.length, 1)]
        const last = done.at(-1)
        if (chosen === undefined || last === undefined) return
        const later = done
          .slice(done.indexOf(chosen) + 1)
          .map(({ id, before, after }) => ({ operationId: id, before, after }))
        const request = {
          schema: last.after,
          revision: 20,
          operationId: 'back',
          reverted: revertedOf(chosen),
          later,
          purged: [],
          bornLater: 0,
        }
        try {
          const { nextSchema, compensation, forward } = planRevert(request)
          expect(new Set(compensation.map(({ stage }) => stage)).size).toBe(forward.length)
          const found = differences(projectSchema(nextSchema), projectSchema(last.after))
          const wanted = differences(projectSchema(chosen.before), projectSchema(chosen.after))
          expect(found.map(({ object }) => object)).toEqual(wanted.map(({ object }) => object))
        } catch (error) {
          expect(error).toBeInstanceOf(RequestRefused)
          expect(error).toMatchObject({ code: 'REVERT_BLOCKED' })
        }
      }),
      { numRuns: propertyRuns(300) },
    )
  })

  test('each change of a revert followed by its inverse gives back the schema before it', () => {
    fc.assert(
      fc.property(arbitrarySteps({ max: 25 }), (steps) => {
        const last = operations(steps).at(-1)
        if (last === undefined) return
        const plan = planRevert({
          schema: last.after,
          revision: 9,
          operationId: 'back',
          reverted: revertedOf(last),
          later: [],
          purged: [],
          bornLater: 0,
        })
        // What is set aside beside the tables is known to the plan only; each change brings its own.
        let current = { ...projectSchema(last.after), aside: asides(last.plan) }
        for (const change of plan.changes) {
          const next = kindOf(change).apply(current, change)
          const inverse = kindOf(change).invert(current, change)
          const back = kindOf(inverse).apply(next, inverse)
          expect(differences(current, back)).toEqual([])
          expect(Object.keys(back.aside).sort()).toEqual(Object.keys(current.aside).sort())
          current = next
        }
      }),
      { numRuns: propertyRuns(150) },
    )
  })
})

function asides(plan: Plan) {
  const start = plan.changes.flatMap((change) =>
    change.kind === 'setAsideColumn'
      ? [asideColumn(change)]
      : change.kind === 'setAsideTable'
        ? [{ kind: 'table' as const, asideName: asideName(change.prefix, change.table.name), table: change.table }]
        : [],
  )
  return Object.fromEntries(start.map((object) => [object.asideName, object]))
}
