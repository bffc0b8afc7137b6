/** The health of one target: its tables beside what the models of its revision need. */

import { hashOf } from '../../hash.ts'
import { pivotOf, relationsOf } from '../../logical/relations/relations.ts'
import type { LogicalSchema } from '../../logical/schema.ts'
import { byName } from '../edits/tableEntries.ts'
import { entryOf } from '../entryOf.ts'
import { projectSchema } from '../project.ts'
import type { PhysicalSchema, Table } from '../schema.ts'

/** A column of which a target and its revision say different things. */
export interface ColumnDifference {
  /** Its name. */
  readonly column: string
  /** What the model needs. */
  readonly expected: string
  /** What is there. */
  readonly actual: string
}

/** One table of one target, or of all targets that say the same. */
export interface HealthRow {
  /** The model, or the pivot of a relation. */
  readonly model_name: string
  /** Whether its table is there. */
  readonly table_exists: boolean
  /** The columns of the table, in name order. */
  readonly physical_columns: readonly string[]
  /** The columns that the model needs, in name order. */
  readonly expected_columns: readonly string[]
  /** Those that are not there. */
  readonly missing_columns: readonly string[]
  /** Those that no field has. */
  readonly extra_columns: readonly string[]
  /** Whether the model says that it is common to all tenants. */
  readonly is_common_model: boolean
  /** What is wrong with the table as a whole, in sentences. */
  readonly warnings: readonly string[]
  /** Columns of another type. */
  readonly type_differences: readonly ColumnDifference[]
  /** Columns that may be empty and should not, or the other way round. */
  readonly nullability_differences: readonly ColumnDifference[]
  /** Also uniques, and indexes of that name over something else. */
  readonly missing_indexes: readonly string[]
  /** Indexes whose build did not finish. */
  readonly invalid_indexes: readonly string[]
  /** Also keys of that name that do something else. */
  readonly missing_foreign_keys: readonly string[]
}

/** A table that health is asked of. */
export interface HealthTable {
  readonly expected: Table
  readonly isCommonModel: boolean
}

/** The tables of the models with these ids, or of all, and of the many-to-many relations between them, in name order. */
export function healthTables(schema: LogicalSchema, ids?: readonly string[]): readonly HealthTable[] {
  const models = schema.models.filter(({ id }) => ids === undefined || ids.includes(id))
  const pivots = relationsOf(schema)
    .filter(({ from, to }) => models.includes(from) || models.includes(to))
    .flatMap((relation) => pivotOf(relation)?.name ?? [])
  const { tables } = projectSchema(schema)
  const common = new Set(models.filter((model) => model.is_common_model).map(({ name }) => name))
  return [...new Set([...models.map(({ name }) => name), ...pivots])].sort().flatMap((name) => {
    const expected = entryOf(tables, name)
    return expected === undefined ? [] : [{ expected, isCommonModel: common.has(name) }]
  })
}

/** One row for each table; `project` is named in what to do. */
export function healthRows(
  tables: readonly HealthTable[],
  actual: PhysicalSchema,
  project: string,
): readonly HealthRow[] {
  return tables.map(({ expected, isCommonModel }) => {
    const there = entryOf(actual.tables, expected.name)
    const columns = columnsOf(expected, there)
    return {
      model_name: expected.name,
      table_exists: there !== undefined,
      ...columns,
      is_common_model: isCommonModel,
      warnings: warningsOf(columns, there !== undefined, project),
      ...partsOf(expected, there),
    }
  })
}

/** Whether a row has nothing to report. */
export function isHealthy(row: HealthRow): boolean {
  const lists = [
    row.warnings,
    row.missing_columns,
    row.extra_columns,
    row.type_differences,
    row.nullability_differences,
    row.missing_indexes,
    row.invalid_indexes,
    row.missing_foreign_keys,
  ]
  return row.table_exists && lists.every((list) => list.length === 0)
}

type Columns = Pick<HealthRow, 'physical_columns' | 'expected_columns' | 'missing_columns' | 'extra_columns'>

function columnsOf(expected: Table, actual: Table | undefined): Columns {
  const wanted = Object.keys(expected.columns).sort()
  const there = Object.keys(actual?.columns ?? {}).sort()
  return {
    physical_columns: there,
    expected_columns: wanted,
    missing_columns: wanted.filter((name) => !there.includes(name)),
    extra_columns: there.filter((name) => !wanted.includes(name)),
  }
}

function warningsOf({ physical_columns, missing_columns }: Columns, exists: boolean, project: string): string[] {
  const look = `schema-saga drift ${project}`
  if (!exists) {
    return [`physical table missing — nothing creates it again by itself: restore it, and compare with "${look}"`]
  }
  if (missing_columns.length === 0) return []
  const stub = physical_columns.length === 1 && physical_columns[0] === 'id'
  return [
    ...(stub ? ['table exists but only id column — likely a stub; field columns never applied'] : []),
    `schema fields missing as physical columns — "${look}" prints the SQL that adds them; ` +
      `"schema-saga reconcile ${project}" runs it when the project's auto_repair is additive`,
  ]
}

type Parts = Pick<
  HealthRow,
  'type_differences' | 'nullability_differences' | 'missing_indexes' | 'invalid_indexes' | 'missing_foreign_keys'
>

function partsOf(expected: Table, actual: Table | undefined): Parts {
  const both = Object.values(expected.columns).flatMap((column) => {
    const there = entryOf(actual?.columns ?? {}, column.name)
    return there === undefined ? [] : [{ column: column.name, expected: column, actual: there }]
  })
  const nullable = (notNull: boolean): string => (notNull ? 'not null' : 'nullable')
  // An index that is not valid is reported as that.
  const indexes = Object.values(actual?.indexes ?? {}).map((index) => ({ ...index, valid: true }))
  const invalid = indexes.filter(
    ({ name }) => entryOf(actual?.indexes ?? {}, name)?.valid === false && entryOf(expected.indexes, name),
  )
  return {
    type_differences: both
      .filter((each) => each.expected.type !== each.actual.type)
      .map(({ column, expected: { type }, actual: there }) => ({ column, expected: type, actual: there.type })),
    nullability_differences: both
      .filter((each) => each.expected.notNull !== each.actual.notNull)
      .map(({ column, expected: { notNull }, actual: there }) => ({
        column,
        expected: nullable(notNull),
        actual: nullable(there.notNull),
      })),
    missing_indexes:
      actual === undefined
        ? []
        : [...lacking(expected.indexes, byName(indexes)), ...lacking(expected.uniques, actual.uniques)].sort(),
    invalid_indexes: invalid.map(({ name }) => name).sort(),
    missing_foreign_keys: actual === undefined ? [] : lacking(expected.foreignKeys, actual.foreignKeys),
  }
}

/** The names of what is not there, or is something else under its name. */
function lacking(expected: Readonly<Record<string, unknown>>, actual: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(expected)
    .filter((name) => hashOf(entryOf(expected, name)) !== hashOf(entryOf(actual, name) ?? null))
    .sort()
}
