/** Reads a hash for each of many namespaces. Changes nothing. */
import type { ClientBase } from 'pg'
import type { Only } from '../../sql/onlyLines.ts'
import { sqlstateOf } from '../errors/translate.ts'
import { type LookWithin, looking, requireSure } from './looking.ts'
import { type Reading, type RecordSettings, recordShapesQuery, valuesOf } from './recordQuery.ts'

/** Namespaces looked at in one transaction: printing takes a lock on each of their tables, which lasts until its end. */
const AT_ONCE = 100

/** Somebody holds a table, or there is no room for so many locks: a smaller group may do. */
const TOO_MANY_TOGETHER = ['55P03', '53200', '40P01']

/** What one namespace of many looks like; `error` where it could not be looked at, even alone. */
export type RecordShape =
  | { readonly namespace: string; readonly shape: string }
  | { readonly namespace: string; readonly error: unknown }

/** In any order; those that are not there are missing. A namespace that somebody holds is asked again alone. */
export async function readRecordShapes(
  client: ClientBase,
  namespaces: readonly string[],
  settings: RecordSettings,
  within: LookWithin = 'its own transaction',
  only: Only | null = null,
): Promise<readonly RecordShape[]> {
  const found: RecordShape[] = []
  for (let from = 0; from < namespaces.length; from += AT_ONCE) {
    const some = namespaces.slice(from, from + AT_ONCE)
    found.push(...(await shapesOf(client, some, (names) => shapesTogether(client, names, { settings, only }, within))))
  }
  return found
}

type Together = (namespaces: readonly string[]) => Promise<readonly RecordShape[]>

const shapesTogether = async (
  client: ClientBase,
  namespaces: readonly string[],
  { settings, only }: Omit<Reading, 'major'>,
  within: LookWithin,
): Promise<readonly RecordShape[]> =>
  await looking(client, within, async (major) => {
    const { rows } = await client.query<{ namespace: string; shape: string; sure: boolean }>(
      recordShapesQuery({ major, settings, only }),
      valuesOf(namespaces, settings, only),
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
