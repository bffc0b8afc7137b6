/** The tables in which other tools keep what they have run on a namespace, as far as they tell which files that were. */
import { ident } from '../../../physical/sql.ts'

/** A revision, by what it was made of. */
export interface MadeRevision {
  readonly revision: number
  /** That of its migration: the name of its file, without the ending. */
  readonly name: string
  /** The sha256 of its text. */
  readonly up: string
}

/** One entry of such a table; `applied` is null for one that was left half-way. */
export interface ToolRow {
  readonly key: string
  readonly applied: boolean | null
}

/** How one tool keeps what it has run. */
export interface ToolTable {
  readonly table: string
  /** By which it is told from a table of the same name that is another tool's. */
  readonly columns: readonly string[]
  readonly without?: string
  /** A query for `key` and `applied`; a later row of a key counts, and not an earlier one. */
  readonly rows: (table: string) => string
  /** The key under which its tool would keep a migration; null for one that is not of its kind. */
  readonly keyOf: (made: MadeRevision) => string | null
  /** Its one row says that everything up to it was run. */
  readonly isUpTo?: true
}

const numberOf = ({ name }: MadeRevision): string | null => /^0*(\d+)(?:\D|$)/.exec(name)?.[1] ?? null

/** `V1_1__name` and `1.1` are the same version, and so are 1.0 and 1. */
function versionOf(text: string): string | null {
  const version = /^V?(\d+(?:[._]\d+)*)(?:__|$)/.exec(text)?.[1]
  return version === undefined
    ? null
    : version
        .split(/[._]/)
        .map((part) => String(BigInt(part)))
        .join('.')
        .replace(/(?:\.0)+$/, '')
}

/** Every tool whose table is known. */
export const TOOLS: readonly ToolTable[] = [
  {
    table: '_prisma_migrations',
    columns: ['migration_name', 'finished_at', 'rolled_back_at', 'started_at'],
    rows: (table) => `SELECT migration_name::text AS key,
      CASE WHEN rolled_back_at IS NOT NULL THEN false WHEN finished_at IS NOT NULL THEN true END AS applied FROM ${table} ORDER BY started_at`,
    keyOf: ({ name }) => name,
  },
  {
    table: '__drizzle_migrations',
    columns: ['hash', 'created_at'],
    rows: (table) => `SELECT hash::text AS key, true AS applied FROM ${table}`,
    keyOf: ({ up }) => up,
  },
  {
    table: 'flyway_schema_history',
    columns: ['installed_rank', 'version', 'type', 'success'],
    rows: (
      table,
    ) => `SELECT version::text AS key, CASE WHEN success THEN type NOT LIKE 'UNDO%' AND type <> 'DELETE' END AS applied
      FROM ${table} WHERE version IS NOT NULL ORDER BY installed_rank`,
    keyOf: ({ name }) => (name.startsWith('V') ? versionOf(name) : null),
  },
  {
    table: 'goose_db_version',
    columns: ['id', 'version_id', 'is_applied'],
    rows: (table) =>
      `SELECT version_id::text AS key, is_applied AS applied FROM ${table} WHERE version_id > 0 ORDER BY id`,
    keyOf: numberOf,
  },
  {
    table: 'schema_migrations',
    columns: ['version', 'dirty'],
    rows: (table) => `SELECT version::text AS key, CASE WHEN NOT dirty THEN true END AS applied FROM ${table}`,
    keyOf: numberOf,
    isUpTo: true,
  },
  {
    table: 'schema_migrations',
    columns: ['version'],
    without: 'dirty',
    rows: (table) => `SELECT ltrim(version::text, '0') AS key, true AS applied FROM ${table}`,
    keyOf: numberOf,
  },
  {
    table: 'pgmigrations',
    columns: ['name', 'run_on'],
    rows: (table) => `SELECT regexp_replace(name::text, '\\.up$', '') AS key, true AS applied FROM ${table}`,
    keyOf: ({ name }) => name,
  },
  {
    table: 'django_migrations',
    columns: ['app', 'name', 'applied'],
    rows: (table) => `SELECT app::text || '_' || name::text AS key, true AS applied FROM ${table}`,
    // Its files have names of people's own: a number for the order, then what Django calls it.
    keyOf: ({ name }) => /^\d+[_-](.+)$/.exec(name)?.[1] ?? name,
  },
]

/** Keys as `keyOf` writes them. */
export function keyOfRow({ table }: ToolTable, key: string): string {
  return table === 'flyway_schema_history' ? (versionOf(key) ?? key) : key
}

/** The query over the table of a namespace. */
export function rowsQuery(tool: ToolTable, namespace: string): string {
  return tool.rows(`${ident(namespace)}.${ident(tool.table)}`)
}
