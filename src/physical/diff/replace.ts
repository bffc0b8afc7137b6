/** Columns whose values become others: new ones are filled beside the old ones and change places with them. */

import type { AddColumn } from '../changes/columns/addColumn.ts'
import type { CarryColumn } from '../changes/columns/carryColumn.ts'
import type { SetAsideColumn } from '../changes/columns/setAsideColumn.ts'
import type { Change } from '../changes/index.ts'
import type { SyncColumns } from '../changes/rows/syncColumns.ts'
import { asideName } from '../edits/tableEntries.ts'
import { type Assignment, columnItself, composed, type Expression, renamedIn } from '../expressions/expression.ts'
import type { DataCheck } from '../plan/checks.ts'
import type { ProjectedColumn } from '../project.ts'
import type { Column, Table } from '../schema.ts'
import { bareColumn, completed } from './bareColumn.ts'
import { partsAdded, setAside } from './columns.ts'
import { combined, type Draft, type DraftContext, draft } from './draft.ts'

/** Where the values of one column come from. */
export interface Flow {
  readonly column: string
  /** Over the columns of the other side; `self` is the column itself, where an older value of it matters. */
  readonly value: (self: string) => Expression
  /** True for a row whose value did not fit; null when every value fits. */
  readonly misfit: ((self: string) => Expression) | null
}

/** Which columns go, which come, and how values get from one side to the other. */
export interface Replacement {
  readonly table: string
  readonly before: Table
  readonly gone: readonly string[]
  readonly come: readonly ProjectedColumn[]
  readonly forward: readonly Flow[]
  readonly backward: readonly Flow[]
  /** What of the documents is not there, or is something else, in those that come. */
  readonly reads?: CarryColumn['reads']
  readonly checks: readonly DataCheck[]
}

/** Adds the new columns out of sight, keeps them in step, fills them, and lets them change places with the old ones. */
export function replacedColumns(context: DraftContext, replacement: Replacement): Draft {
  const { table, before, gone, come, checks } = replacement
  const { name, number, prefix } = context.nextName()
  const coming = come.map(({ column }): AddColumn => hiddenColumn(context, table, column, name, prefix))
  const hidden = (column: string): string =>
    coming[come.findIndex((each) => each.column.name === column)]?.column.name ?? asideName(prefix, column)
  const places = new Set(come.map(({ column }) => column.name))
  const asides = gone.map((column): SetAsideColumn => {
    const aside = setAside(context, before, table, column)
    return places.has(column) ? { ...aside, replaced: true } : aside
  })
  const left = new Map(asides.map((change) => [change.column.name, goneAs(change)]))
  const forward: SyncColumns = {
    kind: 'syncColumns',
    table,
    name,
    number,
    direction: 'forward',
    assignments: replacement.forward.map((flow) =>
      context.memory === undefined
        ? assignment(flow, hidden(flow.column))
        : unlessUnchanged(assignment(flow, hidden(flow.column)), replacement, hidden),
    ),
    replaces: null,
    refuses: [],
  }
  const arrived = new Map(come.map(({ column }) => [hidden(column.name), column.name]))
  const turned = (column: string): string => left.get(column) ?? arrived.get(column) ?? column
  const backward: SyncColumns = {
    ...forward,
    direction: 'backward',
    assignments: replacement.backward.map((flow) => assignment(flow, left.get(flow.column) ?? flow.column)),
    replaces: forward,
    refuses: forward.assignments.flatMap(({ misfit }) => (misfit === null ? [] : [renamedIn(misfit, turned)])),
  }
  return combined([
    draft({
      prepare: [...coming, forward],
      fill: [{ kind: 'copyColumn', table, assignments: forward.assignments, emptyOnly: false }],
      change: [
        ...asides,
        ...come.map(
          ({ column }): Change => ({ kind: 'renameColumn', table, from: hidden(column.name), to: column.name }),
        ),
        ...come.flatMap(({ column }) => carried(replacement, asides, column)),
        backward,
        ...come.flatMap(({ column }) => {
          const { forNewRows, forAllRows } = completed(table, column)
          return [...forNewRows, ...forAllRows]
        }),
      ],
      checks,
    }),
    ...come.map((each) => partsAdded(table, each)),
  ])
}

/** Out of sight until it is filled; what is taken back brings the column that it had set aside. */
function hiddenColumn(context: DraftContext, table: string, column: Column, sync: string, prefix: string): AddColumn {
  const known = context.memory?.hidden(table, column, sync) ?? null
  if (known !== null) return known
  const bare = bareColumn(column, asideName(prefix, column.name))
  return { kind: 'addColumn', table, column: bare, prefix, filledBy: { sync } }
}

/**
 * A row that still holds what its old values had become keeps these as they were, whatever a conversion back would make
 * of them; only what was written since is converted.
 */
function unlessUnchanged(
  each: Assignment,
  { come, backward }: Replacement,
  hidden: (column: string) => string,
): Assignment {
  // The columns that go are called like those that come: they are told apart by this while the latter are renamed.
  const other = (column: string): string => ` ${column}`
  const names = come.map(({ column }) => column.name)
  const arriving = (column: string): string =>
    column.startsWith(' ') ? column.slice(1) : names.includes(column) ? hidden(column) : column
  const pairs = backward.flatMap(({ column, value }) => [
    columnItself(column),
    renamedIn(value(other(column)), arriving),
  ])
  const value = composed([columnItself(each.column), each.value, ...pairs], ([kept = '', converted = '', ...rest]) => {
    const same = rest.flatMap((sql, index) =>
      index % 2 === 0 ? [`${sql} IS NOT DISTINCT FROM ${rest[index + 1]}`] : [],
    )
    return `CASE WHEN ${same.join(' AND ')} THEN ${kept} ELSE ${converted} END`
  })
  return { ...each, value }
}

/** What hangs on the column that a new one takes the place of. */
function carried(
  { table, reads }: Replacement,
  asides: readonly SetAsideColumn[],
  { name, type }: Column,
): readonly Change[] {
  const old = asides.find(({ column }) => column.name === name)
  if (old === undefined) return []
  const change = { kind: 'carryColumn', table, from: goneAs(old), to: name, type, wasType: old.column.type } as const
  return [reads === undefined ? change : { ...change, reads }]
}

function assignment({ value, misfit }: Flow, column: string): Assignment {
  return { column, value: value(column), misfit: misfit === null ? null : misfit(column) }
}

function goneAs({ prefix, column }: SetAsideColumn): string {
  return asideName(prefix, column.name)
}
