import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTarget } from '../../src/activities/fleet/makeTarget.ts'
import type { Target } from '../../src/contract.ts'
import { createCatalogPool } from '../../src/postgres/catalog/pool.ts'
import { createProject } from '../../src/postgres/catalog/projects/createProject.ts'
import { requireProject, showProject } from '../../src/postgres/catalog/projects/projects.ts'
import { addServer } from '../../src/postgres/catalog/projects/servers.ts'
import { readRecords } from '../../src/postgres/catalog/sql/sqlRevisions.ts'
import { readRecord, WHOLE } from '../../src/postgres/record/readRecord.ts'
import { recordDifferences } from '../../src/sql/recordDifferences.ts'
import { type FreshDatabase, freshCatalog } from '../fixtures/database.ts'
import { openFleet, revisionOf, type TestFleet } from '../postgres/fleet.ts'
import { makeRoles } from './cases.ts'

const DUMP = readFileSync(join(import.meta.dirname, 'dumps/everything.sql'), 'utf8')

let fleet: TestFleet
let database: FreshDatabase
let catalog: pg.Pool
beforeAll(async () => {
  ;[fleet, database] = await Promise.all([openFleet(), freshCatalog()])
  catalog = createCatalogPool(database.url)
  await addServer(catalog, { id: 'alpha', dsnEnv: 'TEST_DSN', actor: 'test' })
  await makeRoles(fleet.client)
})
afterAll(async () => {
  await catalog.end()
  await Promise.all([fleet.close(), database.drop()])
})

/** A project whose base is not made yet. */
async function create(id: string, text: string): Promise<Target> {
  const baseline = { text, source: 'a.sql', namespace: null, rewriteBodies: false }
  await createProject(catalog, { id, base: { server: 'alpha', namespace: `${id}_base` }, baseline, actor: 'test' })
  const { base } = await requireProject(catalog, id)
  if (base === null) throw new Error('it has no base')
  return base
}

const make = (project: string, target: Target) => makeTarget({ catalog, targetPools: fleet.pools }, { project, target })

describe('the base of a project that is described by SQL', () => {
  it('is made of its baseline, at revision 1, with the record of what is there; repeating it is harmless', async () => {
    const base = await create('shop', `\uFEFF${DUMP.replaceAll('\n', '\r\n')}`)
    const made = await make('shop', base)
    expect(await make('shop', base)).toEqual({ ...made, created: false })
    expect(made).toMatchObject({ revision: 1, created: true })
    expect(await showProject(catalog, 'shop')).toMatchObject({ kind: 'sql', revision: 1, schema_hash: made.schemaHash })
    const [first] = await readRecords(catalog, 'shop')
    const there = await readRecord(fleet.client, 'shop_base', WHOLE)
    expect(recordDifferences(first?.record ?? { lines: [] }, there ?? { lines: [] })).toEqual([])
    expect(await revisionOf(fleet, 'shop_base')).toBe(1)
  })

  it('gets its revision when the answer of the one who made it was lost', async () => {
    const base = await create('lost', 'CREATE TABLE t ()')
    await make('lost', base)
    for (const table of ['sql_revision', 'schema_revision']) {
      await catalog.query(`delete from schema_saga.${table} where project_id = 'lost' and revision = 1`)
    }
    await catalog.query(`update schema_saga.project set revision = 0, schema_hash = 'x' where id = 'lost'`)
    expect(await make('lost', base)).toMatchObject({ revision: 1, created: false })
    expect(await readRecords(catalog, 'lost')).toHaveLength(1)
  })

  it.each([
    ['what Postgres refuses', 'CREATE TABLE a ();\nCREATE TABLE a ()', /a\.sql, line 2/],
    ['what is in another namespace', 'CREATE TABLE public.a ()', /a\.sql: the text touches .*: table public\.a/],
    ['what nothing describes', 'CREATE COLLATION mine FROM "C"', /collation mine/],
    ['the end of the transaction that it is', 'BEGIN; CREATE TABLE a (); COMMIT; SELECT 1/0', /a\.sql, line 1/],
  ])('is not there after %s', async (what, text, message) => {
    const id = `refused${what.length}`
    const base = await create(id, text)
    await expect(make(id, base)).rejects.toThrow(message)
    const { rowCount } = await fleet.client.query('SELECT FROM pg_namespace WHERE nspname = $1', [`${id}_base`])
    expect(rowCount).toBe(0)
    expect(await requireProject(catalog, id)).toMatchObject({ revision: 0 })
  })

  it('finds extensions where the database has them', async () => {
    await fleet.client.query('CREATE SCHEMA extensions; CREATE EXTENSION citext SCHEMA extensions')
    const base = await create('words', 'CREATE TABLE t (a citext)')
    await make('words', base)
    const [first] = await readRecords(catalog, 'words')
    expect(first?.record.printing.extensions).toEqual({ citext: 'extensions' })
    // The dump of a whole database says what it has.
    const said = 'CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA extensions; COMMENT ON EXTENSION citext IS $$x$$'
    await make('more', await create('more', `${said}; CREATE TABLE t (a citext)`))
  })
})
