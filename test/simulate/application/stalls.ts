/** Statements of the application that stand because of a session of ours. */
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { isAway } from '../world/away.ts'

/** Twice the time for which our sessions wait for a lock, and with it whoever stands in line behind them, in ms. */
const TOO_LONG_MS = 4_000
const EVERY_MS = 400
/** A look that comes this late shows that the machine is busy, and nothing else. */
const LATE_MS = 1_000

/** A statement that stood: for how long in ms, and the session that it waited for. */
export interface Stall {
  readonly ms: number
  readonly session: string
}

const BLOCKERS = `
  select b.pid, b.application_name as name from unnest(pg_blocking_pids($1)) as pid
    join pg_stat_activity b using (pid)
   where b.application_name like 'saga/%' or b.application_name like 'schema-saga%'`

interface Blocker {
  readonly pid: number
  readonly name: string
}

interface Since {
  readonly pid: number
  readonly at: number
}

/** Watches a statement until it is answered; null unless the same session of ours held it up too long without a break. */
export async function watchForStall(observer: pg.Pool, pid: number, answered: Promise<unknown>): Promise<Stall | null> {
  let over = false
  const ended = answered.then(
    () => {
      over = true
    },
    () => {
      over = true
    },
  )
  let since: Since | null = null
  let last = Date.now()
  let longest: Stall | null = null
  while (!over) {
    await Promise.race([sleep(EVERY_MS, undefined, { ref: false }), ended])
    if (over) break
    const rows = await blockersOf(observer, pid)
    const now = Date.now()
    const held: Blocker | undefined = rows.find((row) => row.pid === since?.pid)
    if (held === undefined || since === null || now - last > LATE_MS) since = firstOf(rows, now)
    else if (now - since.at > TOO_LONG_MS) longest = { ms: now - since.at, session: held.name }
    last = now
  }
  return longest
}

/** Nobody while the database is away: what has become of the statement is told by its own answer. */
async function blockersOf(observer: pg.Pool, pid: number): Promise<readonly Blocker[]> {
  try {
    return (await observer.query<Blocker>(BLOCKERS, [pid])).rows
  } catch (error) {
    if (!isAway(error)) throw error
    return []
  }
}

function firstOf([blocker]: readonly Blocker[], now: number): Since | null {
  return blocker === undefined ? null : { pid: blocker.pid, at: now }
}
