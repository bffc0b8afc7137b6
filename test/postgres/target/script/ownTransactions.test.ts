import type { ClientBase } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ownAmong } from '../../../../src/postgres/target/script/traces/ownTransactions.ts'
import { openFleet, type TestFleet } from '../../fleet.ts'

let fleet: TestFleet
let client: ClientBase
let other: ClientBase
beforeAll(async () => {
  fleet = await openFleet()
  client = fleet.client
  other = await fleet.connect()
})
afterAll(() => fleet.close())

const number = async (session: ClientBase): Promise<bigint> => {
  const { rows } = await session.query<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid')
  return BigInt(rows[0]?.xid ?? 0)
}

const bare = (xid: bigint): string => (xid % 2n ** 32n).toString()

it('tells its own numbers from those of others, of the past, and of rows frozen a whole round ago', async () => {
  await client.query('BEGIN')
  const top = await number(client)
  const theirs = await number(other)
  await client.query('SAVEPOINT part; CREATE TABLE public.part (a int)')
  const { rows } = await client.query<{ xid: string }>(`SELECT xmin::text AS xid FROM pg_class WHERE relname = 'part'`)
  const [part = ''] = rows.map(({ xid }) => xid)
  await client.query('RELEASE SAVEPOINT part')
  const future = [1_000n, 5_000n, 70_000n, 3_000_000_000n].map((distance) => bare(top + distance))
  const asked = [...future, bare(theirs), part, '2', bare(top)]
  expect(new Set(await ownAmong(client, top.toString(), asked))).toEqual(new Set([bare(top), part]))
  expect(await ownAmong(client, null, asked)).toEqual(new Set())
  // It goes on where it was.
  await client.query('DROP TABLE public.part; ROLLBACK')
})
