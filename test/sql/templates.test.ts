import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { dumpForBaseline } from '../../src/activities/fleet/dumpForBaseline.ts'
import { addServer } from '../../src/postgres/catalog/projects/servers.ts'
import { setProjectSettings } from '../../src/postgres/catalog/projects/settings.ts'
import { requireText } from '../../src/postgres/catalog/sql/changes.ts'
import { scanDrift } from '../../src/postgres/drift/drift.ts'
import { readRecord, WHOLE } from '../../src/postgres/record/readRecord.ts'
import { withConnection } from '../../src/postgres/sessions/connection.ts'
import { createTargetPools } from '../../src/postgres/sessions/pools.ts'
import { type DumpingPostgres, dumpOf, startDumpingPostgres } from '../fixtures/dumpingPostgres.ts'
import { fleetOn } from '../postgres/fleet.ts'
import { CASES, loadCase, makeRoles } from './cases.ts'
import { addTenant, makeProject, openSqlFleet, type SqlFleet } from './sqlFleet.ts'

const postgres: DumpingPostgres | null = await startDumpingPostgres()
const PATH = process.env.PATH ?? ''

const database = async () => {
  if (postgres === null) throw new Error('there is none')
  return await postgres.database()
}

let fleet: SqlFleet
beforeAll(async () => {
  if (postgres === null) return
  const { url, drop } = await database()
  fleet = await openSqlFleet({ on: () => fleetOn(url, drop) })
  await makeRoles(fleet.client)
})
afterEach(() => {
  process.env.PATH = PATH
})
afterAll(async () => {
  await fleet?.close()
  await postgres?.stop()
})

const textOf = (name: string): string => readFileSync(join(import.meta.dirname, 'dumps', `${name}.sql`), 'utf8')
const add = (project: string, namespace: string) => addTenant(fleet, project, namespace)

async function templates(project: string): Promise<readonly unknown[]> {
  const { rows } = await fleet.catalog.query<{ revision: number; bodies: string; alone: boolean }>(
    `select revision, reading ->> 'bodies' as bodies, (reading ->> 'locksShared')::boolean as alone from schema_saga.sql_template where project_id = $1 order by 1`,
    [project],
  )
  return rows.map(({ revision, bodies, alone }) => `${revision} ${bodies}${alone ? ', one at a time' : ''}`)
}

/** Nobody has drifted, and what pg_dump says of the tenant is what it says of the base. */
async function requireAlike(project: string, tenant: string): Promise<void> {
  const { catalog, pools, url } = fleet
  expect(await scanDrift({ catalog, pools, project })).toMatchObject({ checked: 2, matching: 2, drift: [] })
  expect(await dumpOf(url, tenant)).toBe(await dumpOf(url, `${project}_base`))
}

const drifted = { code: 'TARGET_DRIFTED' }
const noNamespace = async (name: string): Promise<void> => {
  const { rowCount } = await fleet.client.query('SELECT FROM pg_namespace WHERE nspname = $1', [name])
  expect(rowCount).toBe(0)
}

describe.skipIf(postgres === null)('a base', () => {
  it('is made of a namespace that a worker writes down, the same text each time', async () => {
    const { client, catalog, pools: targetPools } = fleet
    await loadCase(client, 'hyku_rails', 'written "down"')
    const place = { server: 'alpha', namespace: 'written "down"' }
    const dumped = await dumpForBaseline({ catalog, targetPools }, place)
    expect(await dumpForBaseline({ catalog, targetPools }, place)).toEqual(dumped)
    await makeProject(fleet, 'written', await requireText(catalog, dumped.sha256))
    const { rows } = await client.query(
      `SELECT count(*)::int FROM pg_class WHERE relnamespace = 'written_base'::regnamespace`,
    )
    expect(rows).toEqual([{ count: expect.toSatisfy((count: number) => count > 10) }])
    expect(await dumpOf(fleet.url, 'written_base')).toBe(await dumpOf(fleet.url, place.namespace))
  })

  it('needs a pg_dump for that, or a file that a person writes', async () => {
    const { catalog, pools: targetPools } = fleet
    const dump = (namespace: string) => dumpForBaseline({ catalog, targetPools }, { server: 'alpha', namespace })
    await expect(dump('nowhere')).rejects.toMatchObject({ code: 'TARGET_GONE' })
    process.env.PATH = '/nowhere'
    await expect(dump('shop_base')).rejects.toMatchObject({
      code: 'DUMP_UNAVAILABLE',
      message: expect.stringMatching(
        /or newer on their PATH\. .*: pg_dump --schema-only --schema='"shop_base"' .* > baseline\.sql$/,
      ),
    })
  })
})

