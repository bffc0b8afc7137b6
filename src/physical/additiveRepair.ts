/** What can be added to a drifted target without touching anything that is there. */
import type { Change } from './changes/index.ts'
import type { Column, PhysicalSchema, Table } from './schema.ts'

/** For the inverse of an added column, which nobody runs. */
const PREFIX = '_aside_repair'

/**
 * Missing columns, missing indexes, and invalid indexes built anew, in tables that exist. What may fail because of rows
 * (keys, checks, NOT NULL without a default) and what would have to be taken away is left to a person.
 */
export function additiveRepair(expected: PhysicalSchema, actual: PhysicalSchema): readonly Change[] {
  const tables = Object.values(expected.tables).flatMap((table) => {
    const there = actual.tables[table.name]
    // Anything but an ordinary table of ours is left to a person.
    return there === undefined || there.traits?.kind !== undefined || there.traits?.owner !== undefined
      ? []
      : [{ expected: table, actual: there }]
  })
  // Columns first: an index may be over one that is missing too.
  return [...tables.flatMap(missingColumns), ...tables.flatMap(indexes)]
}

interface TablePair {
  readonly expected: Table
  readonly actual: Table
}

function missingColumns({ expected, actual }: TablePair): readonly Change[] {
  return Object.values(expected.columns)
    .filter((column) => actual.columns[column.name] === undefined && canBeAdded(column))
    .map((column) => ({ kind: 'addColumn', table: expected.name, column, prefix: PREFIX }))
}

function canBeAdded({ notNull, default: value }: Column): boolean {
  return !notNull || value !== null
}

function indexes({ expected, actual }: TablePair): readonly Change[] {
  return Object.values(expected.indexes).flatMap((index): Change[] => {
    const there = actual.indexes[index.name]
    const hasColumns = index.columns.every((name) => {
      const column = expected.columns[name]
      return actual.columns[name] !== undefined || (column !== undefined && canBeAdded(column))
    })
    if (!hasColumns || there?.valid === true) return []
    const build: Change = { kind: 'createIndex', table: expected.name, index }
    return there === undefined ? [build] : [{ kind: 'dropIndex', table: expected.name, index: there }, build]
  })
}
