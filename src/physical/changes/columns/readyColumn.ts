import type { ChangeKind } from '../../change.ts'
import { asideName } from '../../edits/tableEntries.ts'
import { NO_NAMES } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import type { Column } from '../../schema.ts'
import { literal } from '../../sql.ts'
import { lenientFill } from '../sql/lenientSql.ts'
import { atOnce } from '../undone.ts'
import type { RestoreColumn } from './restoreColumn.ts'

/**
 * A required column is made ready while it is still out of sight: rows that were written without it get its default, so
 * that nobody reads an empty place, or is kept from writing one of them, once it is back.
 */
export interface ReadyColumn {
  readonly kind: 'readyColumn'
  readonly table: string
  readonly column: Column
  readonly prefix: string
  /** The undo: writers who do not know the column are not hindered by it. */
  readonly back?: true
}

/** What a column is made ready by, or null when nothing asks for it. */
export function readyFor({ table, column, prefix }: RestoreColumn): ReadyColumn | null {
  return column.notNull && column.default !== null ? { kind: 'readyColumn', table, column, prefix } : null
}

export const readyColumn: ChangeKind<ReadyColumn> = {
  kind: 'readyColumn',
  lock: 'ACCESS EXCLUSIVE',
  scans: true,
  apply: (schema) => schema,
  invert: (_, { back, ...change }) => (back ? change : { ...change, back: true }),
  toSql: ({ table, column, prefix, back }) => {
    const hidden = asideName(prefix, column.name)
    const expression = back || column.default === null ? 'NULL' : literal(column.default)
    const place = `:'ns', ${literal(table)}, ${literal(hidden)}`
    const ready = {
      kind: 'transaction',
      sql: `SELECT schema_saga_target.ready_column_v1(${place}, ${expression})`,
    } as const
    if (back) return [ready]
    return [ready, { ...lenientFill(table, hidden, `${table}.${column.name}`), only: { table, column: hidden } }]
  },
  names: () => NO_NAMES,
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: () => altering(),
  holds: () => [],
  undone: atOnce,
  hazards: ({ table, column, back }) =>
    back
      ? []
      : [
          {
            name: 'WRITES_ROWS',
            detail: `rows of ${table} that were written without ${column.name} get its default, in batches`,
          },
        ],
  touches: () => [],
  locks: ({ table }) => [table],
}
