import type { Change } from '../changes/index.ts'
import type { Table } from '../schema.ts'
import { type Draft, type DraftContext, draft } from './draft.ts'

/** The rename of a table and of its primary key; nothing when it keeps its name. */
export function renamedTable(old: Table, next: Table): Change[] {
  if (old.name === next.name) return []
  const keys: Change[] =
    old.primaryKey === null || next.primaryKey === null
      ? []
      : [{ kind: 'renameConstraint', table: next.name, from: old.primaryKey.name, to: next.primaryKey.name }]
  return [{ kind: 'renameTable', from: old.name, to: next.name }, ...keys]
}

/** A table that was not there before, or that was set aside by what is taken back. */
export function newTable(context: DraftContext, table: Table): Draft {
  const known = context.memory?.table(table.name) ?? null
  return draft({ change: [known ?? { kind: 'createTable', table, prefix: context.nextName().prefix }] })
}
