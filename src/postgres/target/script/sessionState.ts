/** What a session is set to, so that a text that leaves it otherwise is found out before its transaction commits. */
import type { ClientBase } from 'pg'
import { OWN_STATEMENTS } from '../../record/readRecord.ts'

/** As it is at one moment, for a comparison with another moment of the same session. */
export interface SessionState {
  /** In words, with their values. */
  readonly settings: Readonly<Record<string, string | null>>
  readonly temporary: readonly string[]
  readonly cursors: readonly string[]
  readonly statements: readonly string[]
}

/** What may differ, because it ends with the transaction. */
export interface Expected {
  /** Settings that the text sets with `SET LOCAL`, by their names. */
  readonly settings?: readonly string[]
  /** Temporary tables that the text makes `ON COMMIT DROP`, without quotes. */
  readonly temporary?: readonly string[]
}

/** What decides where names lead, who acts, what fires and how texts are read, and the limits that are ours. */
const SETTINGS = [
  ...['search_path', 'role', 'session_authorization', 'session_replication_role', 'row_security'],
  ...[
    'standard_conforming_strings',
    'backslash_quote',
    'check_function_bodies',
    'client_encoding',
    'TimeZone',
    'DateStyle',
  ],
  ...['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout', 'work_mem', 'maintenance_work_mem'],
  ...['default_tablespace', 'default_table_access_method', 'track_counts', 'application_name', 'schema_saga.catalog'],
]

/** Every name with its namespace, operators as well: the search path may be anything. */
const STATE = `SELECT
  (SELECT pg_catalog.json_object_agg(s.name, pg_catalog.current_setting(s.name, true))
     FROM pg_catalog.unnest(ARRAY[${SETTINGS.map((name) => `'${name}'`).join(', ')}]::pg_catalog.text[]) s(name)) AS settings,
  pg_catalog.json_build_object('current', current_user, 'session', session_user) AS users,
  pg_catalog.pg_my_temp_schema()::pg_catalog.int8 AS temp,
  (SELECT coalesce(pg_catalog.json_agg(c.name), '[]') FROM pg_catalog.pg_cursor() c WHERE c.name OPERATOR(pg_catalog.<>) '') AS cursors,
  (SELECT coalesce(pg_catalog.json_agg(p.name), '[]') FROM pg_catalog.pg_prepared_statement() p) AS statements`

/** What belongs to another, as the sequence of a column does, comes and goes with that. */
const TEMPORARY = `SELECT i.type AS kind, coalesce(i.name, i.identity) AS name
  FROM pg_catalog.pg_depend d CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, 0) i
 WHERE d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass
   AND d.refobjid OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend o WHERE o.classid OPERATOR(pg_catalog.=) d.classid AND o.objid OPERATOR(pg_catalog.=) d.objid
         AND o.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
         AND o.deptype OPERATOR(pg_catalog.=) ANY (ARRAY['a', 'i']::pg_catalog."char"[]))`

interface Row {
  readonly settings: Readonly<Record<string, string | null>>
  readonly users: { readonly current: string; readonly session: string }
  /** Of the namespace for temporary objects; 0 in a session that never had one. */
  readonly temp: string
  readonly cursors: readonly string[]
  readonly statements: readonly string[]
}

/** One question, and another one where the session has ever had temporary objects. Changes nothing. */
export async function sessionState(client: ClientBase): Promise<SessionState> {
  const { rows } = await client.query<Row>(STATE)
  const [row] = rows
  if (row === undefined) throw new Error('The state of a session has one row.')
  const { settings, users, temp, cursors, statements } = row
  const temporary = temp === '0' ? [] : (await client.query<{ kind: string; name: string }>(TEMPORARY)).rows
  return {
    settings: { ...settings, 'current user': users.current, 'session user': users.session },
    temporary: temporary.map(({ kind, name }) => `${kind} ${name}`),
    cursors,
    statements,
  }
}

/** What is not as it was, in words; empty where all is. */
export function sessionChanges(
  before: SessionState,
  after: SessionState,
  { settings = [], temporary = [] }: Expected = {},
): readonly string[] {
  const expected = new Set(settings.map((name) => name.toLowerCase()))
  const changed = Object.keys(after.settings)
    .filter((name) => before.settings[name] !== after.settings[name] && !expected.has(name.toLowerCase()))
    .map((name) => `${name} is ${valueText(after.settings[name])}, and was ${valueText(before.settings[name])}`)
  const dropped = new Set(temporary.map((name) => `table ${name}`))
  const isOurs = (name: string): boolean => name.startsWith(OWN_STATEMENTS)
  return [
    ...changed,
    ...added(before.temporary, after.temporary).flatMap((each) =>
      dropped.has(each) ? [] : [`temporary ${each} is left`],
    ),
    ...added(after.temporary, before.temporary).map((each) => `temporary ${each} is gone`),
    ...added(before.cursors, after.cursors).map((name) => `cursor ${name} is left open`),
    ...added(after.cursors, before.cursors).map((name) => `cursor ${name} is gone`),
    ...added(before.statements, after.statements).flatMap((name) =>
      isOurs(name) ? [] : [`prepared statement ${name} is left`],
    ),
    ...added(after.statements, before.statements).map((name) => `prepared statement ${name} is gone`),
  ]
}

function valueText(value: string | null | undefined): string {
  return value === null || value === undefined ? 'not set' : `"${value}"`
}

function added(before: readonly string[], after: readonly string[]): readonly string[] {
  return after.filter((each) => !before.includes(each)).sort()
}
