/** Names in a target that are derived from tables and columns; never longer than Postgres keeps them. */
import { shortenName } from './shortenName.ts'

/** The index that `enable_indexing` builds. */
export function indexName(table: string, column: string): string {
  return shortenName(`idx_${table}_${column}`)
}

/** The unique constraint of a column. */
export function uniqueName(table: string, column: string): string {
  return shortenName(`${table}_${column}_key`)
}

/** The check that a column holds one of a fixed list. */
export function checkName(table: string, column: string): string {
  return shortenName(`${table}_${column}_check`)
}

/** The primary key of a table. */
export function primaryKeyName(table: string): string {
  return shortenName(`${table}_pkey`)
}

/** The foreign key on a column. */
export function foreignKeyName(table: string, column: string): string {
  return shortenName(`${table}_${column}_fkey`)
}
