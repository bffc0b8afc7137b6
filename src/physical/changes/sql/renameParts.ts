/** SQL that renames what hangs on a table or column, so that the old names are free. */

import type { OnColumn } from '../../edits/tableEntries.ts'
import type { ForeignKey, Table } from '../../schema.ts'
import { ident, inNamespace } from '../../sql.ts'

/** Old and new name of a part. */
type Renaming = (name: string) => readonly [from: string, to: string]

/** Renames keys, checks and indexes of a table which has its own new name already. */
export function renameTableParts(table: string, parts: Table, renaming: Renaming): readonly string[] {
  const keys = parts.primaryKey === null ? [] : [parts.primaryKey]
  const on = {
    uniques: [...keys, ...Object.values(parts.uniques)],
    checks: Object.values(parts.checks),
    foreignKeys: [],
    indexes: Object.values(parts.indexes),
  }
  return renameColumnParts(table, on, renaming)
}

/** Renames keys, checks and indexes on a column; the index behind a key follows its constraint. */
export function renameColumnParts(table: string, on: OnColumn, renaming: Renaming): readonly string[] {
  const constraints = [...on.uniques, ...on.checks].map((part) => {
    const [from, to] = renaming(part.name)
    return `ALTER TABLE ${inNamespace(table)} RENAME CONSTRAINT ${ident(from)} TO ${ident(to)}`
  })
  const indexes = on.indexes.map((index) => {
    const [from, to] = renaming(index.name)
    return `ALTER INDEX ${inNamespace(from)} RENAME TO ${ident(to)}`
  })
  return [...constraints, ...indexes]
}

/** Foreign keys go: a hidden column must not go on cascading. */
export function dropForeignKeys(table: string, keys: readonly ForeignKey[]): readonly string[] {
  return keys.map((key) => `ALTER TABLE ${inNamespace(table)} DROP CONSTRAINT ${ident(key.name)}`)
}
