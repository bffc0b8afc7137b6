/** Columns that come, go, or change while what they hold stays the same. */

import { readyFor } from '../changes/columns/readyColumn.ts'
import type { RestoreColumn } from '../changes/columns/restoreColumn.ts'
import type { SetAsideColumn } from '../changes/columns/setAsideColumn.ts'
import { rulesOn } from '../changes/constraints/restoredRules.ts'
import type { Change } from '../changes/index.ts'
import { EVERY_ROW } from '../changes/sql/conditions.ts'
import { onColumn } from '../edits/tableEntries.ts'
import { entryOf } from '../entryOf.ts'
import { columnItself } from '../expressions/expression.ts'
import type { DataCheck } from '../plan/checks.ts'
import type { ProjectedColumn } from '../project.ts'
import type { Table } from '../schema.ts'
import { bareColumn, completed } from './bareColumn.ts'
import { combined, type Draft, type DraftContext, draft } from './draft.ts'

/** A new column with what is on it; `copyOf` names the column whose values it begins with. */
export function addedColumn(context: DraftContext, table: string, next: ProjectedColumn, copyOf?: string): Draft {
  const known = context.memory?.column(table, next.column.name) ?? null
  if (known !== null) return draft({ change: restored(known, next) })
  const given = context.nextName()
  const { prefix } = given
  if (copyOf !== undefined) return copiedColumn(table, next, copyOf, given)
  return combined([
    draft({
      change: [{ kind: 'addColumn', table, column: next.column, prefix }],
      checks: sharedDefaultChecks(table, next),
    }),
    partsAdded(table, next),
  ])
}

/** A column that is no longer wanted. */
export function goneColumn(context: DraftContext, before: Table, table: string, name: string): Draft {
  // Each on its own, because it locks the other table, too.
  const keys = onColumn(before, name).foreignKeys.map((key) => ({ kind: 'dropForeignKey', table, key }) as const)
  return draft({ change: [...keys, { ...setAside(context, before, table, name), foreignKeys: [] }] })
}

/** What another operation had set aside, with the rules that rows written meanwhile may break. */
function restored(known: RestoreColumn, { foreignKey }: ProjectedColumn): readonly Change[] {
  const ready = readyFor(known)
  return [
    ...(ready === null ? [] : [ready]),
    { ...known, foreignKeys: [], loose: true },
    ...rulesOn(known.table, known.column, foreignKey === null ? [] : [foreignKey]),
  ]
}

/** The change that sets a column aside with everything on it. */
export function setAside(context: DraftContext, before: Table, table: string, name: string): SetAsideColumn {
  const column = entryOf(before.columns, name)
  if (column === undefined) throw new Error(`there is no column ${before.name}.${name}`)
  return { kind: 'setAsideColumn', table, column, prefix: context.nextName().prefix, ...onColumn(before, name) }
}

/** What is on a column, for one that is there without it. */
export function partsAdded(table: string, { unique, check, foreignKey, index }: ProjectedColumn): Draft {
  return draft({
    change: [
      ...(check === null ? [] : [{ kind: 'addCheck', table, check } as const]),
      ...(foreignKey === null ? [] : [{ kind: 'addForeignKey', table, key: foreignKey } as const]),
    ],
    after: [
      ...(unique === null ? [] : [{ kind: 'addUnique', table, key: unique } as const]),
      ...(index === null ? [] : [{ kind: 'createIndex', table, index } as const]),
    ],
  })
}

/** Renames of a column and of what bears its name. */
export function renames(table: string, old: ProjectedColumn, next: ProjectedColumn): Change[] {
  const part = (kind: 'renameConstraint' | 'renameIndex', from?: string, to?: string): Change[] =>
    from === undefined || to === undefined || from === to ? [] : [{ kind, table, from, to }]
  const column: Change[] =
    old.column.name === next.column.name
      ? []
      : [{ kind: 'renameColumn', table, from: old.column.name, to: next.column.name }]
  return [
    ...column,
    ...part('renameConstraint', old.unique?.name, next.unique?.name),
    ...part('renameConstraint', old.check?.name, next.check?.name),
    ...part('renameConstraint', old.foreignKey?.name, next.foreignKey?.name),
    ...part('renameIndex', old.index?.name, next.index?.name),
  ]
}

function copiedColumn(
  table: string,
  next: ProjectedColumn,
  copyOf: string,
  { name: sync, number, prefix }: ReturnType<DraftContext['nextName']>,
): Draft {
  const { name } = next.column
  const { forNewRows, forAllRows } = completed(table, next.column)
  const source = columnItself(copyOf)
  const assignments = [{ column: name, value: source, misfit: null }]
  return combined([
    draft({
      prepare: [
        { kind: 'addColumn', table, column: bareColumn(next.column, name), prefix, filledBy: { copyOf: source } },
        ...forNewRows,
        {
          kind: 'syncColumns',
          table,
          name: sync,
          number,
          direction: 'forward',
          assignments,
          moves: true,
          replaces: null,
          refuses: [],
        },
      ],
      fill: [{ kind: 'copyColumn', table, assignments, emptyOnly: true }],
      change: forAllRows,
    }),
    partsAdded(table, next),
  ])
}

/** A unique column that all rows would enter with the same default. */
function sharedDefaultChecks(table: string, { column, unique }: ProjectedColumn): readonly DataCheck[] {
  if (unique === null || column.default === null) return []
  const what = `that would all get the same default for the unique field "${column.name}"`
  return [{ table, kind: 'several', what, expression: EVERY_ROW }]
}
