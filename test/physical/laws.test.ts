import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Mutation, SimpleMutation } from '../../src/logical/mutations/index.ts'
import type { LogicalSchema } from '../../src/logical/schema.ts'
import { type Change, kindOf } from '../../src/physical/changes/index.ts'
import { differences } from '../../src/physical/equality.ts'
import { applyChanges, planMutation } from '../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../src/physical/project.ts'
import type { PhysicalSchema } from '../../src/physical/schema.ts'
import { propertyRuns } from '../fixtures/propertyRuns.ts'
import { arbitrarySteps } from '../logical/arbitraries.ts'
import { field, model, schemaOf } from '../logical/build.ts'

const RUNS = propertyRuns(100)

/** Equal by name, set-aside objects included, column order ignored. */
function expectSame(actual: PhysicalSchema, expected: PhysicalSchema): void {
  expect(differences(expected, actual)).toEqual([])
  expect(actual.aside).toEqual(expected.aside)
}

/** Each change and its inverse, at the place in the plan where they are. */
function expectInvertible(before: LogicalSchema, changes: readonly Change[]): void {
  let current = projectSchema(before)
  for (const change of changes) {
    const next = kindOf(change).apply(current, change)
    const inverse = kindOf(change).invert(current, change)
    expectSame(kindOf(inverse).apply(next, inverse), current)
    current = next
  }
}

describe('the laws of changes, over generated mutations', () => {
  test('the changes of a mutation turn the projection before it into the projection after it', () => {
    fc.assert(
      fc.property(arbitrarySteps({ max: 25 }), (steps) => {
        for (const [revision, { before, mutation, after }] of steps.entries()) {
          const { changes } = planMutation({ schema: before, revision, mutation, operationId: 'law' })
          const reached = applyChanges(projectSchema(before), changes)
          expect(differences(projectSchema(after), reached)).toEqual([])
        }
      }),
      { numRuns: RUNS },
    )
  })

  test('each change followed by its inverse gives back the schema before it, with what was set aside', () => {
    fc.assert(
      fc.property(arbitrarySteps({ max: 25 }), (steps) => {
        for (const [revision, { before, mutation }] of steps.entries()) {
          expectInvertible(before, planMutation({ schema: before, revision, mutation, operationId: 'law' }).changes)
        }
      }),
      { numRuns: RUNS },
    )
  })

  test('planning twice gives the same hash, and another revision another one', () => {
    fc.assert(
      fc.property(arbitrarySteps({ max: 10 }), (steps) => {
        for (const { before, mutation } of steps) {
          const plan = (revision: number) =>
            planMutation({ schema: before, revision, mutation, operationId: 'law' }).hash
          expect(plan(3)).toBe(plan(3))
          expect(plan(3)).not.toBe(plan(4))
        }
      }),
      { numRuns: propertyRuns(50) },
    )
  })
})

test('the function of a sync is taken back under the name that its table has by then', () => {
  const on = (model_name: string, operation: string, rest: object): SimpleMutation =>
    ({ type: 'model_field_operation', operation, model_name, field_name: 'x', ...rest }) as SimpleMutation
  const mutation: Mutation = {
    type: 'publish_schema_changeset',
    mutations: [
      on('food', 'change_type', { changed_type: 'text' }),
      on('food', 'rename', { new_name: 'y' }),
      { type: 'rename_model', model_name: 'food', new_name: 'dish' },
    ],
  }
  const before = schemaOf(model('food'), field('x', { field_type: 'object' }))
  expectInvertible(before, planMutation({ schema: before, revision: 1, mutation, operationId: 'law' }).changes)
})
