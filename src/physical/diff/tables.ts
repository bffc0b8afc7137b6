import type { Change } from '../changes/index.ts'
import type { Table } from '../schema.ts'

/** The rename of a table and of its primary key; nothing when it keeps its name. */
export function renamedTable(old: Table, next: Table): Change[] {
  if (old.name === next.name) return []
  const keys: Change[] =
    old.primaryKey === null || next.primaryKey === null
      ? []
      : [{ kind: 'renameConstraint', table: next.name, from: old.primaryKey.name, to: next.primaryKey.name }]
  return [{ kind: 'renameTable', from: old.name, to: next.name }, ...keys]
}
