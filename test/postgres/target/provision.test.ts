import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTargetPools } from '../../../src/postgres/sessions/pools.ts'
import { applyPlanToTarget } from '../../../src/postgres/target/execute.ts'
import { dropMadeDatabase } from '../../../src/postgres/target/madeDatabase.ts'
import { provisionTarget } from '../../../src/postgres/target/provisionTarget.ts'
import { databaseUrl, freshDatabase, onServer } from '../../fixtures/database.ts'
import { dumpSchema } from '../../fixtures/dump.ts'
import { ADD_PRICE, FOOD, markersOf, openFleet, revisionOf, type TestFleet, target, work } from '../fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(() => fleet.close())

const INPUT = { projectId: 'shop', revision: 1, schemaHash: 'hash-1', statements: [FOOD] }

function place(namespace: string, incarnation = 'i1') {
  return { scope: namespace, server: 'alpha', namespace, incarnation }
}

describe('provisioning', () => {
  it('makes the namespace with its tables, once', async () => {
    const input = { target: place('fresh'), ...INPUT }
    const at = { revision: 1, schemaHash: 'hash-1' }
    expect(await provisionTarget(fleet.pools, input)).toEqual({ ...at, created: true })
    expect(await provisionTarget(fleet.pools, input)).toEqual({ ...at, created: false })
    expect(await dumpSchema(fleet.client, 'fresh')).toContain('food: column name text')
  })

  it('makes it once when two tries run at the same moment', async () => {
    const both = [1, 2].map(() => provisionTarget(fleet.pools, { target: place('raced'), ...INPUT }))
    expect((await Promise.all(both)).map(({ created }) => created).sort()).toEqual([false, true])
  })

  it('says at which revision an earlier try made it', async () => {
    await provisionTarget(fleet.pools, { target: place('earlier'), ...INPUT })
    const again = { target: place('earlier'), ...INPUT, revision: 2, schemaHash: 'hash-2' }
    expect(await provisionTarget(fleet.pools, again)).toMatchObject({ revision: 1, schemaHash: 'hash-1' })
  })

  it('takes an empty namespace that is there', async () => {
    await fleet.client.query('CREATE SCHEMA waiting')
    expect(await provisionTarget(fleet.pools, { target: place('waiting'), ...INPUT })).toMatchObject({ created: true })
  })

  it.each([
    ['table', 'CREATE TABLE taken.customers (id text)'],
    ['function', 'CREATE FUNCTION taken.f() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$'],
    ['type', `CREATE TYPE taken.mood AS ENUM ('fine')`],
  ])('refuses a namespace that holds a %s, and leaves it as it is', async (_, sql) => {
    await fleet.client.query(`DROP SCHEMA IF EXISTS taken CASCADE; CREATE SCHEMA taken; ${sql}`)
    const before = await dumpSchema(fleet.client, 'taken')
    await expect(provisionTarget(fleet.pools, { target: place('taken'), ...INPUT })).rejects.toMatchObject({
      name: 'RequestRefused',
      code: 'ALREADY_EXISTS',
    })
    expect(await dumpSchema(fleet.client, 'taken')).toBe(before)
    expect(await revisionOf(fleet, 'taken')).toBeUndefined()
  })

  it('puts none of our own tables into a database of others whose namespace it refuses', async () => {
    const database = await freshDatabase()
    const pools = createTargetPools({
      server: (id) => ({ id, dsnEnv: 'X', maxSessions: 2, databasePerTenant: false }),
      dsn: () => database.url,
    })
    const ours = () =>
      pools.withClient(place('public'), async (client) => {
        await client.query('CREATE TABLE IF NOT EXISTS public.customers (id text)')
        return (await client.query(`SELECT FROM pg_namespace WHERE nspname = 'schema_saga_target'`)).rowCount
      })
    expect(await ours()).toBe(0)
    await expect(provisionTarget(pools, { target: place('public'), ...INPUT })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    })
    expect(await ours()).toBe(0)
    await pools.close()
    await database.drop()
  })

  it('leaves nothing when a statement fails', async () => {
    const input = { target: place('failed'), ...INPUT, statements: [FOOD, 'CREATE TABLE nonsense'] }
    await expect(provisionTarget(fleet.pools, input)).rejects.toThrow()
    const { rowCount } = await fleet.client.query(`SELECT FROM pg_namespace WHERE nspname = 'failed'`)
    expect(rowCount).toBe(0)
  })

  it('does not inherit the markers of a namespace that was dropped, and deletes none', async () => {
    const first = await target(fleet, 'reborn')
    await applyPlanToTarget(fleet.pools, work(first, ADD_PRICE))
    await fleet.client.query('DROP SCHEMA reborn CASCADE')
    const second = await target(fleet, 'reborn', { incarnation: 'i2' })
    expect(await markersOf(fleet, 'reborn')).toEqual(['1/1 applied'])
    expect(await applyPlanToTarget(fleet.pools, work(second, ADD_PRICE))).toMatchObject({ stagesRun: 1 })
  })

  it('says which right is missing, before anything is made', async () => {
    const role = `maker_${randomBytes(4).toString('hex')}`
    const url = new URL(fleet.url)
    const { rows } = await fleet.client.query('SELECT current_database() AS name')
    await fleet.client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'm' NOSUPERUSER;
      GRANT USAGE ON SCHEMA schema_saga_target TO ${role};
      GRANT SELECT ON ALL TABLES IN SCHEMA schema_saga_target TO ${role}; CREATE SCHEMA closed`)
    url.username = role
    url.password = 'm'
    const pools = createTargetPools({
      server: (id) => ({ id, dsnEnv: 'X', maxSessions: 2, databasePerTenant: false }),
      dsn: () => url.href,
    })
    try {
      for (const [namespace, grant] of [
        ['new_one', `GRANT CREATE ON DATABASE ${rows[0].name} TO ${role}`],
        ['closed', `GRANT CREATE ON SCHEMA "closed" TO ${role}`],
      ] as const) {
        await expect(provisionTarget(pools, { target: place(namespace), ...INPUT })).rejects.toMatchObject({
          name: 'RequestRefused',
          code: 'FORBIDDEN',
          message: expect.stringContaining(grant),
        })
      }
    } finally {
      await pools.close()
      await fleet.client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
    }
  })

  it('makes a namespace again that was dropped after an earlier try', async () => {
    const input = { target: place('dropped'), ...INPUT }
    await provisionTarget(fleet.pools, input)
    await fleet.client.query('DROP SCHEMA dropped CASCADE')
    const at = { revision: 2, schemaHash: 'hash-2' }
    expect(await provisionTarget(fleet.pools, { ...input, ...at })).toEqual({ ...at, created: true })
    expect(await dumpSchema(fleet.client, 'dropped')).toContain('food: column name text')
    expect(await provisionTarget(fleet.pools, { ...input, ...at })).toEqual({ ...at, created: false })
  })

  it('asks about an empty namespace that somebody else has registered, and leaves it as it is when told to', async () => {
    await provisionTarget(fleet.pools, { target: place('theirs'), ...INPUT, projectId: 'others', statements: [] })
    const claim = () => Promise.reject(new Error('it is theirs'))
    const input = { target: place('theirs', 'i2'), ...INPUT, claim }
    await expect(provisionTarget(fleet.pools, input)).rejects.toThrow('it is theirs')
    const { rows } = await fleet.client.query(
      `SELECT project_id, incarnation FROM schema_saga_target.target WHERE namespace = 'theirs'`,
    )
    expect(rows).toEqual([{ project_id: 'others', incarnation: 'i1' }])
  })
})

describe('a database per tenant', () => {
  const names = [1, 2, 3, 4, 5].map((n) => `tenant_${randomBytes(6).toString('hex')}_${n}`)
  const pools = createTargetPools({
    server: (id) => ({ id, dsnEnv: 'TENANTS_URL', maxSessions: 2, databasePerTenant: true }),
    dsn: () => databaseUrl('{namespace}'),
  })
  const isThere = async (name: string) =>
    (await fleet.client.query('SELECT FROM pg_database WHERE datname = $1', [name])).rowCount === 1
  afterAll(async () => {
    await pools.close()
    for (const name of names) await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  })

  it('makes the database, and puts the tables into its namespace public', async () => {
    for (const name of names.slice(0, 2)) {
      await provisionTarget(pools, { target: place(name), ...INPUT })
      expect(await provisionTarget(pools, { target: place(name), ...INPUT })).toMatchObject({ created: false })
      expect(await applyPlanToTarget(pools, work(place(name), ADD_PRICE))).toMatchObject({ stagesRun: 1 })
      await pools.withClient(place(name), async (client, namespace) => {
        expect(namespace).toBe('public')
        expect(await dumpSchema(client, namespace)).toContain('food: column price numeric')
      })
    }
  })

  it('goes again when the tenant does not come about, from one try or several', async () => {
    const [, , name = ''] = names
    const refused = { target: place(name), ...INPUT, statements: [FOOD, 'CREATE TABLE nonsense'] }
    for (const tries of [1, 2]) {
      for (let n = 0; n < tries; n += 1) await expect(provisionTarget(pools, refused)).rejects.toThrow()
      expect(await isThere(name)).toBe(true)
      for (const again of [1, 2]) {
        await dropMadeDatabase(pools, place(name))
        expect([again, await isThere(name)]).toEqual([again, false])
      }
    }
    await provisionTarget(pools, { target: place(name), ...INPUT })
    await dropMadeDatabase(pools, place(name))
    expect(await isThere(name)).toBe(true)
  })

  it('stays when it was there before, and when somebody has put something into it', async () => {
    const [, , , before = '', used = ''] = names
    const refused = (name: string) => ({ target: place(name), ...INPUT, statements: ['CREATE TABLE nonsense'] })
    await onServer(`CREATE DATABASE ${before}`)
    for (const name of [before, used]) await expect(provisionTarget(pools, refused(name))).rejects.toThrow()
    await dropMadeDatabase(pools, place(before))
    expect(await isThere(before)).toBe(true)
    const theirs = new pg.Client({ connectionString: databaseUrl(used) })
    await theirs.connect()
    for (const thing of ["CREATE TYPE public.mood AS ENUM ('fine')", 'DROP TYPE public.mood; CREATE SCHEMA theirs']) {
      await theirs.query(thing)
      await dropMadeDatabase(pools, place(used))
      expect(await isThere(used)).toBe(true)
    }
    await theirs.query('DROP SCHEMA theirs')
    await theirs.end()
    await dropMadeDatabase(pools, place(used))
    expect(await isThere(used)).toBe(false)
  })

  it('cannot be reached while there is no database of its name, which says nothing about what it held', async () => {
    await expect(pools.withClient(place('no_such_database'), async () => {})).rejects.toMatchObject({
      name: 'TargetUnreachable',
      code: 'TARGET_UNREACHABLE',
      message: expect.stringMatching(/no_such_database: there is no database of this name now: .*\(SQLSTATE 3D000\)/),
    })
  })
})
