import { randomBytes } from 'node:crypto'
import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createImportActivities } from '../../src/activities/import/importActivities.ts'
import { addServer } from '../../src/postgres/catalog/projects/servers.ts'
import { createTargetPools } from '../../src/postgres/sessions/pools.ts'
import { ACTIVITY_DEFAULTS } from '../fixtures/activityDefaults.ts'
import { databaseUrl, onServer } from '../fixtures/database.ts'
import { useLedger } from '../postgres/catalog/ledger.ts'

const ledger = useLedger()
const RUN = randomBytes(4).toString('hex')
const ROLE = `importer_${RUN}`
const [OPEN, CLOSED, LAST] = ['a', 'b', 'c'].map((name) => `import_${RUN}_${name}`) as [string, string, string]

beforeAll(async () => {
  await onServer(`CREATE ROLE ${ROLE} LOGIN PASSWORD 'i'`)
  for (const name of [OPEN, CLOSED, LAST]) await onServer(`CREATE DATABASE ${name}`)
  await onServer(`REVOKE CONNECT ON DATABASE ${CLOSED} FROM PUBLIC`)
  await addServer(ledger.pool, { id: 'per', dsnEnv: 'PER', databasePerTenant: true, actor: 'test' })
})
afterAll(async () => {
  for (const name of [OPEN, CLOSED, LAST]) await onServer(`DROP DATABASE ${name} WITH (FORCE)`)
  await onServer(`DROP ROLE ${ROLE}`)
})

test('a database that does not let us in is refused with its reason, and the others are looked at', async () => {
  await ledger.committed('1', 'food')
  const url = new URL(databaseUrl('x'))
  url.username = ROLE
  url.password = 'i'
  const targetPools = createTargetPools({
    server: (id) => ({ id, dsnEnv: 'PER', maxSessions: 2, databasePerTenant: true }),
    dsn: () => url.href.replace('/x', '/{namespace}'),
  })
  const { importNamespaces } = createImportActivities({
    ...ACTIVITY_DEFAULTS,
    catalog: ledger.pool,
    targetPools,
    runs: ledger.runs,
  })
  const input = { project: ledger.project, server: 'per', like: `import\\_${RUN}\\_%`, dryRun: true, actor: 'test' }
  type Found = Awaited<ReturnType<typeof importNamespaces>>
  const found = (await new MockActivityEnvironment().run(importNamespaces, input)) as Found
  await targetPools.close()
  expect(found.refused).toEqual([
    expect.objectContaining({
      namespace: CLOSED,
      reason: expect.stringMatching(/cannot be reached: permission denied for database .* \(SQLSTATE 42501\)/),
    }),
  ])
  expect(found.parked.map(({ namespace }: { namespace: string }) => namespace)).toEqual([OPEN, LAST])
})
