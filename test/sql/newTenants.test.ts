import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeTarget } from '../../src/activities/fleet/makeTarget.ts'
import { createProvisionManyActivities } from '../../src/activities/fleet/provisionManyActivities.ts'
import { temporalRuns } from '../../src/activities/workflowClient.ts'
import type { ProvisionTenantsActivities } from '../../src/contract.ts'
import { createProject } from '../../src/postgres/catalog/projects/createProject.ts'
import { setProjectSettings } from '../../src/postgres/catalog/projects/settings.ts'
import { listTenants } from '../../src/postgres/catalog/tenants/list.ts'
import { openProvisioning } from '../../src/postgres/catalog/tenants/provision.ts'
import { scanDrift } from '../../src/postgres/drift/drift.ts'
import type { TargetPools } from '../../src/postgres/sessions/pools.ts'
import { ACTIVITY_DEFAULTS } from '../fixtures/activityDefaults.ts'
import { freshDatabase } from '../fixtures/database.ts'
import { mortalWorker, WorkerDied } from '../postgres/faults/mortalWorker.ts'
import { fleetOn, openFleet, revisionOf } from '../postgres/fleet.ts'
import { addTenant, openSqlFleet, type SqlFleet, TEXT } from './sqlFleet.ts'

const PATH = process.env.PATH ?? ''
// Without a pg_dump the first revision has its baseline.
beforeEach(() => {
  process.env.PATH = '/nowhere'
})
afterEach(() => {
  process.env.PATH = PATH
})

