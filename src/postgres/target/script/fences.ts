/** What a text of SQL may not do, whatever its grammar looks like: asked of Postgres at the end of its transaction. */
import type { ClientBase } from 'pg'
import { StatementRefused } from '../../../errors.ts'
import type { ScriptStep, SqlChange } from '../../../sql/change/sqlChange.ts'
import { folded } from '../../../sql/takeOff.ts'
import { type Footprint, type FootprintQuestion, readFootprint, type TouchedObject } from './footprint.ts'
import type { ScriptPlace } from './place.ts'
import { ALL } from './reachedRows.ts'
import { sessionChanges, sessionState } from './sessionState.ts'

/** At most so many objects are named. */
const MOST = 5

/** What the transaction has touched; nothing outside of the namespace, but to read it. Errors: `OTHER_NAMESPACE`. */
export async function footprintInside(
  client: ClientBase,
  { namespace, shared, sharedRows = [] }: ScriptPlace,
  {
    steps,
    beside,
    where,
    keyed = [],
  }: Pick<FootprintQuestion, 'beside'> & {
    readonly steps: readonly Pick<ScriptStep, 'runsCode'>[]
    readonly where: string
    /** Tables elsewhere that are known to be locked for keys of the namespace. */
    readonly keyed?: readonly string[]
  },
): Promise<Footprint> {
  const everywhere = steps.some(({ runsCode }) => runsCode)
  const footprint = await readFootprint(client, { namespace, shared, everywhere, beside })
  const outside = footprint.outside.filter(
    ({ byKeys, name, how }) =>
      !byKeys && !(keyed.includes(name) && LOCK.test(how)) && !(how === ROWS_ALONE && sharedRows.includes(name)),
  )
  if (outside.length === 0) return footprint
  const told = outside.map(({ kind, name, how }) => `${kind} ${name} (${how})`)
  throw new StatementRefused(
    'OTHER_NAMESPACE',
    `${where}: the text touches what is not in the namespace: ${listed(told)}. It was rolled back.${wayOut(outside)}`,
    { details: { objects: told } },
  )
}

/** As locks are told: of a table whose rows are written, and of a sequence whose numbers are drawn. */
export const ROWS_ALONE = 'ROW EXCLUSIVE'

/** Triggers of the application write where they like, which is no fault of the text. */
function wayOut(outside: Footprint['outside']): string {
  const rows = outside.filter(({ how }) => how === ROWS_ALONE).map(({ name }) => name)
  if (rows.length < outside.length) return ''
  return ` Where its triggers are to write those rows, name them: schema-saga project set ... shared_rows=${rows.join(',')}.`
}

/** As locks are told; rows of catalogs are `written`, objects `dropped`. */
const LOCK = /^[A-Z ]+$/

/** Statements that may do something else where the rows are others. */
const BRANCHING = /^\s*(?:do|call|select)\b/i

/**
 * Nothing was touched that was not on the base. Where the text itself takes no other way, rows may have set off triggers and keys
 * of the application, which write other rows: of that a base without rows shows nothing. Of a text that does, the base's keys
 * and triggers tell which these are. Errors: `DOES_OTHERWISE`.
 */
export function requireKnown(
  { inside }: Footprint,
  { touched, reaches = [] }: Pick<SqlChange, 'touched' | 'reaches'>,
  { steps, where }: { readonly steps: readonly Pick<ScriptStep, 'sql'>[]; readonly where: string },
): void {
  const branches = steps.some(({ sql }) => BRANCHING.test(sql[0] ?? ''))
  const [known, reached] = [new Set(touched), new Set(reaches)]
  const isReached = ({ kind, name }: TouchedObject): boolean =>
    !branches || reached.has(`${kind} ${name}`) || reached.has(`${kind} ${ALL}`)
  const isKnown = (each: TouchedObject): boolean =>
    known.has(objectText(each)) || (each.rowsAlone === true && isReached(each))
  const more = inside.filter((each) => !isKnown(each)).map(objectText)
  if (more.length === 0) return
  throw new StatementRefused(
    'DOES_OTHERWISE',
    `${where}: the text touches here what it did not touch on the base: ${listed(more)}. It was rolled back.`,
    { details: { objects: more } },
  )
}

/** The objects of the namespace, as a plan keeps them. */
export function touchedBy({ inside }: Pick<Footprint, 'inside'>): readonly string[] {
  return inside.map(objectText)
}

function objectText({ kind, name }: TouchedObject): string {
  return `${kind} ${name}`
}

/** What texts may set for their transaction. */
const SETTINGS = ['statement_timeout', 'lock_timeout', 'work_mem', 'maintenance_work_mem', 'check_function_bodies']

/** A temporary table of a text goes with its transaction. */
const TEMPORARY =
  /^\s*create\s+(?:local\s+|global\s+)?temp(?:orary)?\s+table\s+(?:if\s+not\s+exists\s+)?("(?:[^"]|"")*"|[^\s(]+)/i

/** The session is as before: whoever uses it next, the marker first of all, relies on it. Errors: `SESSION_CHANGED`. */
export async function requireSameSession<T>(
  client: ClientBase,
  { steps, where }: { readonly steps: readonly Pick<ScriptStep, 'sql'>[]; readonly where: string },
  run: () => Promise<T>,
): Promise<T> {
  const before = await sessionState(client)
  const result = await run()
  const temporary = steps.flatMap(({ sql }) => TEMPORARY.exec(sql.join(''))?.[1] ?? []).map(folded)
  const changes = sessionChanges(before, await sessionState(client), { settings: SETTINGS, temporary })
  if (changes.length === 0) return result
  throw new StatementRefused(
    'SESSION_CHANGED',
    `${where}: the text leaves the session other than it was: ${listed(changes)}. It was rolled back.`,
  )
}

/** In a proof nothing of ours is written: whatever is locked there to be written, the text has reached. Errors: `OTHER_NAMESPACE`. */
export async function requireBookkeepingAlone(client: ClientBase, where: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT c.relname AS name FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
      WHERE l.pid = pg_backend_pid() AND c.relnamespace = to_regnamespace('schema_saga_target')
        AND c.relkind = 'r' AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')`,
  )
  if (rows.length > 0) throw reachesOurs(where)
}

/** The target's registration and markers are as they were before the statements. Errors: `OTHER_NAMESPACE`. */
export async function requireSameMarkers<T>(
  client: ClientBase,
  { namespace, where }: { readonly namespace: string; readonly where: string },
  run: () => Promise<T>,
): Promise<T> {
  const before = await markersOf(client, namespace)
  const result = await run()
  if ((await markersOf(client, namespace)) !== before) throw reachesOurs(where)
  return result
}

async function markersOf(client: ClientBase, namespace: string): Promise<string | undefined> {
  const { rows } = await client.query<{ state: string }>(
    `SELECT concat((SELECT t::text FROM schema_saga_target.target t WHERE t.namespace = $1),
            (SELECT string_agg(m::text, '|' ORDER BY m::text) FROM schema_saga_target.marker m WHERE m.namespace = $1)) AS state`,
    [namespace],
  )
  return rows[0]?.state
}

function reachesOurs(where: string): StatementRefused {
  const what = 'the text writes to schema_saga_target, by which targets are told apart. It was rolled back.'
  return new StatementRefused('OTHER_NAMESPACE', `${where}: ${what}`)
}

function listed(texts: readonly string[]): string {
  const more = texts.length > MOST ? ` and ${texts.length - MOST} more` : ''
  return `${texts.slice(0, MOST).join(', ')}${more}`
}
