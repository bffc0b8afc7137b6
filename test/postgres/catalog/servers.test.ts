import { expect, test } from 'vitest'
import { addServer, listServers, requireServer, setServer } from '../../../src/postgres/catalog/projects/servers.ts'
import { useLedger } from './ledger.ts'

const ledger = useLedger()
const entry = { id: 'own', dsnEnv: 'OWN_URL', databasePerTenant: true, tablesIn: 'app', actor: 'ada' }

test('an entry says where the tables of a database per tenant are: in public unless it names another namespace', async () => {
  const row = await addServer(ledger.pool, entry)
  expect(row).toEqual({
    id: 'own',
    dsn_env: 'OWN_URL',
    max_sessions: 8,
    database_per_tenant: true,
    tables_in: 'app',
  })
  expect(await addServer(ledger.pool, entry)).toEqual(row)
  expect(await requireServer(ledger.pool, 'own')).toMatchObject({ databasePerTenant: true, tablesIn: 'app' })
  await expect(addServer(ledger.pool, { ...entry, tablesIn: 'other' })).rejects.toMatchObject({
    code: 'ALREADY_EXISTS',
  })

  const { tablesIn: _, ...plain } = entry
  expect(await addServer(ledger.pool, { ...plain, id: 'plain' })).toMatchObject({ tables_in: 'public' })
  const shared = await addServer(ledger.pool, { id: 'shared', dsnEnv: 'X', actor: 'ada' })
  expect(shared).toMatchObject({ database_per_tenant: false, tables_in: null })
})

test.each([
  ['a namespace where tenants share databases', { databasePerTenant: false }, 'tables_in'],
  ['a namespace of Postgres', { tablesIn: 'pg_catalog' }, 'namespace'],
  ['no session', { maxSessions: 0 }, 'max_sessions'],
  ['more sessions than any server has', { maxSessions: 1_001 }, 'max_sessions'],
])('an entry is refused with %s, and nothing is changed', async (_, wrong, path) => {
  const before = await listServers(ledger.pool)
  await expect(addServer(ledger.pool, { ...entry, id: 'wrong', ...wrong })).rejects.toMatchObject({
    name: 'InputInvalid',
    code: 'INPUT_INVALID',
    path,
  })
  expect(await listServers(ledger.pool)).toEqual(before)
})

test('the budget may be changed, which the audit records; nothing else may', async () => {
  await addServer(ledger.pool, { id: 'busy', dsnEnv: 'X', actor: 'ada' })
  expect(await setServer(ledger.pool, { id: 'busy', maxSessions: 3, actor: 'bob' })).toMatchObject({ max_sessions: 3 })
  const { rows } = await ledger.pool.query(
    `select actor, details from schema_saga.audit where action = 'server_set' order by id`,
  )
  expect(rows).toEqual([{ actor: 'bob', details: { id: 'busy', max_sessions: 3, before: 8 } }])
  const change = { id: 'busy', maxSessions: 0, actor: 'bob' }
  await expect(setServer(ledger.pool, change)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  await expect(setServer(ledger.pool, { ...change, id: 'none', maxSessions: 1 })).rejects.toMatchObject({
    code: 'SERVER_NOT_FOUND',
  })
})
