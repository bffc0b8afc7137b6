import { randomBytes, randomUUID } from 'node:crypto'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { abandonAndGoOn } from '../../src/activities/fleet/abandonTarget.ts'
import { createProvisionActivities } from '../../src/activities/fleet/provisionActivities.ts'
import { createProject } from '../../src/postgres/catalog/projects/createProject.ts'
import { addServer } from '../../src/postgres/catalog/projects/servers.ts'
import { createTargetPools } from '../../src/postgres/sessions/pools.ts'
import { makeDatabase } from '../../src/postgres/target/madeDatabase.ts'
import { ACTIVITY_DEFAULTS } from '../fixtures/activityDefaults.ts'
import { databaseUrl, onServer } from '../fixtures/database.ts'
import { useLedger } from '../postgres/catalog/ledger.ts'

const ledger = useLedger()
const NAMES = ['base', 'tenant'].map((kind) => `abandoned_${randomBytes(6).toString('hex')}_${kind}`)
const [BASE, TENANT] = NAMES as [string, string]
const targetPools = createTargetPools({
  server: (id) => ({ id, dsnEnv: 'PER', maxSessions: 2, databasePerTenant: true }),
  dsn: () => databaseUrl('{namespace}'),
})
afterAll(async () => {
  await targetPools.close()
  for (const name of NAMES) await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
})

test('what was made for a base or tenant that was refused is dropped together with the place of the tenant', async () => {
  const { pool, runs } = ledger
  const { openProvisioning, abandonProvisioning } = createProvisionActivities({
    ...ACTIVITY_DEFAULTS,
    catalog: pool,
    targetPools,
    runs,
  })
  await addServer(pool, { id: 'per', dsnEnv: 'PER', databasePerTenant: true, actor: 'test' })
  const project = `${ledger.project}d`
  await createProject(pool, { id: project, base: { server: 'per', namespace: BASE }, actor: 'test' })
  for (const [scope, namespace] of [['', BASE] as const, ['t1', TENANT] as const]) {
    const { target } = await openProvisioning({ project, scope, server: 'per', namespace, actor: 'test' })
    await makeDatabase(targetPools, target)
    const abandoned = { project, target, actor: 'test', error: 'its type is missing' }
    await new MockActivityEnvironment().run(abandonProvisioning, abandoned)
    expect((await pool.query('select from pg_database where datname = $1', [namespace])).rowCount).toBe(0)
  }
  const { rows } = await pool.query('select scope from schema_saga.place where project_id = $1', [project])
  expect(rows).toEqual([{ scope: '' }])
})

test('a database that cannot be dropped is told in the log, with operation, tenant and code, and nothing else ends', async () => {
  const away = createTargetPools({
    server: (id) => ({ id, dsnEnv: 'AWAY', maxSessions: 2, databasePerTenant: true }),
    dsn: () => 'postgres://me@127.0.0.1:1/{namespace}',
  })
  onTestFinished(() => away.close())
  const lines: unknown[] = []
  const environment = new MockActivityEnvironment(
    {},
    { logger: new DefaultLogger('WARN', ({ meta }) => lines.push(meta)) },
  )
  const target = { scope: 't2', server: 'away', namespace: 'nowhere', incarnation: randomUUID() }
  const abandoned = { project: ledger.project, target, actor: 'test', error: 'its server is away' }
  await environment.run(() => abandonAndGoOn({ catalog: ledger.pool, targetPools: away }, 'op-7', abandoned))
  expect(lines).toEqual([expect.objectContaining({ operation: 'op-7', tenant: 't2', code: 'TARGET_UNREACHABLE' })])
})
