import { expect, test } from 'vitest'
import { writeAudit } from '../../../src/postgres/catalog/audit.ts'
import { inTransaction } from '../../../src/postgres/catalog/pool.ts'
import { setTenantAside } from '../../../src/postgres/catalog/tenants/states.ts'
import { useLedger } from './ledger.ts'

const ledger = useLedger()
const entry = { projectId: 'p', actor: 'ana', action: 'pause', details: { note: 'peak hours' } }

const lines = async () =>
  (await ledger.pool.query(`select actor, details from schema_saga.audit where project_id = 'p' order by id`)).rows

test('what no column can hold is replaced, in the words of a person and around them', async () => {
  await writeAudit(ledger.pool, { ...entry, actor: 'a\0na', details: { note: 'pasted \0 \uD800 text', of: ['\0'] } })
  expect(await lines()).toEqual([
    { actor: 'a\uFFFDna', details: { note: 'pasted \uFFFD \uFFFD text', of: ['\uFFFD'] } },
  ])
})

test('an audit that refuses its lines, or that somebody has locked, stops no transaction', async () => {
  await ledger.pool.query(`alter table schema_saga.audit add constraint nobody check (actor <> 'ana') not valid`)
  const name = () => `n${Math.random()}`
  const work = async (actor: string) => {
    const made = name()
    await inTransaction(ledger.pool, async (client) => {
      await client.query('create temporary table if not exists done (name text)')
      await client.query('insert into done values ($1)', [made])
      await writeAudit(client, { ...entry, actor })
      expect((await client.query('select name from done where name = $1', [made])).rowCount).toBe(1)
    })
  }
  const before = (await lines()).length
  await work('ana')
  const person = await ledger.pool.connect()
  await person.query('begin')
  await person.query('lock table schema_saga.audit in access exclusive mode')
  await work('bob')
  await person.query('rollback')
  person.release()
  expect(await lines()).toHaveLength(before)
})

test('a reason that no column can hold, or that nobody would read, is refused before anything is changed', async () => {
  await ledger.addTenant('t1')
  const park = (by: { readonly actor: string; readonly reason: string | null }) =>
    setTenantAside(ledger.pool, { project: ledger.project, tenant: 't1', state: 'parked', ...by })
  for (const reason of ['pasted \0 text', 'half \uD800 a pair', 'x'.repeat(2_001)]) {
    await expect(park({ actor: 'ana', reason })).rejects.toMatchObject({ code: 'INPUT_INVALID', path: 'reason' })
  }
  await expect(park({ actor: '\0', reason: null })).rejects.toMatchObject({ code: 'INPUT_INVALID', path: 'actor' })
})
