import { afterAll, beforeAll, expect, it } from 'vitest'
import { findLongTransactions, heldByOthers } from '../../../src/postgres/preflight/longTransactions.ts'
import { openFleet, type TestFleet, target } from '../fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
  for (const namespace of ['one', 'two', 'three']) await target(fleet, namespace)
})
afterAll(() => fleet?.close())

const look = () => findLongTransactions(fleet.client, ['one', 'two', 'three'], ['food'])

it('sees nothing where nobody holds the tables, and nothing of transactions that are young', async () => {
  expect(await look()).toEqual([])
  const young = await fleet.connect()
  await young.query(`BEGIN; SELECT * FROM one.food WHERE name = 'secret-value'`)
  expect(await look()).toEqual([])
  await young.query('ROLLBACK')
})

it('names a session whose transaction is old and holds the table, not what it runs', async () => {
  const old = await fleet.connect()
  await old.query(`SET application_name = 'nightly report'`)
  await old.query(`BEGIN; SELECT * FROM two.food WHERE name = 'secret-value'`)
  const { rows } = await old.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  // Its clock cannot be turned: any age counts as old here.
  const found = await findLongTransactions(fleet.client, ['one', 'two', 'three'], ['food'], 0)
  expect(found).toMatchObject([
    {
      namespace: 'two',
      blockers: [{ pid: rows[0]?.pid, applicationName: 'nightly report', state: 'idle in transaction' }],
    },
  ])
  expect(JSON.stringify(found)).not.toContain('secret')
  expect(await findLongTransactions(fleet.client, ['one', 'two', 'three'], ['other'], 0)).toEqual([])
  const refusal = heldByOthers('alpha/two', found[0]?.blockers ?? [])
  expect(refusal).toMatchObject({ name: 'LockUnavailable', code: 'LOCK_UNAVAILABLE' })
  expect(refusal.message).toMatch(
    /^alpha\/two: .* 30 s\. Blocked by pid \d+ \(nightly report, idle in transaction, \d+ s\)\.$/,
  )
  await old.query('ROLLBACK')
})
