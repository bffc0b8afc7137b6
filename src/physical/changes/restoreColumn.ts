import type { ChangeKind, Hazard } from '../change.ts'
import { editTable, removeAside } from '../edit.ts'
import type { Check, Column, Index, Key } from '../schema.ts'
import { ident, identList, inNamespace, literal } from '../sql.ts'
import { asideName, type OnColumn, withColumn } from '../tableEntries.ts'
import { restoreForeignKeySql } from './addForeignKey.ts'
import { checkExpression } from './sql/columnSql.ts'
import { eitherSql } from './sql/eitherSql.ts'
import { renameColumnParts } from './sql/renameParts.ts'

/** A column that was set aside, back with all its values; rows written meanwhile get its default. */
export interface RestoreColumn extends OnColumn {
  readonly kind: 'restoreColumn'
  readonly table: string
  readonly column: Column
  readonly prefix: string
  /** Another operation set it aside: a target that was born after that gets it empty. */
  readonly orCreate?: true
}

export const restoreColumn: ChangeKind<RestoreColumn> = {
  kind: 'restoreColumn',
  lock: 'ACCESS EXCLUSIVE',
  scans: true,
  apply: (schema, { table, column, prefix, ...on }) =>
    editTable(removeAside(schema, asideName(prefix, column.name)), table, (before) => withColumn(before, column, on)),
  invert: (_, { orCreate, ...change }) => ({ ...change, kind: 'setAsideColumn', ...(orCreate && { orDrop: true }) }),
  toSql: (change) => {
    const { table, column, prefix, orCreate, ...on } = change
    const alter = `ALTER TABLE ${inNamespace(table)}`
    const name = ident(column.name)
    const statements = [
      `${alter} RENAME COLUMN ${ident(asideName(prefix, column.name))} TO ${name}`,
      ...defaultSql(table, column),
      ...renameColumnParts(table, on, (part) => [asideName(prefix, part), part]),
      ...rulesSql(table, column, on),
    ]
    if (!orCreate) return statements.map((sql) => ({ kind: 'transaction', sql }))
    const aside = asideName(prefix, column.name)
    return [eitherSql({ kind: 'column', aside, restores: true, there: statements, otherwise: createdEmptySql(change) })]
  },
  hazards: ({ table, column, foreignKeys, orCreate }) =>
    orCreate && (column.notNull || foreignKeys.length > 0) ? [mayLoosen(`${table}.${column.name}`)] : [],
  touches: ({ table }) => [table],
}

/** What is told beforehand of something that comes back with its rules. */
export function mayLoosen(object: string): Hazard {
  return {
    name: 'RESTORE_MAY_LOOSEN',
    detail: `every row is kept: a rule of ${object} that one breaks by now stays off, and is noted as drift`,
  }
}

/** The same column where there is nothing to bring back: empty, with the same rules in the same order. */
function createdEmptySql({ table, column, ...on }: RestoreColumn): readonly string[] {
  const alter = `ALTER TABLE ${inNamespace(table)}`
  const key = ({ name, columns }: Key) => `${alter} ADD CONSTRAINT ${ident(name)} UNIQUE (${identList(columns)})`
  const check = (each: Check) => `${alter} ADD CONSTRAINT ${ident(each.name)} CHECK ${checkExpression(each)}`
  const index = ({ name, columns, unique }: Index) =>
    `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${ident(name)} ON ${inNamespace(table)} (${identList(columns)})`
  return [
    `${alter} ADD COLUMN ${ident(column.name)} ${column.type}`,
    ...defaultSql(table, column),
    ...on.uniques.map(key),
    ...on.checks.map(check),
    ...on.indexes.map(index),
    ...rulesSql(table, column, on),
  ]
}

function defaultSql(table: string, column: Column): readonly string[] {
  if (column.default === null) return []
  return [`ALTER TABLE ${inNamespace(table)} ALTER COLUMN ${ident(column.name)} SET DEFAULT ${column.default}`]
}

/** Rules that rows may break: they never make the restoring fail. */
function rulesSql(table: string, column: Column, { foreignKeys }: OnColumn): readonly string[] {
  const notNull = `SELECT schema_saga_target.restore_not_null_v1(:'ns', ${literal(table)}, ${literal(column.name)})`
  return [...(column.notNull ? [notNull] : []), ...foreignKeys.map((key) => restoreForeignKeySql(table, key))]
}
