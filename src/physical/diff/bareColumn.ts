/** A column that is filled by us: bare at first, so that rows without a value are allowed, complete when it is filled. */
import type { Change } from '../changes/index.ts'
import type { Column } from '../schema.ts'

/** The column as it is before it is filled, under that name. */
export function bareColumn({ name: _, type, notNull: __, default: ___, ...others }: Column, name: string): Column {
  // A new attribute does not compile before it is said here, and below, when the column gets it.
  others satisfies Record<string, never>
  return { name, type, notNull: false, default: null }
}

/** What makes it complete: its default for rows that come, and what all of its rows must keep to. */
export function completed(
  table: string,
  { name: column, type: _, notNull, default: expression, ...others }: Column,
): { readonly forNewRows: readonly Change[]; readonly forAllRows: readonly Change[] } {
  others satisfies Record<string, never>
  return {
    forNewRows: expression === null ? [] : [{ kind: 'setDefault', table, column, expression }],
    forAllRows: notNull ? [{ kind: 'setNotNull', table, column }] : [],
  }
}
