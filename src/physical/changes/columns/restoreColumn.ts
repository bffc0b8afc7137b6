import type { ChangeKind, Hazard, Step } from '../../change.ts'
import { editTable, removeAside } from '../../edits/edit.ts'
import { asideName, type OnColumn, withColumn } from '../../edits/tableEntries.ts'
import { naming } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import type { Check, Column, Index, Key } from '../../schema.ts'
import { ident, identList, inNamespace, literal } from '../../sql.ts'
import { rulesOf } from '../constraints/restoredRules.ts'
import { addColumnSql, checkExpression } from '../sql/columnSql.ts'
import { eitherSql } from '../sql/eitherSql.ts'
import { checkValidation } from '../sql/lenientSql.ts'
import { renameColumnParts } from '../sql/renameParts.ts'
import { readyFor } from './readyColumn.ts'
import { asideColumn } from './setAsideColumn.ts'

/**
 * A column that was set aside, back with all its values and its parts. NOT NULL and foreign keys, which rows written
 * meanwhile may break, are no part of its statements: they come by changes of their own (`restoredRules.ts`).
 */
export interface RestoreColumn extends OnColumn {
  readonly kind: 'restoreColumn'
  readonly table: string
  readonly column: Column
  readonly prefix: string
  /** Another operation set it aside: a target that was born after that gets it empty. */
  readonly orCreate?: true
  /** The column is there without NOT NULL and foreign keys after this. */
  readonly loose?: true
}

export const restoreColumn: ChangeKind<RestoreColumn> = {
  kind: 'restoreColumn',
  lock: 'ACCESS EXCLUSIVE',
  scans: true,
  apply: (schema, { table, column, prefix, loose, ...on }) =>
    editTable(removeAside(schema, asideName(prefix, column.name)), table, (before) =>
      loose
        ? withColumn(before, { ...column, notNull: false }, { ...on, foreignKeys: [] })
        : withColumn(before, column, on),
    ),
  invert: (_, { orCreate, ...change }) => ({ ...change, kind: 'setAsideColumn', ...(orCreate && { orDrop: true }) }),
  toSql: (change) => {
    const { table, column, prefix, orCreate, ...on } = change
    const aside = asideName(prefix, column.name)
    const statements = [
      `ALTER TABLE ${inNamespace(table)} RENAME COLUMN ${ident(aside)} TO ${ident(column.name)}`,
      ...lostSql(table, column),
      ...renameColumnParts(table, on, (part) => [asideName(prefix, part), part]),
    ]
    if (!orCreate) return statements.map((sql) => ({ kind: 'transaction', sql }))
    const either = {
      kind: 'column',
      aside,
      restores: true,
      there: statements,
      otherwise: createdEmptySql(change),
    } as const
    return [eitherSql(either), ...partsUnlessThere(change)]
  },
  names: (change) => {
    const { table, column } = change
    return naming({ columns: [{ table, from: null, to: column.name }], aside: asideColumn(change) })
  },
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: ({ indexes, foreignKeys, orCreate }) =>
    altering({
      columns: true,
      added: orCreate ? 1 : 0,
      refers: foreignKeys.length > 0,
      keys: foreignKeys,
      creates: indexes.length > 0,
    }),
  holds: () => [],
  undone: (change) => ({
    ready: readyFor(change),
    places: [{ ...change, loose: true }],
    rules: rulesOf(change),
  }),
  hazards: ({ table, column, foreignKeys, orCreate }) =>
    orCreate && (column.notNull || foreignKeys.length > 0) ? [mayLoosen(`${table}.${column.name}`)] : [],
  touches: ({ table }) => [table],
}

/** What is told beforehand of something that comes back with its rules. */
export function mayLoosen(object: string): Hazard {
  return {
    name: 'RESTORE_MAY_LOOSEN',
    detail: `every row is kept: a rule of ${object} that one breaks by now stays off, and is noted as drift; until all rows have been looked at, a write fails that leaves such a row as it is`,
  }
}

/** The same column where there is nothing to bring back: empty, or with the default that every row has to have. */
function createdEmptySql({ table, column, ...on }: RestoreColumn): readonly string[] {
  const alter = `ALTER TABLE ${inNamespace(table)}`
  const check = (each: Check) => `${alter} ADD CONSTRAINT ${ident(each.name)} CHECK ${checkExpression(each)} NOT VALID`
  // Rows that would all share the default of a unique column stay empty.
  const filled = column.notNull && column.default !== null && on.uniques.length === 0
  return [
    ...addColumnSql(table, { ...column, notNull: false, default: filled ? column.default : null }),
    ...(filled ? [] : lostSql(table, column)),
    ...on.checks.map(check),
  ]
}

/** Where the column was created, its parts are built and proven while others write; elsewhere they have come back with it. */
function partsUnlessThere({ table, uniques, checks, indexes }: RestoreColumn): readonly Step[] {
  const on = (columns: readonly string[]) => `ON ${inNamespace(table)} (${identList(columns)})`
  const build = ({ name, columns }: Key | Index, unique: boolean): Step => ({
    kind: 'statement',
    sql: `CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${ident(name)} ${on(columns)}`,
    index: name,
    adopts: true,
  })
  return [
    ...checks.map((check) => checkValidation(table, check)),
    ...uniques.flatMap((key): Step[] => [
      build(key, true),
      {
        kind: 'transaction',
        sql: `SELECT schema_saga_target.adopt_unique_v1(:'ns', ${literal(table)}, ${literal(key.name)})`,
      },
    ]),
    ...indexes.map((index) => build(index, index.unique)),
  ]
}

/** What it lost when it was set aside. */
function lostSql(table: string, { name, type: _, notNull: __, default: value, ...others }: Column): readonly string[] {
  // A new attribute does not compile before it is said here whether a hidden column keeps it. NOT NULL: `restoredRules.ts`.
  others satisfies Record<string, never>
  return value === null ? [] : [`ALTER TABLE ${inNamespace(table)} ALTER COLUMN ${ident(name)} SET DEFAULT ${value}`]
}
