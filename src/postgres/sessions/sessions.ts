/** How sessions on one server are opened, set up, kept for the next use and given back. */
import type { Client, ClientBase } from 'pg'
import { toConnectError } from '../errors/translate.ts'
import { createSessionLease, type SessionLease } from './lease.ts'
import type { LeaseSource } from './leaseSource.ts'
import { createSlots, type Slots } from './semaphore.ts'
import type { Server } from './servers.ts'
import { closeSession, openSession } from './session.ts'
import { isSpent } from './spent.ts'

/** One piece of work on a session. */
export interface SessionUse<T> {
  readonly connectionString: string
  /** How errors name the target. */
  readonly where: string
  readonly work: (client: ClientBase) => Promise<T>
  /** Gives up waiting for a session. */
  readonly signal?: AbortSignal | undefined
}

/** The sessions of one server: open ones, idle or not, are never more than this process has leased. */
export interface ServerSessions {
  readonly run: <T>(use: SessionUse<T>) => Promise<T>
  /** Beside the budget, short and rare: to look who blocks another session, or to cancel it. */
  readonly runAside: <T>(use: SessionUse<T>) => Promise<T>
  readonly close: () => Promise<void>
}

const SIDE_SESSIONS = 2

interface Session {
  readonly connectionString: string
  readonly client: Client
}

interface State {
  readonly server: string
  readonly slots: Slots
  readonly lease: SessionLease
  /** The longest unused first. */
  readonly idle: Session[]
  /** Idle sessions that are being closed; each holds a slot until it is gone. */
  closing: number
  closed: boolean
}

/** Opens sessions as they are needed; one of the same database is used again, the longest unused one makes room. */
export function createServerSessions(server: Server, leases: LeaseSource): ServerSessions {
  const idle: Session[] = []
  const slots = createSlots(() => lease.limit())
  const lease = createSessionLease({
    ask: (request) => leases.lease(server, request),
    demand: () => slots.used() - state.closing + slots.waiting(),
    held: () => slots.used() + idle.length,
    changed: () => {
      closeSurplus(state)
      slots.admit()
    },
  })
  const state: State = { server: server.id, slots, lease, idle, closing: 0, closed: false }
  const side = createSlots(() => SIDE_SESSIONS)
  return {
    run: (use) => runInBudget(state, use),
    runAside: async (use) => {
      await side.acquire(use.signal)
      try {
        return await runAlone(server.id, use)
      } finally {
        side.release()
      }
    },
    close: async () => {
      state.closed = true
      await Promise.all(idle.splice(0).map(({ client }) => closeSession(client)))
      await lease.end()
    },
  }
}

async function runInBudget<T>(state: State, use: SessionUse<T>): Promise<T> {
  const { slots, lease } = state
  const turn = slots.acquire(use.signal)
  lease.look()
  await turn
  try {
    const session = await take(state, use.connectionString).catch(asConnectError(use.where))
    let broken = true
    try {
      const result = await use.work(session.client)
      broken = false
      return result
    } finally {
      await putBack(state, session, broken)
    }
  } finally {
    slots.release()
    lease.look()
  }
}

async function runAlone<T>(server: string, { connectionString, where, work }: SessionUse<T>): Promise<T> {
  const name = { server, application: 'schema-saga/side' }
  const client = await openSession(connectionString, name).catch(asConnectError(where))
  try {
    return await work(client)
  } finally {
    await closeSession(client)
  }
}

async function take(state: State, connectionString: string): Promise<Session> {
  const { server, idle, slots, lease } = state
  const at = idle.findLastIndex((session) => session.connectionString === connectionString)
  const [known] = at === -1 ? [] : idle.splice(at, 1)
  if (known !== undefined) return known
  if (slots.used() + idle.length > lease.limit()) {
    const [unused] = idle.splice(0, 1)
    if (unused !== undefined) await closeSession(unused.client)
  }
  const client = await openSession(connectionString, { server, application: 'schema-saga' })
  const session = { connectionString, client }
  client.once('end', () => forget(state, session))
  return session
}

/** An idle session that the server ended is no news: whoever needs one next opens another. */
function forget({ idle }: State, session: Session): void {
  const at = idle.indexOf(session)
  if (at !== -1) idle.splice(at, 1)
}

/** A broken one is closed: a cancel may still be on its way to it, or a transaction open. */
async function putBack(state: State, session: Session, broken: boolean): Promise<void> {
  if (broken || isSpent(session.client) || state.closed || surplus(state) > 0) await closeSession(session.client)
  else state.idle.push(session)
}

function surplus({ slots, idle, closing, lease }: State): number {
  return slots.used() - closing + idle.length - lease.limit()
}

function closeSurplus(state: State): void {
  const { idle, slots, lease } = state
  for (const { client } of idle.splice(0, Math.max(0, surplus(state)))) {
    // Until the server has let it go it counts.
    slots.occupy()
    state.closing += 1
    void closeSession(client).finally(() => {
      state.closing -= 1
      slots.release()
      lease.look()
    })
  }
}

function asConnectError(where: string): (error: unknown) => never {
  return (error) => {
    throw toConnectError(error, where)
  }
}
