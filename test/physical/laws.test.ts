import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kindOf } from '../../src/physical/changes/index.ts'
import { differences } from '../../src/physical/equality.ts'
import { applyChanges, planMutation } from '../../src/physical/planMutation.ts'
import { projectSchema } from '../../src/physical/project.ts'
import type { PhysicalSchema } from '../../src/physical/schema.ts'
import { arbitrarySteps } from '../logical/arbitraries.ts'

const RUNS = 300

/** Equal by name, set-aside objects included, column order ignored. */
function expectSame(actual: PhysicalSchema, expected: PhysicalSchema): void {
  expect(differences(expected, actual)).toEqual([])
  expect(actual.aside).toEqual(expected.aside)
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
          let current = projectSchema(before)
          for (const change of planMutation({ schema: before, revision, mutation, operationId: 'law' }).changes) {
            const kind = kindOf(change)
            const next = kind.apply(current, change)
            const inverse = kind.invert(current, change)
            expectSame(kindOf(inverse).apply(next, inverse), current)
            current = next
          }
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
      { numRuns: 50 },
    )
  })
})
