/** What another tool keeps of migrations that were run here in its stead, so that it takes them for its own. */

/** The tools whose tables are known well enough to be written. */
export const KEPT_TOOLS = [
  'prisma',
  'drizzle',
  'flyway',
  'goose',
  'dbmate',
  'golang-migrate',
  'node-pg-migrate',
] as const

/** One of them; folders of its migrations have the format of the same name. */
export type KeptTool = (typeof KEPT_TOOLS)[number]

/** One migration, as the tool would keep it. */
export interface KeptRow {
  /** By which the tool knows it: its name, its version, or the hash of its text. */
  readonly key: string
  /** Of its file, where the tool compares that. */
  readonly checksum?: string
  /** When it was written, in ms since 1970, where the tool goes by that. */
  readonly at?: number
  /** Its file within the folder, and what its name says, where the tool keeps that. */
  readonly script?: string
  readonly description?: string
  /** The one before it, where the tool keeps no more than the last; null before the first. */
  readonly before?: string | null
}

/** The rows of one change. */
export interface KeptRows {
  readonly tool: KeptTool
  readonly rows: readonly KeptRow[]
  /** Of a revert: it takes them off. */
  readonly takesOff?: true
}

/** The table of each. */
export const KEPT_TABLES: Readonly<Record<KeptTool, string>> = {
  prisma: '_prisma_migrations',
  drizzle: '__drizzle_migrations',
  flyway: 'flyway_schema_history',
  goose: 'goose_db_version',
  dbmate: 'schema_migrations',
  'golang-migrate': 'schema_migrations',
  'node-pg-migrate': 'pgmigrations',
}
