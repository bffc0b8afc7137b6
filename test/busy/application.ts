/** An application at work on one table: sessions that write and that read, plain and prepared, by the names it knows. */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** A statement that failed. */
export interface Failed {
  readonly code: string
  readonly message: string
  readonly text: string
}

/** What became of its statements. */
export interface Work {
  readonly statements: number
  readonly failed: readonly Failed[]
  /** The longest that a statement waited for a lock, in ms by the server's clock. */
  readonly longestWaitMs: number
}

/** The application; `stop` ends it and tells. */
export interface BusyApplication {
  /** Until it has sent so many more, or has looked for its table as often. */
  readonly works: (statements: number) => Promise<void>
  readonly stop: () => Promise<Work>
}

/** Where it works; `url` is a superuser's. */
export interface Place {
  readonly url: string
  readonly namespace: string
  readonly table: string
  readonly rows: number
}

const PASSWORD = 'busy'
const EVERY_MS = 20
const PAUSE_MS = 10

/** Starts it under a role of its own, which owns nothing and may do what applications may. */
export async function startApplication(place: Place): Promise<BusyApplication> {
  const { url, namespace } = place
  const observer = await connect(url)
  const own = new URL(url)
  // Roles belong to the server, and other forms run on other databases of it.
  const name = `app${own.pathname.replaceAll(/\W/g, '_')}_${namespace}`
  const role = pg.escapeIdentifier(name)
  const schema = pg.escapeIdentifier(namespace)
  await observer.query(`create role ${role} login password '${PASSWORD}'; grant usage on schema ${schema} to ${role};
    grant select, insert, update, delete on all tables in schema ${schema} to ${role};
    alter default privileges in schema ${schema} grant select, insert, update, delete on tables to ${role}`)
  own.username = name
  own.password = PASSWORD
  const state = { isOver: false, statements: 0, tries: 0, failed: [] as Failed[], longestWaitMs: 0 }
  const sessions = await Promise.all(WORKERS.map(() => connect(own.href)))
  const running = [
    ...WORKERS.map(({ text, prepared }, index) => {
      const client = sessions[index] as pg.Client
      return repeat(state, () => send({ client, prepared }, place, state, text))
    }),
    repeat(state, async () => {
      state.longestWaitMs = Math.max(state.longestWaitMs, await longestWait(observer, name))
      await sleep(EVERY_MS)
    }),
  ]
  return {
    works: async (statements) => {
      const enough = state.tries + statements
      while (state.tries < enough) await sleep(EVERY_MS)
    },
    stop: async () => {
      state.isOver = true
      await Promise.all(running)
      await Promise.all(sessions.map((session) => session.end()))
      await observer.query(`drop owned by ${role}; drop role ${role}`)
      await observer.end()
      return state
    },
  }
}

interface State {
  isOver: boolean
  statements: number
  /** With those that found nothing to name. */
  tries: number
  readonly failed: Failed[]
}

async function repeat(state: State, step: () => Promise<void>): Promise<void> {
  while (!state.isOver) await step()
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  return client
}

/** By the server's clock, so that a busy machine does not count as a lock. */
async function longestWait(observer: pg.Client, role: string): Promise<number> {
  const { rows } = await observer.query<{ ms: number }>(
    `select coalesce(max(extract(epoch from clock_timestamp() - query_start) * 1000), 0)::integer as ms
       from pg_stat_activity where usename = $1 and wait_event_type = 'Lock'`,
    [role],
  )
  return rows[0]?.ms ?? 0
}

/** The texts of the table that the application knows; asked again after each failure. */
async function textsOf(client: pg.Client, { namespace, table }: Place): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select a.attname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
      where c.relname = $2 and c.relnamespace = (select oid from pg_namespace where nspname = $1) and a.attnum > 0
        and not a.attisdropped and a.atttypid in ('text'::regtype, 'varchar'::regtype) and a.attname !~ '^_aside_'
        and a.attname not in ('id', 'code', 'course') order by 1`,
    [namespace, table],
  )
  return rows.map(({ name }) => name)
}

const known = new WeakMap<pg.Client, readonly string[]>()

type Text = (place: Place, columns: readonly string[]) => string

/** One that writes and one that reads of either kind: a wait of one does not keep the others from meeting the next lock. */
const WORKERS: readonly { readonly text: Text; readonly prepared: boolean }[] = [true, false].flatMap((prepared) => [
  { text: write, prepared },
  { text: read, prepared },
])

async function send(
  { client, prepared }: { readonly client: pg.Client; readonly prepared: boolean },
  place: Place,
  state: State,
  text: Text,
): Promise<void> {
  const columns = known.get(client) ?? (await textsOf(client, place))
  known.set(client, columns)
  state.tries += 1
  if (columns.length === 0) {
    known.delete(client)
    await sleep(EVERY_MS)
    return
  }
  const sql = text(place, columns)
  state.statements += 1
  const name = prepared ? { name: createHash('sha256').update(sql).digest('hex').slice(0, 40) } : {}
  const id = `g${String(1 + Math.floor(Math.random() * place.rows)).padStart(8, '0')}`
  try {
    await client.query({ ...name, text: sql, values: [id] })
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    state.failed.push({ code: error.code ?? '', message: error.message, text: sql })
    known.delete(client)
  }
  await sleep(PAUSE_MS)
}

function tableOf({ namespace, table }: Place): string {
  return `${pg.escapeIdentifier(namespace)}.${pg.escapeIdentifier(table)}`
}

function write(place: Place, columns: readonly string[]): string {
  const sets = columns.map((column) => `${pg.escapeIdentifier(column)} = ${pg.escapeIdentifier(column)}`)
  return `update ${tableOf(place)} set ${sets.join(', ')} where id = $1`
}

function read(place: Place, columns: readonly string[]): string {
  const list = columns.map((column) => pg.escapeIdentifier(column))
  return `select ${list.join(', ')} from ${tableOf(place)} where id = $1`
}