describe('a new tenant at the first revision, without a pg_dump', () => {
  let fleet: SqlFleet
  beforeAll(async () => {
    fleet = await openSqlFleet({ text: `${TEXT}; CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM invoice` })
  })
  afterAll(() => fleet.close())
  const add = (namespace: string) => addTenant(fleet, 'shop', namespace)

  it('is made of the baseline, registered with the revision and hash of its project', async () => {
    const { catalog, pools, client } = fleet
    const first = await add('ada')
    expect(first).toMatchObject({ revision: 1, created: true })
    await client.query('CREATE SCHEMA "Emp ty"')
    expect(await add('Emp ty')).toEqual(first)
    const { rows } = await client.query('SELECT count FROM ada.totals')
    expect(rows).toEqual([{ count: '0' }])
    expect(await scanDrift({ catalog, pools, project: 'shop' })).toMatchObject({ checked: 3, matching: 3, drift: [] })
    const kept = await catalog.query(`select revision, reading ->> 'bodies' as bodies from schema_saga.sql_template`)
    expect(kept.rows).toEqual([{ revision: 1, bodies: 'checked' }])
  })

  it('is made once, whenever its worker dies', async () => {
    const { catalog, pools, client } = fleet
    const make = async (namespace: string, by: TargetPools) => {
      const place = { project: 'shop', scope: namespace, server: 'alpha', namespace, actor: 'test' }
      const { target } = await openProvisioning(catalog, place)
      return await makeTarget({ catalog, targetPools: by }, { project: 'shop', target })
    }
    const undisturbed = mortalWorker(pools)
    await make('dead0', undisturbed.pools)
    const passed = undisturbed.passed().filter(({ scope }) => scope === 'dead0')
    // The moments at which something becomes true, and every tenth one between them.
    const points = passed.filter(
      ({ text, at }) => at % 10 === 0 || /^BEGIN|^COMMIT|register_target|CREATE SCHEMA/.test(text),
    )
    expect(points.length).toBeGreaterThan(6)
    for (const { at, text } of points) {
      const name = `dead${at}`
      const worker = mortalWorker(pools, { scope: name, at, end: 'behind' })
      await expect(make(name, worker.pools)).rejects.toThrow(WorkerDied)
      expect(await make(name, pools)).toMatchObject({ revision: 1, created: text !== 'COMMIT' })
      const { rows } = await client.query(`SELECT count FROM "${name}".totals`)
      expect(rows).toEqual([{ count: '0' }])
    }
  })

  it('leaves a namespace alone that has something in it, and itself nothing behind', async () => {
    const { client, catalog, byHand } = fleet
    await byHand('full')
    await expect(add('full')).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
    await client.query(`CREATE SCHEMA taken; ALTER DEFAULT PRIVILEGES IN SCHEMA taken GRANT SELECT ON TABLES TO public`)
    await expect(add('taken')).rejects.toThrow(
      /^alpha\/taken would not be what revision 1 of its project is, so that it was not made: default privileges /,
    )
    const { rows } = await client.query(`SELECT FROM pg_class WHERE relnamespace = 'taken'::regnamespace`)
    expect({ rows, revision: await revisionOf(fleet, 'taken') }).toEqual({ rows: [], revision: undefined })
    const ids = (await listTenants(catalog, 'shop')).map(({ id }) => id)
    expect(ids.filter((id) => ['full', 'taken'].includes(id))).toEqual([])
  })

  it('is made with many others from one template, and what keeps all from being made is told of each', async () => {
    const { catalog, pools: targetPools } = fleet
    const deps = { ...ACTIVITY_DEFAULTS, catalog, targetPools, runs: temporalRuns }
    const { openProvisionings, provisionTargets, activateTargets } = createProvisionManyActivities(deps)
    const run = <Input, Result>(work: (input: Input) => Promise<Result>, input: Input) =>
      new MockActivityEnvironment().run<[Input], Result, typeof work>(work, input) as Promise<Result>
    const list = (...ids: readonly string[]) => ids.map((id) => ({ id, server: 'alpha', namespace: `m_${id}` }))
    const input = { project: 'shop', actor: 'test', tenants: list('one', 'two', 'three') }
    const { opened } = await run(openProvisionings, input)
    const made = await run(provisionTargets, { project: 'shop', targets: opened })
    expect({ ...made, made: made.made.length }).toEqual({ made: 3, later: [], failed: [] })
    expect(await run(provisionTargets, { project: 'shop', targets: opened })).toMatchObject({ later: [], failed: [] })
    expect(await run(activateTargets, { project: 'shop', made: made.made })).toEqual({ active: 3, late: [] })
    await fleet.addRevision('CREATE TABLE note ()')
    const more = await run(openProvisionings, { ...input, tenants: list('four', 'five') })
    const none: Awaited<ReturnType<ProvisionTenantsActivities['provisionTargets']>> = await run(provisionTargets, {
      project: 'shop',
      targets: more.opened,
    })
    const told = none.failed.map(({ target, code }) => [target.scope, code]).sort()
    expect({ made: none.made, later: none.later, told }).toEqual({
      made: [],
      later: [],
      told: [
        ['five', 'TEMPLATE_MISSING'],
        ['four', 'TEMPLATE_MISSING'],
      ],
    })
  })

  it('is not asked for before the base is there', async () => {
    const { catalog } = fleet
    const baseline = { text: TEXT, source: 'a.sql', namespace: null, rewriteBodies: false }
    await createProject(catalog, {
      id: 'new',
      base: { server: 'alpha', namespace: 'new_base' },
      baseline,
      actor: 'test',
    })
    const place = { project: 'new', scope: 'ada', server: 'alpha', namespace: 'new_ada', actor: 'test' }
    await expect(openProvisioning(catalog, place)).rejects.toMatchObject({ code: 'NOT_APPLICABLE' })
  })
})

