import { foreignKeysOf } from '../changes/constraints/restoredRules.ts'
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
  if (known === null) return draft({ change: [{ kind: 'createTable', table, prefix: context.nextName().prefix }] })
  return draft({ change: [{ ...known, loose: true }, ...foreignKeysOf(table)] })
}

/** A table that is no longer wanted; each of its foreign keys goes on its own, because it locks another table, too. */
export function goneTable(context: DraftContext, table: Table): Draft {
  const keys = Object.values(table.foreignKeys)
  return draft({
    change: [
      ...keys.map((key) => ({ kind: 'dropForeignKey', table: table.name, key }) as const),
      { kind: 'setAsideTable', table: { ...table, foreignKeys: {} }, prefix: context.nextName().prefix },
    ],
  })
}