describe.skipIf(postgres === null)('a new tenant of a project of SQL', () => {
  it.each(CASES)('is what the base of %s is, made of a dump that is proven and kept', async (name) => {
    // It makes what the case has in public, too.
    await loadCase(fleet.client, name, `${name}-others`)
    await makeProject(fleet, name, textOf(name))
    expect(await add(name, `${name}-new "A".b`)).toMatchObject({ revision: 1, created: true })
    await requireAlike(name, `${name}-new "A".b`)
    // It has keys that refer to a table of public, which they lock.
    expect(await templates(name)).toEqual([`1 as they are${name === 'koku_django' ? ', one at a time' : ''}`])
  })

  it('has what the base has, of every kind, and all that publications take of it', async () => {
    await makeProject(fleet, 'everything', textOf('everything'))
    await fleet.client.query(`CREATE PUBLICATION news; CREATE ROLE ${READER}; SET search_path = everything_base;
      ALTER PUBLICATION news ADD TABLE customer, invoice (id, total) WHERE (id > 1);
      ALTER DEFAULT PRIVILEGES IN SCHEMA everything_base GRANT SELECT ON TABLES TO ${READER};
      COMMENT ON TABLE customer IS 'who pays shop_base'; ALTER TABLE customer ALTER name SET STATISTICS 7; RESET search_path`)
    await recordAnew('everything')
    await add('everything', 'every')
    await requireAlike('everything', 'every')
  })

  it('is made at the revision that its project has, without what that has set aside', async () => {
    const { client, addRevision, project } = fleet
    await addRevision(`ALTER TABLE invoice ADD _aside_0002_1_note text NOT NULL DEFAULT '', ADD shop_base text;
      CREATE TABLE _aside_0002_old (id bigserial PRIMARY KEY, invoice_id bigint REFERENCES invoice);
      CREATE MATERIALIZED VIEW later AS SELECT id, shop_base FROM invoice WITH NO DATA;
      CREATE MATERIALIZED VIEW now AS SELECT count(*) FROM invoice;
      CREATE FUNCTION of_shop() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
        RETURN (SELECT count(shop_base.id) FROM invoice shop_base); END $$`)
    process.env.PATH = '/nowhere'
    await expect(add(project, 'early')).rejects.toThrow(
      /^No tenant of project "shop" can be made at revision 2: put pg_dump of PostgreSQL \d+ on the PATH of the workers, so that [^\n]*alpha\/shop_base holds\.$/,
    )
    await noNamespace('early')
    process.env.PATH = PATH
    expect(await add(project, 'early')).toMatchObject({ revision: 2 })
    process.env.PATH = '/nowhere'
    expect(await add(project, 'later')).toMatchObject({ revision: 2 })
    await client.query('SET search_path = early')
    const { rows } = await client.query(`SELECT early.of_shop(), (SELECT count FROM early.now) AS filled,
      (SELECT count(*)::int FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'early'::regnamespace AND (c.relname ~ '^_aside_' OR a.attname ~ '^_aside_')) AS aside`)
    await client.query('RESET search_path')
    expect(rows).toEqual([{ of_shop: '0', filled: '0', aside: 0 }])
    const { catalog, pools } = fleet
    // Of the base it tells that no list has what was set aside here.
    const { drift } = await scanDrift({ catalog, pools, project })
    expect(drift.flatMap(({ targets }) => targets.map(({ scope }) => scope))).toEqual([''])
    expect(await templates(project)).toEqual(['2 as they are'])
  })

  it('waits for an operation that is changing the base, and is not made of a base that has drifted', async () => {
    const { client, catalog } = fleet
    await makeProject(fleet, 'moved', 'CREATE TABLE t (id integer)')
    await recordAnew('moved', 2)
    await client.query('ALTER TABLE moved_base.t ADD note text')
    await expect(add('moved', 'm1')).rejects.toMatchObject({
      ...drifted,
      message: `No tenant of project "moved" can be made at revision 2: alpha/moved_base is not what that was recorded as: column t.note is extra.`,
    })
    await catalog.query(`insert into schema_saga.operation (id, project_id, type, status, content_hash, request, options, actor,
        workflow_id, first_run_id, run_id, before_schema) values ('0003', 'moved', 'run_sql', 'applying', 'x', '{}', '{}', 'test', 'w', 'r', 'r', '{}')`)
    const waits = { code: 'LOCK_UNAVAILABLE', message: expect.stringContaining('by operation 0003, which is applying') }
    await expect(add('moved', 'm1')).rejects.toMatchObject(waits)
    await noNamespace('m1')
    expect(await templates('moved')).toEqual([])
  })

  it('has a database of its own where its base has, with the extensions that somebody has put there', async () => {
    const { catalog, url, client } = fleet
    await addServer(catalog, { id: 'own', dsnEnv: 'OWN', databasePerTenant: true, actor: 'test' })
    const names = ['own_base', 'own_ada'].map((name) => `${name}_${process.pid}`)
    const dsn = (name: string): string => url.replace(/[^/]*$/, name)
    const pools = createTargetPools({
      server: (id) => ({ id, dsnEnv: 'OWN', maxSessions: 4, databasePerTenant: true }),
      dsn: () => dsn('{namespace}'),
    })
    try {
      for (const name of names) {
        await client.query(`CREATE DATABASE ${name}`)
        await withConnection(dsn(name), (session) => session.query('CREATE EXTENSION citext'))
      }
      const [base = '', ada = ''] = names
      const own = { ...fleet, pools }
      await makeProject(own, 'own', 'CREATE TABLE t (name citext); CREATE VIEW v AS SELECT name FROM t', ['own', base])
      await addTenant(own, 'own', ada, 'own')
      const drift = await scanDrift({ catalog, pools, project: 'own' })
      expect(drift).toMatchObject({ checked: 2, matching: 2, drift: [] })
      expect(await templates('own')).toEqual(['1 as they are'])
    } finally {
      await pools.close()
      for (const name of names) await client.query(`DROP DATABASE IF EXISTS ${name}`)
    }
  })

  it('is made by a worker that is no superuser of what belongs to others, for whose role it may act', async () => {
    const { url, drop } = await database()
    const [worker, owner, app, other] = ['worker', 'owner', 'shop_base_app', 'other'].map(
      (name) => `p${process.pid}_${name}`,
    )
    const roles = [worker, owner, app, other, `p${process.pid}_ada_app`]
    await withConnection(url, async (session) => {
      for (const name of roles) await session.query(`CREATE ROLE ${name} LOGIN PASSWORD 'pw'`)
      await session.query(
        `GRANT ${owner}, ${other} TO ${worker}; GRANT CREATE ON DATABASE ${url.split('/').at(-1)} TO ${worker}`,
      )
    })
    const login = new URL(url)
    login.username = String(worker)
    login.password = 'pw'
    const text = `CREATE SCHEMA d; ALTER SCHEMA d OWNER TO ${owner}; CREATE TABLE d.t (id serial PRIMARY KEY); ALTER TABLE d.t OWNER TO ${owner};
      CREATE MATERIALIZED VIEW d.m AS SELECT count(*) FROM d.t; ALTER MATERIALIZED VIEW d.m OWNER TO ${owner}; GRANT SELECT ON d.t TO ${app};
      GRANT CREATE ON SCHEMA d TO ${other}; CREATE TABLE d.u (); ALTER TABLE d.u OWNER TO ${other}`
    const own = await openSqlFleet({ text, on: () => fleetOn(login.href, async () => {}) })
    try {
      const { catalog, pools, project, client } = own
      const settings = { tenant_role: `p${process.pid}_{namespace}_app` }
      await setProjectSettings(catalog, { id: project, settings, actor: 'test' })
      await addTenant(own, project, 'ada')
      expect(await scanDrift({ catalog, pools, project })).toMatchObject({ checked: 2, matching: 2, drift: [] })
      const { rows } =
        await client.query(`SELECT has_table_privilege('p${process.pid}_ada_app', 'ada.t', 'SELECT') AS may,
        (SELECT array_agg(tableowner ORDER BY tablename)::text[] FROM pg_tables WHERE schemaname = 'ada') AS owners`)
      expect(rows).toEqual([{ may: true, owners: [owner, other] }])
      const kept = await catalog.query(`select reading ->> 'bodies' as bodies from schema_saga.sql_template`)
      expect(kept.rows).toEqual([{ bodies: 'as they are' }])
    } finally {
      await own.close()
      await drop()
      await withConnection(fleet.url, (session) => session.query(`DROP ROLE ${roles.join(', ')}`))
    }
  })

  it('is not made of texts that name the namespace of the base', async () => {
    const { client } = fleet
    await makeProject(fleet, 'named', 'CREATE TABLE t (id integer)')
    await client.query(`CREATE FUNCTION named_base.f() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
      RETURN (SELECT count(*) FROM named_base.t); END $$`)
    await recordAnew('named', 2)
    await expect(add('named', 'n1')).rejects.toThrow(
      /texts of it name the namespace "named_base" itself: function f\(\)\.$/,
    )
  })
})

const READER = `reader_${process.pid}`

/** The record of a base that was changed by hand, as that of its revision, or of a later one. */
async function recordAnew(project: string, revision = 1): Promise<void> {
  const { client, catalog } = fleet
  const record = JSON.stringify(await readRecord(client, `${project}_base`, WHOLE))
  if (revision > 1) {
    await catalog.query(
      `insert into schema_saga.schema_revision (project_id, revision, schema, schema_hash) values ($1, $2, '{"models": []}', 'h');`,
      [project, revision],
    )
    await catalog.query(
      `insert into schema_saga.sql_revision (project_id, revision, name, chain, up, record)
       select project_id, $2, 'later', 'c', up, record from schema_saga.sql_revision where project_id = $1 limit 1`,
      [project, revision],
    )
    await catalog.query(`update schema_saga.project set revision = $2, schema_hash = 'h' where id = $1`, [
      project,
      revision,
    ])
  }
  await catalog.query('update schema_saga.sql_revision set record = $3 where project_id = $1 and revision = $2', [
    project,
    revision,
    record,
  ])
}
