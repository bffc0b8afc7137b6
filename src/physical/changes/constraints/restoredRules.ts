/** The rules of what comes back: changes of their own, because rows may break them and there may be many rows. */
import type { Column, ForeignKey, Table } from '../../schema.ts'
import type { RestoreColumn } from '../columns/restoreColumn.ts'
import type { AddForeignKey } from './addForeignKey.ts'
import type { SetNotNull } from './setNotNull.ts'

/** Those that a restored column had; none when it came back without, as part of something that brings them. */
export function rulesOf({ table, column, foreignKeys, loose }: RestoreColumn): readonly (SetNotNull | AddForeignKey)[] {
  return loose ? [] : rulesOn(table, column, foreignKeys)
}

/** Those of a column, on rows that are there. */
export function rulesOn(
  table: string,
  column: Column,
  keys: readonly ForeignKey[],
): readonly (SetNotNull | AddForeignKey)[] {
  return [
    ...(column.notNull ? [{ kind: 'setNotNull', table, column: column.name, lenient: true } as const] : []),
    ...keys.map((key) => ({ kind: 'addForeignKey', table, key, lenient: true }) as const),
  ]
}

/** The foreign keys of a table, which is there without them. */
export function foreignKeysOf({ name, foreignKeys }: Table): readonly AddForeignKey[] {
  return Object.values(foreignKeys).map((key) => ({ kind: 'addForeignKey', table: name, key, lenient: true }))
}
