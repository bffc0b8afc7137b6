/** The tables in which tools keep what they have run: they lie beside a team's own, and are none of its. */
import type { MigrationFormat } from './migration.ts'

export { KEPT_TOOLS } from '../sql/change/keptRows.ts'

/** By the format of the folder. What is no tool's format may be what Django writes with `sqlmigrate`. */
export const TOOL_TABLES: Readonly<Record<MigrationFormat, readonly string[]>> = {
  plain: ['django_migrations'],
  dbmate: ['schema_migrations'],
  goose: ['goose_db_version'],
  'golang-migrate': ['schema_migrations'],
  'node-pg-migrate': ['pgmigrations'],
  flyway: ['flyway_schema_history'],
  prisma: ['_prisma_migrations'],
  drizzle: ['__drizzle_migrations'],
}

/** The namespace that names in a folder are qualified with, unless somebody says otherwise: some tools always write it. */
export function usualNamespaceOf(format: MigrationFormat): string | null {
  return format === 'drizzle' ? 'public' : null
}
