/** Reads all lines of a namespace, or those of some of its objects. Changes nothing. */
import type { ClientBase } from 'pg'
import { hashOf } from '../../hash.ts'
import { byKindAndName } from '../../sql/lineNames.ts'
import type { Only } from '../../sql/onlyLines.ts'
import { type NamespaceRecord, RECORD_FORMAT, type RecordLine } from '../../sql/record.ts'
import { type LookWithin, looking, requireSure } from './looking.ts'
import { PRINTING_KIND, type RecordSettings, recordLinesQuery, valuesOf } from './recordQuery.ts'

export type { RecordSettings } from './recordQuery.ts'

/** Everything there is: what of it counts is for the settings of a project to say, whenever they are asked. */
export const WHOLE: RecordSettings = { tenantRole: null, partitions: 'exact' }

/** How the names of statements begin that a session keeps for us. */
export const OWN_STATEMENTS = 'schema_saga_'

/**
 * Null when there is no such namespace. Within a transaction of the caller its own changes are seen, and it goes on after.
 * `only`: these objects with all that hangs on them, in the same lines that the whole reading has for them.
 */
export async function readRecord(
  client: ClientBase,
  namespace: string,
  settings: RecordSettings,
  within: LookWithin = 'its own transaction',
  only: Only | null = null,
): Promise<NamespaceRecord | null> {
  return await read(client, namespace, { settings, within, only, printing: true })
}

/** The lines of some objects, as they are within the transaction of the caller; how they are printed is known. */
export async function readLinesOf(
  client: ClientBase,
  namespace: string,
  only: Only,
): Promise<readonly RecordLine[] | null> {
  const how = { settings: WHOLE, within: 'the transaction of the caller', only, printing: false } as const
  return (await read(client, namespace, how))?.lines ?? null
}

interface Reading {
  readonly settings: RecordSettings
  readonly within: LookWithin
  readonly only: Only | null
  readonly printing: boolean
}

async function read(
  client: ClientBase,
  namespace: string,
  { settings, within, only, printing }: Reading,
): Promise<NamespaceRecord | null> {
  const look = async (major: number): Promise<NamespaceRecord | null> => {
    const text = recordLinesQuery({ major, settings, only }, printing)
    const values = valuesOf([namespace], settings, only)
    // To plan it takes longer than to read some objects: the session keeps the plan.
    const kept = only === null ? {} : { name: `${OWN_STATEMENTS}${hashOf(text).slice(0, 16)}` }
    const { rows } = await client.query<RecordLine & { sure: boolean }>({ ...kept, text, values })
    requireSure(rows)
    if (rows.length === 0) {
      const { rows: there } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [namespace])
      if (there.length === 0) return null
    }
    return recordOf(major, rows)
  }
  return await looking(client, within, look, only === null ? '' : 'SET LOCAL plan_cache_mode = force_generic_plan;')
}

function recordOf(major: number, rows: readonly RecordLine[]): NamespaceRecord {
  const uses = rows.filter(({ kind }) => kind === PRINTING_KIND)
  const extensions = Object.fromEntries(uses.map(({ name, facts }) => [name, String(facts.namespace)]))
  const lines = rows
    .filter(({ kind }) => kind !== PRINTING_KIND)
    .map(({ kind, name, facts }) => ({ kind, name, facts }))
    .sort(byKindAndName)
  return { format: RECORD_FORMAT, printing: { major, extensions }, lines }
}
