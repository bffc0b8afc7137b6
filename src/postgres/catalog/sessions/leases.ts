/** Leases of sessions: all unexpired ones of a server together never exceed its `max_sessions`. */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type pg from 'pg'
import { RequestRefused } from '../../../errors.ts'
import type { LeaseGrant, LeaseRequest, LeaseSource } from '../../sessions/leaseSource.ts'
import { inTransaction } from '../pool.ts'
import { fairShares, type Holder } from './fairShares.ts'

/** A process that says nothing for so long is dead; renewals come every second. */
const VALID_MS = 30_000

/** Leases for one holder, by default a name made for this process. */
export function catalogLeases(
  pool: pg.Pool,
  { holder = `${hostname()}/${process.pid}/${randomUUID()}`, validMs = VALID_MS } = {},
): LeaseSource {
  return {
    lease: ({ id }, request) =>
      inTransaction(pool, async (client) => {
        const budget = await lockServer(client, id)
        const holders = await holdersOf(client, id)
        const own = holders.find((each) => each.holder === holder)
        const others = holders.filter((each) => each.holder !== holder)
        const answer = divide(budget, others, own ?? newcomer(holder), request)
        await write(client, { server: id, holder, wanted: request.wanted, sessions: answer.covered, validMs })
        return { ...answer, validMs }
      }),
  }
}

/** One at a time for each server. Not `for update`: new tenants refer to the row meanwhile. */
async function lockServer(client: pg.PoolClient, id: string): Promise<number> {
  const { rows } = await client.query<{ budget: number }>(
    'select max_sessions as budget from schema_saga.server where id = $1 for no key update',
    [id],
  )
  const [row] = rows
  if (row === undefined) throw new RequestRefused('SERVER_NOT_FOUND', `Server "${id}" does not exist.`)
  return row.budget
}

async function holdersOf(client: pg.PoolClient, server: string): Promise<Holder[]> {
  await client.query('delete from schema_saga.session_lease where server_id = $1 and expires_at <= clock_timestamp()', [
    server,
  ])
  const { rows } = await client.query<Holder>(
    `select holder, sessions, wanted, extract(epoch from since)::float8 * 1000 as since
       from schema_saga.session_lease where server_id = $1`,
    [server],
  )
  return rows
}

function newcomer(holder: string): Holder {
  return { holder, sessions: 0, wanted: 0, since: Number.POSITIVE_INFINITY }
}

/** What is free for one is what the others have not got, whatever their fair share is: they give back first. */
function divide(
  budget: number,
  others: readonly Holder[],
  own: Holder,
  { wanted, kept }: LeaseRequest,
): Omit<LeaseGrant, 'validMs'> {
  const free = Math.max(0, budget - others.reduce((sum, { sessions }) => sum + sessions, 0))
  const share = fairShares(budget, [...others, { ...own, wanted }]).get(own.holder) ?? 0
  const limit = Math.min(share, free)
  return { limit, covered: Math.max(limit, Math.min(kept, Math.max(own.sessions, free))), budget }
}

async function write(
  client: pg.PoolClient,
  lease: { server: string; holder: string; wanted: number; sessions: number; validMs: number },
): Promise<void> {
  const { server, holder, wanted, sessions, validMs } = lease
  if (wanted === 0 && sessions === 0) {
    await client.query('delete from schema_saga.session_lease where server_id = $1 and holder = $2', [server, holder])
    return
  }
  await client.query(
    `insert into schema_saga.session_lease as l (server_id, holder, sessions, wanted, since, expires_at)
     values ($1, $2, $3, $4, clock_timestamp(), clock_timestamp() + $5 * interval '1 millisecond')
     on conflict (server_id, holder) do update
        set sessions = excluded.sessions, wanted = excluded.wanted, expires_at = excluded.expires_at,
            since = case when (l.sessions > 0) = (excluded.sessions > 0) then l.since else excluded.since end`,
    [server, holder, sessions, wanted, validMs],
  )
}