describe('whose the objects of a new tenant are, made by a worker that is no superuser', () => {
  const sfx = `r${process.pid}`
  const role = (name: string): string => `${sfx}_${name}`
  const ROLES = [
    ...['worker', 'owner', 'other', 'elder'].map(role),
    ...['d', 'shop_base', 'ada', 'cem'].map((n) => `${role(n)}_app`),
  ]
  const DUMP = `CREATE SCHEMA d; ALTER SCHEMA d OWNER TO ${role('owner')};
    GRANT CREATE ON SCHEMA d TO ${role('other')};
    CREATE TABLE d.invoice (id integer PRIMARY KEY); ALTER TABLE d.invoice OWNER TO ${role('owner')};
    CREATE TABLE d.note (id integer); ALTER TABLE d.note OWNER TO ${role('other')};
    CREATE POLICY own ON d.invoice TO ${role('d')}_app USING (true); ALTER TABLE d.invoice ENABLE ROW LEVEL SECURITY;
    GRANT USAGE ON SCHEMA d TO ${role('d')}_app; GRANT SELECT ON d.invoice TO ${role('d')}_app;
    ALTER DEFAULT PRIVILEGES FOR ROLE ${role('owner')} IN SCHEMA d GRANT SELECT ON TABLES TO ${role('d')}_app`
  let fleet: SqlFleet
  beforeAll(async () => {
    const { url, drop } = await freshDatabase()
    const own = await fleetOn(url, async () => {})
    for (const name of ROLES) await own.client.query(`CREATE ROLE ${name} LOGIN PASSWORD 'pw' NOSUPERUSER`)
    for (const name of ROLES.slice(1)) await own.client.query(`GRANT ${name} TO ${role('worker')}`)
    await own.client.query(`GRANT CREATE ON DATABASE ${new URL(url).pathname.slice(1)} TO ${role('worker')}`)
    const release = async (): Promise<void> => {
      for (const name of [...ROLES].reverse())
        await own.client.query(`DROP OWNED BY ${name} CASCADE; DROP ROLE ${name}`)
      await own.close()
      await drop()
    }
    const login = new URL(url)
    login.username = role('worker')
    login.password = 'pw'
    fleet = await openSqlFleet({ text: DUMP, on: () => fleetOn(login.href, release) })
    const settings = { tenant_role: `${sfx}_{namespace}_app` }
    await setProjectSettings(fleet.catalog, { id: 'shop', settings, actor: 'test' })
  })
  afterAll(() => fleet.close())

  it('is said by the owner of its namespace, and its own role gets what the role of the base has', async () => {
    const { catalog, pools, client } = fleet
    await expect(addTenant(fleet, 'shop', 'bob')).rejects.toThrow(
      `alpha/bob: there is no role "${role('bob')}_app" on its server, which the tenant needs because tenant_role is ${sfx}_{namespace}_app: create the role, and try again.`,
    )
    await addTenant(fleet, 'shop', 'ada')
    await client.query(`CREATE SCHEMA cem; ALTER SCHEMA cem OWNER TO ${role('elder')}`)
    await addTenant(fleet, 'shop', 'cem')
    const { rows } = await client.query(
      `SELECT tablename AS table, schemaname AS tenant, tableowner AS owner,
              has_table_privilege('${role('ada')}_app', schemaname || '.' || tablename, 'SELECT') AS ada
         FROM pg_tables WHERE schemaname IN ('ada', 'cem') ORDER BY 1, 2`,
    )
    expect(rows).toEqual([
      { table: 'invoice', tenant: 'ada', owner: role('owner'), ada: true },
      { table: 'invoice', tenant: 'cem', owner: role('elder'), ada: false },
      { table: 'note', tenant: 'ada', owner: role('other'), ada: false },
      { table: 'note', tenant: 'cem', owner: role('other'), ada: false },
    ])
    expect(await scanDrift({ catalog, pools, project: 'shop' })).toMatchObject({ checked: 3, matching: 3, drift: [] })
  })
})

describe('a base that is the work of the worker alone', () => {
  it('gives its objects to the owner of the tenant, whoever made the namespace', async () => {
    const fleet = await openSqlFleet({ on: openFleet })
    const owner = `o${process.pid}_owner`
    try {
      await fleet.client.query(`CREATE ROLE ${owner}; CREATE SCHEMA theirs AUTHORIZATION ${owner}`)
      await addTenant(fleet, 'shop', 'theirs')
      const { rows } = await fleet.client.query(`SELECT tableowner FROM pg_tables WHERE schemaname = 'theirs'`)
      expect(rows).toEqual([{ tableowner: owner }])
      const { catalog, pools } = fleet
      expect(await scanDrift({ catalog, pools, project: 'shop' })).toMatchObject({ checked: 2, matching: 2 })
    } finally {
      await fleet.client.query(`DROP OWNED BY ${owner} CASCADE; DROP ROLE ${owner}`)
      await fleet.close()
    }
  })
})
