/** Relations that come, go, or change: their key columns and pivot tables. */
import { keyColumnsOf, pivotOf, type Relation } from '../../logical/relations/relations.ts'
import type { Change } from '../changes/index.ts'
import { entryOf } from '../entryOf.ts'
import { type ProjectedColumn, pivotSides, pivotTable, projectKey } from '../project.ts'
import type { PhysicalSchema, Table } from '../schema.ts'
import { addedColumn, goneColumn, renames } from './columns.ts'
import { combined, type Draft, type DraftContext, draft } from './draft.ts'
import { keptColumn } from './keptColumn.ts'
import { goneTable, newTable, renamedTable } from './tables.ts'

/** What happens to the tables when one relation becomes another, comes or goes. */
export function changedRelation(
  context: DraftContext,
  tables: PhysicalSchema['tables'],
  before: Relation | undefined,
  after: Relation | undefined,
): Draft {
  return combined([changedKeys(context, tables, before, after), changedPivot(context, before, after)])
}

/** A key column with the table it is in. */
interface Key {
  readonly side: 'from' | 'to'
  readonly table: string
  readonly projected: ProjectedColumn
}

function changedKeys(
  context: DraftContext,
  tables: PhysicalSchema['tables'],
  before: Relation | undefined,
  after: Relation | undefined,
): Draft {
  const old = keysOf(before)
  const next = keysOf(after)
  const gone = old.filter((key) => !next.some(({ side }) => side === key.side))
  return combined([
    ...gone.map(({ table, projected }) => goneColumn(context, tableNamed(tables, table), table, projected.column.name)),
    ...next.map((key) => {
      const was = old.find(({ side }) => side === key.side)
      if (was === undefined) return addedColumn(context, key.table, key.projected)
      return keptColumn(context, key.table, was.projected, key.projected, false)
    }),
  ])
}

function changedPivot(context: DraftContext, before: Relation | undefined, after: Relation | undefined): Draft {
  const old = before === undefined ? null : pivotTable(before)
  const next = after === undefined ? null : pivotTable(after)
  if (old === null && next !== null) {
    return newTable(context, next)
  }
  if (old !== null && next === null) {
    return goneTable(context, old)
  }
  return old === null || next === null ? draft({}) : draft({ change: renamedPivot(before, after, old, next) })
}

function renamedPivot(before: Relation | undefined, after: Relation | undefined, old: Table, next: Table): Change[] {
  const was = sidesOf(before, old)
  return [
    ...renamedTable(old, next),
    ...sidesOf(after, next).flatMap((side, index) => {
      const earlier = was[index]
      return earlier === undefined ? [] : renames(next.name, earlier, side)
    }),
  ]
}

function sidesOf(relation: Relation | undefined, table: Table): readonly ProjectedColumn[] {
  const pivot = relation === undefined ? null : pivotOf(relation)
  if (pivot === null) return []
  return pivotSides(pivot).flatMap(({ column: name }) => {
    const column = entryOf(table.columns, name)
    if (column === undefined) return []
    const on = (part: { readonly columns: readonly string[] }) => part.columns.includes(name)
    return [
      {
        locale: '',
        column,
        unique: null,
        check: null,
        foreignKey: Object.values(table.foreignKeys).find(on) ?? null,
        index: Object.values(table.indexes).find(on) ?? null,
      },
    ]
  })
}

function keysOf(relation: Relation | undefined): readonly Key[] {
  if (relation === undefined) return []
  return keyColumnsOf(relation).map((key) => ({ side: key.side, table: key.table, projected: projectKey(key) }))
}

function tableNamed(tables: PhysicalSchema['tables'], name: string): Table {
  const table = entryOf(tables, name)
  if (table === undefined) throw new Error(`there is no table ${name}`)
  return table
}
