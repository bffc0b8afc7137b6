/** Virtual time: Temporal's clock runs ahead whenever nothing is at work, and records are put back to match long waits. */
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { ageNamespace, BOOKKEEPING_NAMESPACE, CATALOG_NAMESPACE } from '../../fixtures/age.ts'
import type { Clock } from '../types.ts'
import type { TimeSkipping } from './timeSkipping.ts'

const FIRST_MS = 1_000
const LONGEST_MS = 60_000
/** Nothing has happened for so long, in real time: what happens next waits for virtual time. */
const IDLE_MS = 60
const POLL_MS = 15
/** The longest that anything is waited for in real time. */
const HANGS_MS = 90_000
/** Virtual time passes in no time; a workflow task takes ten seconds at most. */
const STANDS_STILL_MS = 25_000
const CHECK_MS = 1_000

/** A clock that also knows how far Temporal's is ahead, which must be asked for. */
export interface WorldClock extends Clock {
  readonly refresh: () => Promise<void>
}

/** Something hangs: real time passes, and nothing is over. */
export class Hangs extends Error {
  override readonly name = 'Hangs'
  readonly kind: 'hangs' | 'clock-stands-still'

  constructor(kind: Hangs['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

/** The clock of one world; its databases are those whose names begin with `prefix`. */
export function createClock(
  temporal: TimeSkipping,
  databases: { admin: pg.Pool; prefix: string; catalogUrl: string; urlOf: (database: string) => string },
  work: { running: () => readonly string[]; lastMoved: () => number },
): WorldClock {
  let aheadMs = 0
  const now = (): number => Date.now() + aheadMs
  const refresh = async (): Promise<void> => {
    aheadMs = (await temporal.currentTimeMs()) - Date.now()
  }
  let sleeping: Promise<void> | undefined
  // The server counts who keeps its clock still, and refuses a second sleeper beside the first: they share one.
  const sleep = async (ms: number): Promise<void> => {
    sleeping ??= temporal.sleep(ms).finally(() => {
      sleeping = undefined
    })
    await sleeping
  }
  return {
    now,
    refresh,
    pass: async (mostMs, isOver) => {
      await refresh()
      const until = now() + mostMs
      const hangsAt = Date.now() + HANGS_MS
      for (let part = FIRST_MS; ; ) {
        if (await isOver()) return true
        if (now() >= until) return false
        if (Date.now() >= hangsAt) throw new Hangs('hangs', `nothing is over after 90 s: ${work.running().join(', ')}`)
        // A clock that jumps while a workflow task is on its way would time that out.
        if (work.running().length > 0 || Date.now() - work.lastMoved() < IDLE_MS) await pause(POLL_MS)
        else {
          await whileMoving(work.lastMoved, sleep(Math.max(1, Math.min(part, until - now()))))
          await refresh()
          part = Math.min(part * 2, LONGEST_MS)
        }
      }
    },
    age: async (ms) => {
      await ageNamespace(databases.catalogUrl, CATALOG_NAMESPACE, ms)
      const { rows } = await databases.admin.query<{ name: string }>(
        'select datname as name from pg_database where starts_with(datname, $1) order by 1',
        [databases.prefix],
      )
      for (const { name } of rows) await ageNamespace(databases.urlOf(name), BOOKKEEPING_NAMESPACE, ms)
    },
  }
}

/** Errors: `Hangs` when the work is not over and nothing else has moved for long. */
async function whileMoving(lastMoved: () => number, work: Promise<void>): Promise<void> {
  const started = Date.now()
  let isOver = false
  const over = (): void => {
    isOver = true
  }
  work.then(over, over)
  while (!isOver) {
    if (Date.now() - Math.max(started, lastMoved()) > STANDS_STILL_MS) {
      throw new Hangs('clock-stands-still', "Temporal's clock stands still, and no activity is running")
    }
    await Promise.race([work, pause(CHECK_MS, undefined, { ref: false })])
  }
  await work
}
