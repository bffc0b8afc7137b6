import { expect, test } from 'vitest'
import type { Mutation } from '../../src/logical/mutations/index.ts'
import { EMPTY_SCHEMA, type LogicalSchema } from '../../src/logical/schema.ts'
import type { Plan } from '../../src/physical/plan/plan.ts'
import { planMutation } from '../../src/physical/plan/planMutation.ts'
import { planRevert } from '../../src/physical/plan/planRevert.ts'

const operationId = 'op'
const FOOD: Mutation = { type: 'create_model', name: 'food' }

const plan = (schema: LogicalSchema, mutation: Mutation): Plan =>
  planMutation({ schema, revision: 1, mutation, operationId })

/** The tables that the application's role is said to need grants on. */
const granted = ({ hazards }: Plan): string[] =>
  hazards.flatMap(({ name, detail }) => (name === 'NEEDS_GRANTS' ? [detail.split(' ')[0] ?? ''] : []))

test('a plan says of every table that it makes, and of no other, that other roles need grants on it', () => {
  expect(granted(plan(EMPTY_SCHEMA, FOOD))).toEqual(['food'])
  const mutations = [FOOD, { type: 'create_model', name: 'dish' } as const]
  expect(granted(plan(EMPTY_SCHEMA, { type: 'publish_schema_changeset', mutations }))).toEqual(['food', 'dish'])
  const { nextSchema } = plan(EMPTY_SCHEMA, FOOD)
  expect(granted(plan(nextSchema, { type: 'duplicate_model', model_name: 'food', new_name: 'meal' }))).toEqual(['meal'])
  expect(granted(plan(nextSchema, { type: 'delete_model', model_name: 'food' }))).toEqual([])
})

test('a table that comes back with a revert has its grants', () => {
  const before = plan(EMPTY_SCHEMA, FOOD).nextSchema
  const mutation: Mutation = { type: 'delete_model', model_name: 'food' }
  const deleted = plan(before, mutation)
  const reverted = { id: operationId, plan: deleted, mutation, origin: { operationId, before }, applied: true }
  const back = planRevert({
    later: [],
    purged: [],
    bornLater: 0,
    schema: deleted.nextSchema,
    revision: 2,
    operationId: 'back',
    reverted,
  })
  expect(granted(back)).toEqual([])
})
