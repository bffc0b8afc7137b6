/** Columns that come, go, or change while what they hold stays the same. */
import type { Change } from '../changes/index.ts'
import type { DataCheck } from '../checks.ts'
import { columnItself } from '../expression.ts'
import type { ProjectedColumn } from '../project.ts'
import type { Check, Table } from '../schema.ts'
import { onColumn } from '../tableEntries.ts'
import { combined, type Draft, type DraftContext, draft } from './draft.ts'

/** A new column with what is on it; `copyOf` names the column whose values it begins with. */
export function addedColumn(context: DraftContext, table: string, next: ProjectedColumn, copyOf?: string): Draft {
  const { prefix } = context.nextName()
  if (copyOf !== undefined) return copiedColumn(table, next, copyOf, prefix)
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
  return draft({ change: [setAside(context, before, table, name)] })
}

/** The change that sets a column aside with everything on it. */
export function setAside(context: DraftContext, before: Table, table: string, name: string): Change {
  const column = before.columns[name]
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

function copiedColumn(table: string, next: ProjectedColumn, copyOf: string, prefix: string): Draft {
  const { name, notNull } = next.column
  const bare = { ...next.column, notNull: false, default: null }
  const source = columnItself(copyOf)
  const expression = next.column.default
  return combined([
    draft({
      prepare: [
        { kind: 'addColumn', table, column: bare, prefix, filledBy: { copyOf: source } },
        ...(expression === null ? [] : [{ kind: 'setDefault', table, column: name, expression } as const]),
      ],
      fill: [
        { kind: 'copyColumn', table, assignments: [{ column: name, value: source, misfit: null }], emptyOnly: true },
      ],
      change: notNull ? [{ kind: 'setNotNull', table, column: name }] : [],
    }),
    partsAdded(table, next),
  ])
}

/** A unique column that all rows would enter with the same default. */
function sharedDefaultChecks(table: string, { column, unique }: ProjectedColumn): readonly DataCheck[] {
  if (unique === null || column.default === null) return []
  const what = `that would all share the default of "${column.name}", which is to be unique`
  return [{ table, kind: 'several', what, expression: { sql: 'true', columns: [] } }]
}

function keptDefault(
  context: DraftContext,
  table: string,
  { column: old }: ProjectedColumn,
  { column: next }: ProjectedColumn,
  fillsNulls: boolean,
): Draft {
  const column = next.name
  const becomesRequired = next.notNull && !old.notNull
  const fills = becomesRequired && fillsNulls && next.default !== null
  const defaults: Change[] =
    old.default === next.default
      ? []
      : next.default === null
        ? [{ kind: 'dropDefault', table, column }]
        : [{ kind: 'setDefault', table, column, expression: next.default }]
  const rule: Change[] =
    old.notNull === next.notNull ? [] : [{ kind: next.notNull ? 'setNotNull' : 'dropNotNull', table, column }]
  const empty: DataCheck = {
    table,
    kind: 'rows',
    what: 'without a value in "$1"',
    expression: { sql: '$1 IS NULL', columns: [old.name] },
  }
  if (!fills) {
    return draft({ change: [...defaults, ...rule], checks: becomesRequired ? [empty] : [] })
  }
  return draft({
    prepare: defaults,
    fill: [{ kind: 'fillNulls', table, column, expression: `${next.default}`, name: context.nextName().name }],
    change: rule,
  })
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
  const what = 'with a value of "$1" that others have too, which is to be unique'
  return { table, kind: 'duplicates', what, expression: columnItself(column) }
}

function outsideCheck(table: string, column: string, check: Check): DataCheck {
  const values = 'oneOf' in check ? check.oneOf.map((value) => `'${value.replaceAll("'", "''")}'`) : []
  const sql = `$1 IS NOT NULL AND NOT ($1 = ANY (ARRAY[${values.join(', ')}]::text[]))`
  return {
    table,
    kind: 'rows',
    what: 'with a value in "$1" that is not in its list',
    expression: { sql, columns: [column] },
  }
}

function sameChoices(a: Check, b: Check): boolean {
  return 'oneOf' in a && 'oneOf' in b && JSON.stringify(a.oneOf) === JSON.stringify(b.oneOf)
}
