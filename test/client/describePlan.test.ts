import { describe, expect, test } from 'vitest'
import { planDocument } from '../../src/client/plan/describePlan.ts'
import type { Mutation } from '../../src/logical/mutations/index.ts'
import { EMPTY_SCHEMA } from '../../src/logical/schema.ts'
import type { Plan } from '../../src/physical/plan/plan.ts'
import { planMutation } from '../../src/physical/plan/planMutation.ts'

const TARGETS = { total: 3, to_do: 2, done: 0, blocked: 1 }
const FOOD: Mutation = { type: 'create_model', name: 'food' }
const CODE: Mutation = { type: 'add_field', model_name: 'food', field_label: 'Code', field_type: 'text' }

/** The plan of the last of some mutations. */
function planOf(...mutations: readonly Mutation[]): Plan {
  const plans: Plan[] = []
  for (const [revision, mutation] of mutations.entries()) {
    const schema = plans.at(-1)?.nextSchema ?? EMPTY_SCHEMA
    plans.push(planMutation({ schema, revision, mutation, operationId: `op-${revision}` }))
  }
  return plans.at(-1) as Plan
}

describe('the document of a plan', () => {
  test('has revisions, hash, stages in both directions and hazards as they are planned', () => {
    const plan = planOf(FOOD, { ...CODE, validation: { unique: true } })
    const document = planDocument(plan, TARGETS)
    expect(document).toMatchObject({ base_revision: 1, next_revision: 2, hash: plan.hash, unchanged: false })
    expect(document.targets).toBe(TARGETS)
    expect(document.forward).toEqual([
      { stage: 1, kind: 'transaction', sql: ['ALTER TABLE :"ns"."food" ADD COLUMN "code" text'] },
      {
        stage: 2,
        kind: 'statement',
        sql: ['CREATE UNIQUE INDEX CONCURRENTLY "food_code_key" ON :"ns"."food" ("code")'],
      },
      {
        stage: 3,
        kind: 'transaction',
        sql: ['ALTER TABLE :"ns"."food" ADD CONSTRAINT "food_code_key" UNIQUE USING INDEX "food_code_key"'],
      },
    ])
    expect(document.compensation.map(({ stage, kind, sql }) => [stage, kind, sql.length])).toEqual([
      [1, 'transaction', 1],
      [2, 'transaction', 1],
      [2, 'statement', 1],
      [3, 'transaction', 0],
    ])
    expect(document.hazards).toEqual([
      { name: 'INDEX_BUILD', detail: 'builds food_code_key concurrently: reads all rows of food, twice' },
    ])
  })

  test('names what each change alters', () => {
    const unique = planOf(FOOD, { ...CODE, validation: { unique: true } })
    const renamed = planOf(FOOD, CODE, { type: 'rename_model', model_name: 'food', new_name: 'dish' })
    const alters = [planOf(FOOD), unique, renamed].map((plan) =>
      planDocument(plan, TARGETS).changes.map((change) => `${change.kind} ${change.alters}`),
    )
    expect(alters).toEqual([
      ['createTable food'],
      ['addColumn food.code', 'addUnique food.food_code_key'],
      ['renameTable food', 'renameConstraint dish.food_pkey'],
    ])
  })

  test('says of each change whether it runs in transactions, which lock it takes and what it does with rows', () => {
    const required = { unique: true, required: true, default: 'x' }
    const fill: Mutation = { ...CODE, is_update: true, field_label: 'code', validation: required }
    const { changes } = planDocument(planOf(FOOD, { ...CODE, validation: { unique: true } }, fill), TARGETS)
    const told = changes.map(({ kind, transactional, lock, scans_table, touches_rows }) => ({
      kind,
      transactional,
      lock,
      scans_table,
      touches_rows,
    }))
    const nothing = { scans_table: false, touches_rows: false }
    expect(told).toEqual([
      { ...nothing, kind: 'setDefault', transactional: true, lock: 'ACCESS EXCLUSIVE' },
      {
        ...nothing,
        kind: 'fillNulls',
        transactional: false,
        lock: 'ACCESS EXCLUSIVE',
        scans_table: true,
        touches_rows: true,
      },
      { ...nothing, kind: 'setNotNull', transactional: true, lock: 'ACCESS EXCLUSIVE', scans_table: true },
    ])
  })
})
