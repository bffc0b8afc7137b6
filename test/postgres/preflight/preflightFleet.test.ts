import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Target } from '../../../src/contract.ts'
import { EMPTY_SCHEMA, type LogicalSchema } from '../../../src/logical/schema.ts'
import { planMutation, provisionSql, schemaHashOf } from '../../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../../src/physical/project.ts'
import { preflightFleet } from '../../../src/postgres/preflight/preflightFleet.ts'
import { createTargetPools, type TargetPools } from '../../../src/postgres/sessions/pools.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { provisionTarget } from '../../../src/postgres/target/provisionTarget.ts'
import { databaseUrl, onServer } from '../../fixtures/database.ts'
import { openFleet, type TestFleet, work } from '../fleet.ts'
import { countedPools } from '../sessions/countedPools.ts'

type Mutation = Parameters<typeof planMutation>[0]['mutation']

const SCHEMA = [
  { type: 'create_model', name: 'food' },
  { type: 'add_field', model_name: 'food', field_label: 'Name', field_type: 'text' },
].reduce<LogicalSchema>(
  (schema, mutation, index) =>
    planMutation({ schema, revision: index, mutation: mutation as Mutation, operationId: `op-${index}` }).nextSchema,
  EMPTY_SCHEMA,
)
const expected = projectSchema(SCHEMA)
const planOf = (mutation: unknown) =>
  planMutation({ schema: SCHEMA, revision: 1, mutation: mutation as Mutation, operationId: 'op' })
const ADD_PRICE = planOf({
  type: 'add_field',
  model_name: 'food',
  field_label: 'Price',
  field_type: 'number',
  input_type: 'double',
})
const CREATE_DRINK = planOf({ type: 'create_model', name: 'drink' })
const UNIQUE_NAME = planOf({
  type: 'add_field',
  is_update: true,
  model_name: 'food',
  field_label: 'Name',
  identifier: 'name',
  field_type: 'text',
  validation: { unique: true },
})

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(() => fleet.close())

async function provision(pools: TargetPools, server: string, ...namespaces: readonly string[]): Promise<Target[]> {
  const targets = namespaces.map((namespace) => ({ scope: namespace, server, namespace, incarnation: 'i1' }))
  for (const target of targets) {
    const statements = provisionSql(expected)
    await provisionTarget(pools, {
      target,
      projectId: 'shop',
      revision: 1,
      schemaHash: schemaHashOf(1, SCHEMA),
      statements,
    })
  }
  return targets
}

