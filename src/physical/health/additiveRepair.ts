/** What can be added to a drifted target without touching anything that is there. */
import type { Change } from '../changes/index.ts'
import { entryOf } from '../entryOf.ts'
import { type Hidden, hiddenColumn } from '../past/hidden.ts'
import { NO_PAST, type Past } from '../past/past.ts'
import type { Column, PhysicalSchema, Table } from '../schema.ts'

/** For the inverse of an added column, which nobody runs. */
const PREFIX = '_aside_repair'

/**
 * Missing columns, missing indexes, and invalid indexes built anew, in tables that exist. What may fail because of rows
 * (keys, checks, NOT NULL without a default) and what would have to be taken away is left to a person; and so is whatever
 * may be there under a name that another revision knew it by, or set aside: an empty column beside it would hide its values.
 */
export function additiveRepair(
  expected: PhysicalSchema,
  actual: PhysicalSchema,
  past: Past = NO_PAST,
  hidden: readonly Hidden[] = [],
): readonly Change[] {
  if (hasOldTable(expected, actual, past)) return []
  const tables = Object.values(expected.tables).flatMap((table) => {
    const there = entryOf(actual.tables, table.name)
    // Anything but an ordinary table of ours is left to a person.
    return there === undefined || there.traits?.kind !== undefined || there.traits?.owner !== undefined
      ? []
      : [{ expected: table, actual: there, past, hidden }]
  })
  // Columns first: an index may be over one that is missing too.
  return [...tables.flatMap(missingColumns), ...tables.flatMap(indexes)]
}

interface TablePair {
  readonly expected: Table
  readonly actual: Table
  readonly past: Past
  readonly hidden: readonly Hidden[]
}

/** A table is missing, and one is there that another revision had. */
function hasOldTable(expected: PhysicalSchema, actual: PhysicalSchema, { columns }: Past): boolean {
  const isMissing = Object.keys(expected.tables).some((name) => entryOf(actual.tables, name) === undefined)
  return (
    isMissing &&
    Object.keys(actual.tables).some((name) => entryOf(expected.tables, name) === undefined && columns.has(name))
  )
}

function missingColumns(pair: TablePair): readonly Change[] {
  const { expected, actual } = pair
  return Object.values(expected.columns)
    .filter((column) => entryOf(actual.columns, column.name) === undefined && canBeAdded(pair, column))
    .map((column) => ({ kind: 'addColumn', table: expected.name, column, prefix: PREFIX }))
}

function canBeAdded(
  { expected, actual, past, hidden }: TablePair,
  { name, type: _, notNull, default: value, ...others }: Column,
): boolean {
  // A new attribute does not compile before it is said here whether rows may stand in its way.
  others satisfies Record<string, never>
  const known = past.columns.get(expected.name)
  const isOld = (column: string): boolean =>
    entryOf(expected.columns, column) === undefined && known?.has(column) === true
  const mayBeElsewhere =
    past.moved.has(`${expected.name}.${name}`) ||
    Object.keys(actual.columns).some(isOld) ||
    hiddenColumn(hidden, expected.name, name) !== null
  return (!notNull || value !== null) && !mayBeElsewhere
}

function indexes(pair: TablePair): readonly Change[] {
  const { expected, actual } = pair
  return Object.values(expected.indexes).flatMap((index): Change[] => {
    const there = entryOf(actual.indexes, index.name)
    const hasColumns = index.columns.every((name) => {
      const column = entryOf(expected.columns, name)
      return entryOf(actual.columns, name) !== undefined || (column !== undefined && canBeAdded(pair, column))
    })
    if (!hasColumns || there?.valid === true) return []
    const build: Change = { kind: 'createIndex', table: expected.name, index }
    return there === undefined ? [build] : [{ kind: 'dropIndex', table: expected.name, index: there }, build]
  })
}
