/** One server with many databases, one per tenant. */
import { randomBytes } from 'node:crypto'
import pMap from 'p-map'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Target } from '../../../src/contract.ts'
import { createCatalogPool } from '../../../src/postgres/catalog/pool.ts'
import { addServer, requireServer } from '../../../src/postgres/catalog/projects/servers.ts'
import { catalogLeases } from '../../../src/postgres/catalog/sessions/leases.ts'
import { createTargetPools } from '../../../src/postgres/sessions/pools.ts'
import { applyPlanToTarget } from '../../../src/postgres/target/execute.ts'
import { provisionTarget } from '../../../src/postgres/target/provisionTarget.ts'
import { EVERY_FAULT } from '../../faults/draw.ts'
import { databaseUrl, type FreshDatabase, freshCatalog, onServer } from '../../fixtures/database.ts'
import { sampleSessions } from '../../fixtures/sampleSessions.ts'
import { ADD_PRICE, FOOD, work } from '../fleet.ts'

/** Many times the budget. Making 500 takes more than a minute. */
const COUNT = EVERY_FAULT ? 500 : 40
const BUDGET = 8
/** Databases made at once: the server's checkpoints, which each of them needs, are shared. */
const LANES = 4
const PREFIX = `many_${randomBytes(4).toString('hex')}_`
const names = Array.from({ length: COUNT }, (_, n) => `${PREFIX}${n}`)
const place = (namespace: string): Target => ({ scope: namespace, server: 'many', namespace, incarnation: 'i1' })

let catalogDatabase: FreshDatabase
let catalog: pg.Pool
beforeAll(async () => {
  catalogDatabase = await freshCatalog()
  catalog = createCatalogPool(catalogDatabase.url)
  const server = { id: 'many', dsnEnv: 'MANY_URL', maxSessions: BUDGET, databasePerTenant: true, tablesIn: 'app' }
  await addServer(catalog, { ...server, actor: 'test' })
  await makeDatabases()
}, 180_000)
afterAll(async () => {
  await catalog?.end()
  await catalogDatabase?.drop()
  await inLanes((name) => `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
}, 120_000)

function worker() {
  return createTargetPools({
    server: (id) => requireServer(catalog, id),
    dsn: () => databaseUrl('{namespace}'),
    leases: catalogLeases(catalog),
  })
}

async function inLanes(statement: (name: string) => string): Promise<void> {
  const waiting = [...names]
  const lane = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: databaseUrl('postgres') })
    await client.connect()
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) await client.query(statement(name))
    await client.end()
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

/** The first is provisioned as a tenant is; the others are copies of its files, which takes a fraction of the time. */
async function makeDatabases(): Promise<void> {
  const pools = worker()
  const [first = ''] = names
  const made = { projectId: 'shop', revision: 1, schemaHash: 'hash-1', statements: [FOOD] }
  await provisionTarget(pools, { target: place(first), ...made })
  await pools.close()
  await onServer(`ALTER DATABASE ${first} IS_TEMPLATE true`)
  const copies = names.splice(1)
  names.splice(0, 1, ...copies)
  await inLanes((name) => `CREATE DATABASE ${name} TEMPLATE ${first} STRATEGY file_copy`)
  await onServer(`ALTER DATABASE ${first} IS_TEMPLATE false`)
  names.push(first)
}

test(`two workers change ${COUNT} databases with ${BUDGET} sessions between them`, async () => {
  const workers = [worker(), worker()]
  const sampler = await sampleSessions(`${PREFIX}%`)
  const results = await pMap(names, (name, index) => {
    const pools = workers[index % 2]
    if (pools === undefined) throw new Error('no worker')
    return applyPlanToTarget(pools, work(place(name), ADD_PRICE))
  })
  const { most, mostAside } = await sampler.stop()
  await Promise.all(workers.map((pools) => pools.close()))
  expect(results.every(({ stagesRun }) => stagesRun === 1)).toBe(true)
  expect({ most, mostAside }).toEqual({ most: BUDGET, mostAside: 0 })
}, 180_000)

test('the tables are in the namespace that the entry of the server names', async () => {
  const pools = worker()
  const { namespace } = await pools.locate(place('any'))
  const last = names.at(-1) ?? ''
  await applyPlanToTarget(pools, work(place(last), ADD_PRICE))
  const columns = await pools.withClient(place(last), async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns
        WHERE table_schema = $1 AND table_name = 'food' ORDER BY 1`,
      [namespace],
    )
    return rows.map(({ name }) => name)
  })
  await pools.close()
  expect({ namespace, columns }).toEqual({ namespace: 'app', columns: ['id', 'name', 'price'] })
})
