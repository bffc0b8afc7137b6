import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LogicalSchema } from '../../../src/logical/schema.ts'
import { planMutation, provisionSql, schemaHashOf } from '../../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../../src/physical/project.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { provisionTarget } from '../../../src/postgres/target/provisionTarget.ts'
import { dumpAll } from '../../fixtures/dump.ts'
import { openFleet, type TestFleet, work } from '../fleet.ts'
import { preflightTarget } from '../preflightTarget.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(() => fleet.close())

const CREATE_FOOD = { type: 'create_model', name: 'food' } as Parameters<typeof planMutation>[0]['mutation']
const CREATE_DRINK = { type: 'create_model', name: 'drink' } as Parameters<typeof planMutation>[0]['mutation']
const ADD_PRICE = {
  type: 'add_field',
  model_name: 'food',
  field_label: 'Price',
  field_type: 'number',
  input_type: 'double',
} as Parameters<typeof planMutation>[0]['mutation']

const EMPTY = { models: [], roles: [] } as unknown as LogicalSchema

function withFood(): LogicalSchema {
  return planMutation({ schema: EMPTY, revision: 0, mutation: CREATE_FOOD, operationId: 'first' }).nextSchema
}

/** A target at revision 1, whose schema has the model `food`. */
async function prepare(namespace: string) {
  const schema = withFood()
  const target = { scope: namespace, server: 'alpha', namespace, incarnation: 'i1' }
  const expected = projectSchema(schema)
  await provisionTarget(fleet.pools, {
    target,
    projectId: 'shop',
    revision: 1,
    schemaHash: schemaHashOf(1, schema),
    statements: provisionSql(expected),
  })
  return { schema, target, expected }
}

function planOf(schema: LogicalSchema, mutation: typeof ADD_PRICE) {
  return planMutation({ schema, revision: 1, mutation, operationId: 'op' })
}

it.each([
  ['a field', ADD_PRICE],
  ['a model', CREATE_DRINK],
])('lets the plan of %s through, which then runs and is undone', async (label, mutation) => {
  const { schema, target, expected } = await prepare(`fine ${label}`)
  const plan = planOf(schema, mutation)
  const before = await dumpAll(fleet.client, target.namespace)
  await preflightTarget(fleet.client, { target, plan, expected })
  await applyPlanToTarget(fleet.pools, work(target, plan))
  await compensatePlanOnTarget(fleet.pools, work(target, plan))
  expect(await dumpAll(fleet.client, target.namespace)).toBe(before)
})

it('names the objects that are not as the revision says', async () => {
  const { schema, target, expected } = await prepare('drifted')
  await fleet.client.query('ALTER TABLE drifted.food ADD COLUMN surprise text')
  const looking = preflightTarget(fleet.client, { target, plan: planOf(schema, ADD_PRICE), expected })
  await expect(looking).rejects.toMatchObject({
    name: 'TargetDrifted',
    code: 'TARGET_DRIFTED',
    message: 'alpha/drifted does not look as its revision says: food.surprise is extra.',
    details: { differences: [{ object: 'food.surprise', kind: 'extra' }] },
  })
})

it('refuses when the name of a new table is taken', async () => {
  const { schema, target, expected } = await prepare('taken_name')
  await fleet.client.query('CREATE VIEW taken_name.drink AS SELECT 1 AS one')
  const looking = preflightTarget(fleet.client, { target, plan: planOf(schema, CREATE_DRINK), expected })
  await expect(looking).rejects.toThrow(/drink is extra/)
})

it('does not mind drift of tables that the plan leaves alone', async () => {
  const { schema, target, expected } = await prepare('elsewhere')
  await fleet.client.query('ALTER TABLE elsewhere.food ADD COLUMN surprise text')
  await preflightTarget(fleet.client, { target, plan: planOf(schema, CREATE_DRINK), expected })
})

it('refuses another revision, another incarnation and a namespace that is gone', async () => {
  const { schema, target, expected } = await prepare('moved')
  const plan = planOf(schema, ADD_PRICE)
  const look = (incarnation: string) =>
    preflightTarget(fleet.client, { target: { ...target, incarnation }, plan, expected })
  await expect(look('i2')).rejects.toThrow(/bookkeeping/)
  await fleet.client.query(`UPDATE schema_saga_target.target SET revision = 5 WHERE namespace = 'moved'`)
  await expect(look('i1')).rejects.toThrow('alpha/moved is at revision 5, not 1.')
  await fleet.client.query('DROP SCHEMA moved CASCADE')
  await expect(look('i1')).rejects.toMatchObject({ code: 'TARGET_GONE' })
})