const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}_${i + 1}`)

describe('preflight of a fleet', () => {
  it('asks one query of a database and one of each shape, not one of each tenant', async () => {
    const targets = await provision(fleet.pools, 'alpha', ...numbered('many', 20))
    const { pools, sent } = countedPools(fleet.pools)
    expect(await preflightFleet(pools, targets, { plan: ADD_PRICE, expected })).toEqual([])
    expect(sent).toHaveLength(2)
    await fleet.client.query('ALTER TABLE many_3.food ADD COLUMN x text; ALTER TABLE many_7.food ADD COLUMN x text')
    sent.length = 0
    const problems = await preflightFleet(pools, targets, { plan: ADD_PRICE, expected })
    expect(sent).toHaveLength(3)
    expect(problems.map(({ scope }) => scope)).toEqual(['many_3', 'many_7'])
  })

  it('looks at a large database in parts of one size, and names the targets of all parts in their order', async () => {
    const [first, middle, last] = (await provision(fleet.pools, 'alpha', ...numbered('part', 3))) as [
      Target,
      Target,
      Target,
    ]
    const gone = (place: string, count: number): Target[] =>
      numbered(place, count).map((namespace) => ({ scope: namespace, server: 'alpha', namespace, incarnation: 'i1' }))
    const missing = [...gone('early', 499), ...gone('late', 520)]
    const targets = [first, ...missing.slice(0, 499), middle, ...missing.slice(499), last]
    const { pools, sent } = countedPools(fleet.pools)
    const problems = await preflightFleet(pools, targets, { plan: CREATE_DRINK, expected })
    expect(problems.map(({ scope }) => scope)).toEqual(missing.map(({ scope }) => scope))
    const queries = sent.filter((text) => text.includes('wanted AS MATERIALIZED'))
    expect(queries.map((text) => new Set(text.match(/'(early|late|part)_\d+'/g)).size)).toEqual([511, 511])
  })

  it('names for each target what stands in the way, in the order of the targets', async () => {
    const targets = await provision(fleet.pools, 'alpha', 'fine', 'differs', 'gone', 'moved', 'again', 'bare')
    await fleet.client.query(`ALTER TABLE differs.food ADD COLUMN surprise text; DROP SCHEMA gone CASCADE;
      UPDATE schema_saga_target.target SET revision = 5 WHERE namespace = 'moved';
      UPDATE schema_saga_target.target SET incarnation = 'i2' WHERE namespace = 'again';
      ALTER TABLE bare.food DROP COLUMN name`)
    const problems = await preflightFleet(fleet.pools, targets, { plan: ADD_PRICE, expected })
    const drifted = { errorType: 'TargetDrifted', errorCode: 'TARGET_DRIFTED' }
    const bookkeeping = 'its bookkeeping is not that of this target; the namespace was made or restored by others.'
    expect(problems).toEqual([
      {
        ...drifted,
        scope: 'differs',
        error: 'alpha/differs does not look as its revision says: food.surprise is extra.',
      },
      { ...drifted, scope: 'gone', errorCode: 'TARGET_GONE', error: 'alpha/gone: its namespace does not exist.' },
      { ...drifted, scope: 'moved', error: 'alpha/moved is at revision 5, not 1.' },
      { ...drifted, scope: 'again', error: `alpha/again: ${bookkeeping}` },
      { ...drifted, scope: 'bare', error: 'alpha/bare does not look as its revision says: food.name is missing.' },
    ])
  })

  it('does not mind drift of tables that the plan leaves alone, but names that it needs', async () => {
    const targets = await provision(fleet.pools, 'alpha', 'elsewhere', 'taken')
    await fleet.client.query('ALTER TABLE elsewhere.food ADD COLUMN x text; CREATE SEQUENCE taken.drink')
    expect(await preflightFleet(fleet.pools, targets, { plan: CREATE_DRINK, expected })).toMatchObject([
      { scope: 'taken', error: 'alpha/taken does not look as its revision says: drink is extra.' },
    ])
  })

  it('asks the rows of each target when they could forbid the plan', async () => {
    const targets = await provision(fleet.pools, 'alpha', 'rows_1', 'rows_2', 'rows_3')
    await fleet.client.query(`INSERT INTO rows_2.food (id, name) VALUES ('a', 'x'), ('b', 'x')`)
    const problems = await preflightFleet(fleet.pools, targets, { plan: UNIQUE_NAME, expected })
    expect(problems).toMatchObject([{ scope: 'rows_2', errorType: 'DataRejected', errorCode: 'DATA_REJECTED' }])
    expect(problems[0]?.error).toContain('alpha/rows_2: 2 rows of food')
  })

  it('does not wait for a table that somebody alters when another target tells the same', async () => {
    const targets = await provision(fleet.pools, 'alpha', ...numbered('locked', 3))
    const other = await fleet.connect()
    await other.query('BEGIN; LOCK TABLE locked_2.food IN ACCESS EXCLUSIVE MODE')
    expect(await preflightFleet(fleet.pools, targets, { plan: CREATE_DRINK, expected })).toEqual([])
    expect(await preflightFleet(fleet.pools, targets, { plan: ADD_PRICE, expected })).toEqual([])
    await other.query('ROLLBACK')
  })

  it('lets a target pass on which this operation has begun or ended its work, and no other that moved', async () => {
    const targets = await provision(fleet.pools, 'alpha', 'done', 'waiting', 'undone')
    const [done, , undone] = targets as [Target, Target, Target]
    await applyPlanToTarget(fleet.pools, work(done, ADD_PRICE))
    await applyPlanToTarget(fleet.pools, work(undone, ADD_PRICE))
    await compensatePlanOnTarget(fleet.pools, work(undone, ADD_PRICE))
    const look = (operationId: string) =>
      preflightFleet(fleet.pools, targets, { plan: ADD_PRICE, expected, operationId })
    expect(await look('op')).toEqual([])
    expect(await look('another')).toMatchObject([{ scope: 'done', error: 'alpha/done is at revision 2, not 1.' }])
  })
})

describe('a database that does not answer', () => {
  it('is a problem of all of its targets and of no other', async () => {
    const [here] = (await provision(fleet.pools, 'alpha', 'reachable')) as [Target]
    const away = createTargetPools({
      server: (id) => ({ id, dsnEnv: id, maxSessions: 8, databasePerTenant: false }),
      dsn: (id) => (id === 'gamma' ? 'postgres://saga:geheim@127.0.0.1:1/x' : undefined),
    })
    const poolsFor = (server: string): TargetPools => (server === 'alpha' ? fleet.pools : away)
    const pools: TargetPools = {
      ...fleet.pools,
      locate: (place) => poolsFor(place.server).locate(place),
      withClient: (place, run) => poolsFor(place.server).withClient(place, run),
    }
    const there = ['ada', 'bob'].map((scope) => ({ ...here, scope, server: 'gamma', namespace: `shop_${scope}` }))
    const unset = { ...here, scope: 'eve', server: 'delta' }
    const problems = await preflightFleet(pools, [...there, unset, here], { plan: ADD_PRICE, expected })
    expect(problems).toEqual([
      ...['ada', 'bob'].map((scope) => ({
        scope,
        errorType: 'TargetUnreachable',
        errorCode: 'TARGET_UNREACHABLE',
        error: `gamma/shop_${scope} cannot be reached: ECONNREFUSED.`,
      })),
      expect.objectContaining({ scope: 'eve', errorCode: 'SETTING_INVALID' }),
    ])
    await away.close()
  })
})

describe('a database per tenant', () => {
  it('gets one query each, and one introspection tells of all that look alike', async () => {
    const databases = numbered('preflight_dpt', 5)
    const pools = createTargetPools({
      server: (id) => ({ id, dsnEnv: 'DSN', maxSessions: 2, databasePerTenant: true }),
      dsn: () => databaseUrl('{namespace}'),
    })
    try {
      const targets = await provision(pools, 'delta', ...databases)
      const counted = countedPools(pools)
      expect(await preflightFleet(counted.pools, targets.slice(0, 1), { plan: ADD_PRICE, expected })).toEqual([])
      expect(counted.sent).toHaveLength(2)
      const gone = { ...(targets[0] as Target), scope: 'gone', namespace: 'preflight_dpt_none' }
      expect(await preflightFleet(pools, [...targets, gone], { plan: ADD_PRICE, expected })).toMatchObject([
        { scope: 'gone', errorCode: 'TARGET_UNREACHABLE' },
      ])
    } finally {
      await pools.close()
      for (const name of databases) await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    }
  })
})
