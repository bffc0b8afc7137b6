/** A column that stays: its name, its default, its rules, its index. */

import type { Change } from '../changes/index.ts'
import type { FillNulls } from '../changes/rows/fillNulls.ts'
import { isEmpty, isOutside } from '../changes/sql/conditions.ts'
import { columnItself } from '../expressions/expression.ts'
import type { DataCheck } from '../plan/checks.ts'
import type { ProjectedColumn } from '../project.ts'
import type { Check } from '../schema.ts'
import { renames } from './columns.ts'
import { combined, type Draft, type DraftContext, draft } from './draft.ts'

/** A column that stays, under its new name; `fillsNulls` when empty places may get the default. */
export function keptColumn(
  context: DraftContext,
  table: string,
  old: ProjectedColumn,
  next: ProjectedColumn,
  fillsNulls: boolean,
): Draft {
  return combined([
    draft({ change: renames(table, old, next) }),
    keptDefault(context, table, old, next, fillsNulls),
    keptCheck(table, old, next),
    keptForeignKey(table, old, next),
    keptKeyAndIndex(table, old, next),
  ])
}

function keptDefault(
  context: DraftContext,
  table: string,
  { column: old }: ProjectedColumn,
  { column: next }: ProjectedColumn,
  fillsNulls: boolean,
): Draft {
  // The type is told by the field's own; a new attribute does not compile before a change of it is told as well.
  const { name: column, type: _, notNull: __, default: ___, ...others } = next
  others satisfies Record<string, never>
  const becomesRequired = next.notNull && !old.notNull
  const fills = becomesRequired && fillsNulls && next.default !== null
  const defaults: Change[] =
    old.default === next.default
      ? []
      : next.default === null
        ? [{ kind: 'dropDefault', table, column }]
        : [{ kind: 'setDefault', table, column, expression: next.default }]
  const empty: DataCheck = {
    table,
    kind: 'rows',
    what: 'without a value in "$1"',
    expression: isEmpty(old.name),
  }
  if (!fills) {
    const rule: Change[] =
      old.notNull === next.notNull ? [] : [{ kind: next.notNull ? 'setNotNull' : 'dropNotNull', table, column }]
    const filled = old.notNull && !next.notNull ? (context.memory?.filled(table, column) ?? null) : null
    return draft({
      change: [...defaults, ...rule],
      after: filled === null ? [] : [emptied(filled)],
      checks: becomesRequired ? [empty] : [],
    })
  }
  const fill = { expression: `${next.default}`, name: context.nextName().name }
  return draft({
    change: [
      ...defaults,
      { kind: 'fillNulls', table, column, ...fill, closes: true },
      { kind: 'setNotNull', table, column, closed: true },
    ],
  })
}

/** The rule is off by then. */
function emptied({ closes: _, ...filled }: FillNulls): Change {
  return { ...filled, kind: 'emptyFilled' }
}

function keptCheck(table: string, { check: old }: ProjectedColumn, { check: next, column }: ProjectedColumn): Draft {
  if (old !== null && next !== null && sameChoices(old, next)) return draft({})
  const dropped: Change[] =
    old === null ? [] : [{ kind: 'dropCheck', table, check: next === null ? old : { ...old, name: next.name } }]
  if (next === null) return draft({ change: dropped })
  return draft({
    change: [...dropped, { kind: 'addCheck', table, check: next }],
    checks: [outsideCheck(table, column.name, next)],
  })
}

function keptForeignKey(
  table: string,
  { foreignKey: old }: ProjectedColumn,
  { foreignKey: next }: ProjectedColumn,
): Draft {
  if (old === null || next === null || old.onDelete === next.onDelete) return draft({})
  return draft({
    change: [
      { kind: 'dropForeignKey', table, key: { ...next, onDelete: old.onDelete } },
      { kind: 'addForeignKey', table, key: next },
    ],
  })
}

function keptKeyAndIndex(table: string, old: ProjectedColumn, next: ProjectedColumn): Draft {
  const gone: Change[] =
    old.unique !== null && next.unique === null
      ? [{ kind: 'dropUnique', table, key: { ...old.unique, columns: [next.column.name] } }]
      : []
  const dropped: Change[] =
    old.index !== null && next.index === null
      ? [{ kind: 'dropIndex', table, index: { ...old.index, columns: [next.column.name] } }]
      : []
  const isNewKey = old.unique === null && next.unique !== null
  return draft({
    change: gone,
    after: [
      ...dropped,
      ...(isNewKey && next.unique !== null ? [{ kind: 'addUnique', table, key: next.unique } as const] : []),
      ...(old.index === null && next.index !== null
        ? [{ kind: 'createIndex', table, index: next.index } as const]
        : []),
    ],
    checks: isNewKey ? [duplicatesCheck(table, old.column.name)] : [],
  })
}

function duplicatesCheck(table: string, column: string): DataCheck {
  const what = 'with a value of "$1" that others have too, in a field that must be unique'
  return { table, kind: 'duplicates', what, expression: columnItself(column) }
}

function outsideCheck(table: string, column: string, check: Check): DataCheck {
  return {
    table,
    kind: 'rows',
    what: 'with a value in "$1" that is not in its list',
    expression: isOutside(column, 'oneOf' in check ? check.oneOf : []),
  }
}

function sameChoices(a: Check, b: Check): boolean {
  return 'oneOf' in a && 'oneOf' in b && JSON.stringify(a.oneOf) === JSON.stringify(b.oneOf)
}
