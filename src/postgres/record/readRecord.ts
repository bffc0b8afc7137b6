/** Reads what namespaces look like: all lines of one, a hash for each of many. Changes nothing. */
import type { ClientBase } from 'pg'
import { type NamespaceRecord, RECORD_FORMAT, type RecordLine } from '../../sql/record.ts'
import { sqlstateOf } from '../errors/translate.ts'
import { PRINTING_KIND, type RecordSettings, recordLinesQuery, recordShapesQuery } from './recordQuery.ts'

export type { RecordSettings } from './recordQuery.ts'

/** Everything there is: what of it counts is for the settings of a project to say, whenever they are asked. */
export const WHOLE: RecordSettings = { tenantRole: null, partitions: 'exact' }

/** Namespaces looked at in one transaction: printing takes a lock on each of their tables, which lasts until its end. */
const AT_ONCE = 100

/** Somebody holds a table, or there is no room for so many locks: a smaller group may do. */
const TOO_MANY_TOGETHER = ['55P03', '53200', '40P01']

/** A transaction that was begun for it, or one that goes on. */
export type LookWithin = 'its own transaction' | 'the transaction of the caller'

/** What one namespace of many looks like; `error` where it could not be looked at, even alone. */
export type RecordShape =
  | { readonly namespace: string; readonly shape: string }
  | { readonly namespace: string; readonly error: unknown }

/** Null when there is no such namespace. Within a transaction of the caller its own changes are seen, and it goes on after. */
export async function readRecord(
  client: ClientBase,
  namespace: string,
  settings: RecordSettings,
  within: LookWithin = 'its own transaction',
): Promise<NamespaceRecord | null> {
  return await looking(client, within, async (major) => {
    const { rows: there } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [namespace])
    if (there.length === 0) return null
    const values = [[namespace], settings.tenantRole]
    const { rows } = await client.query<RecordLine & { sure: boolean }>(recordLinesQuery(major, settings), values)
    requireSure(rows)
    return recordOf(major, rows)
  })
}

function recordOf(major: number, rows: readonly RecordLine[]): NamespaceRecord {
  const uses = rows.filter(({ kind }) => kind === PRINTING_KIND)
  const extensions = Object.fromEntries(uses.map(({ name, facts }) => [name, String(facts.namespace)]))
  const lines = rows
    .filter(({ kind }) => kind !== PRINTING_KIND)
    .map(({ kind, name, facts }) => ({ kind, name, facts }))
    .sort((a, b) => compare(a.kind, b.kind) || compare(a.name, b.name))
  return { format: RECORD_FORMAT, printing: { major, extensions }, lines }
}

/** In any order; those that are not there are missing. A namespace that somebody holds is asked again alone. */
export async function readRecordShapes(
  client: ClientBase,
  namespaces: readonly string[],
  settings: RecordSettings,
  within: LookWithin = 'its own transaction',
): Promise<readonly RecordShape[]> {
  const found: RecordShape[] = []
  for (let from = 0; from < namespaces.length; from += AT_ONCE) {
    const some = namespaces.slice(from, from + AT_ONCE)
    found.push(...(await shapesOf(client, some, (names) => shapesTogether(client, names, settings, within))))
  }
  return found
}

type Together = (namespaces: readonly string[]) => Promise<readonly RecordShape[]>

const shapesTogether = async (
  client: ClientBase,
  namespaces: readonly string[],
  settings: RecordSettings,
  within: LookWithin,
): Promise<readonly RecordShape[]> =>
  await looking(client, within, async (major) => {
    const values = [namespaces, settings.tenantRole]
    const { rows } = await client.query<{ namespace: string; shape: string; sure: boolean }>(
      recordShapesQuery(major, settings),
      values,
    )
    requireSure(rows)
    return rows.map(({ namespace, shape }) => ({ namespace, shape }))
  })

/** Those that are held are found by what they hold up, not by halves: each time a second is waited. */
async function shapesOf(
  client: ClientBase,
  namespaces: readonly string[],
  together: Together,
): Promise<readonly RecordShape[]> {
  try {
    return await together(namespaces)
  } catch (error) {
    if (!TOO_MANY_TOGETHER.includes(sqlstateOf(error) ?? '')) throw error
    const [first] = namespaces
    if (first !== undefined && namespaces.length === 1) return [{ namespace: first, error }]
    const held = await heldAmong(client, namespaces)
    const free = namespaces.filter((each) => !held.has(each))
    if (held.size > 0 && free.length > 0) {
      const alone = []
      for (const each of held) alone.push(...(await shapesOf(client, [each], together)))
      return [...(await shapesOf(client, free, together)), ...alone]
    }
    const half = Math.ceil(namespaces.length / 2)
    return [
      ...(await shapesOf(client, namespaces.slice(0, half), together)),
      ...(await shapesOf(client, namespaces.slice(half), together)),
    ]
  }
}

/** The namespaces with a relation that somebody else keeps readers out of. */
async function heldAmong(client: ClientBase, namespaces: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT n.nspname AS name FROM pg_catalog.pg_locks l
       JOIN pg_catalog.pg_class c ON c.oid = l.relation JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE l.mode = 'AccessExclusiveLock' AND l.pid <> pg_catalog.pg_backend_pid() AND n.nspname = ANY ($1::name[])
        AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())`,
    [namespaces],
  )
  return new Set(rows.map(({ name }) => name))
}

const PREPARE = `SET LOCAL search_path = pg_catalog; SET LOCAL lock_timeout = '1s'; SET LOCAL jit = off;
  SET LOCAL max_parallel_workers_per_gather = 0; SHOW server_version_num`

/** In which our own words mean what they mean in `pg_catalog`. Nothing of it stays, settings included. */
async function looking<Found>(
  client: ClientBase,
  within: LookWithin,
  look: (major: number) => Promise<Found>,
): Promise<Found> {
  const isOwn = within === 'its own transaction'
  await client.query(isOwn ? 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' : 'SAVEPOINT schema_saga_look')
  try {
    // Several statements in one message give several results, which the driver's types do not know.
    const answer: unknown = await client.query(PREPARE)
    const results = answer as readonly { rows: readonly { server_version_num?: string }[] }[]
    return await look(Math.floor(Number(results.at(-1)?.rows[0]?.server_version_num) / 10_000))
  } finally {
    await client.query(
      isOwn ? 'ROLLBACK' : 'ROLLBACK TO SAVEPOINT schema_saga_look; RELEASE SAVEPOINT schema_saga_look',
    )
  }
}

/** Lines that were printed with the path of another namespace would be wrong without a sign. */
function requireSure(rows: readonly { readonly sure: boolean }[]): void {
  if (rows.some(({ sure }) => !sure)) throw new Error('Lines of a record were printed with a wrong search path.')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
