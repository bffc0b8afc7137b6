import { describe, expect, it } from 'vitest'
import type { DriftDocument, HealthDocument } from '../../../src/contract.ts'
import { driftViolations } from './drift.ts'
import { factsOf, targetFact } from './fabricated.ts'

const LEFT_OUT = { groups_left_out: 0, targets_left_out: 0 }
const missing = (object: string) => ({ object, kind: 'missing' as const, expected: object, actual: null })
const COLUMN = '- food: column price integer'

function says(
  drifted: readonly string[],
  ill: readonly string[],
  named = ['food.price'],
): { drift: DriftDocument; health: HealthDocument } {
  const group = { shape: 's', revision: 1, differences: named.map(missing), differences_left_out: 0, repair: [] }
  const report = { healthy: false, problem: null, models: [], models_left_out: 0 }
  return {
    drift: {
      checked: 1,
      matching: 1 - drifted.length,
      in_flight: 0,
      ...LEFT_OUT,
      drift: drifted.map((name) => ({ ...group, tenants: [name], tenant_count: 1 })),
    },
    health: {
      targets: 1,
      healthy: 1 - ill.length,
      in_flight: 0,
      ...LEFT_OUT,
      groups: ill.map((name) => ({ ...report, tenants: [name], tenant_count: 1 })),
    },
  }
}

function kinds(differences: readonly string[], drifted: readonly string[], ill: readonly string[]): readonly string[] {
  return driftViolations(factsOf([targetFact({ differences })]), says(drifted, ill)).map(({ kind }) => kind)
}

describe('the law about drift', () => {
  it('holds where both see nothing, and where both see the same', () => {
    expect(kinds([], [], [])).toEqual([])
    expect(kinds([COLUMN], ['a'], ['a'])).toEqual([])
  })

  it('is broken where drift or health do not see a column that is missing', () => {
    expect(kinds([COLUMN], [], ['a'])).toEqual(['unseen'])
    expect(kinds([COLUMN], ['a'], [])).toEqual(['unseen-by-health'])
  })

  it('is broken where drift or health see what is not there', () => {
    expect(kinds([], ['a'], [])).toEqual(['made-up'])
    expect(kinds([], [], ['a'])).toEqual(['made-up-by-health'])
  })

  it('is broken where drift does not see that a table is not an ordinary one, of which health says nothing', () => {
    const facts = factsOf([targetFact({ peculiar: ['food'] })])
    expect(driftViolations(facts, says(['a'], []))).toEqual([])
    expect(driftViolations(facts, says([], [])).map(({ kind }) => kind)).toEqual(['unseen'])
  })

  it('is broken where drift names other objects of a target than those that differ', () => {
    const facts = factsOf([targetFact({ differences: [COLUMN] })])
    const named = (...objects: string[]) => driftViolations(facts, says(['a'], ['a'], objects)).map(({ kind }) => kind)
    expect(named('food: food_name_key')).toEqual(['unnamed'])
    expect(named('food.price')).toEqual([])
    expect(named('food')).toEqual([])
  })

  it('knows a primary key by what it is, since a long name is cut', () => {
    const lines = [
      'constraint a_b_a181b987 PRIMARY KEY (a, b)',
      'index a_b_a181b987 CREATE UNIQUE INDEX a_b_a181b987 ON a_b',
    ]
    const facts = factsOf([targetFact({ differences: lines.map((line) => `- a_b: ${line}`) })])
    expect(driftViolations(facts, says(['a'], [], ['a_b: primary key']))).toEqual([])
    expect(driftViolations(facts, says(['a'], [], ['a_b: name'])).map(({ kind }) => kind)).toEqual(['unnamed'])
  })

  it('does not ask health for more than the columns', () => {
    const facts = factsOf([targetFact({ differences: ['- food: constraint food_name_key UNIQUE (name)'] })])
    expect(driftViolations(facts, says(['a'], [], ['food: food_name_key']))).toEqual([])
  })
})
