/** The SQL of the parts of a table. */
import type { Check, Column, ForeignKey, Table } from '../../schema.ts'
import { ident, identList, inNamespace, literal } from '../../sql.ts'

/** `"price" numeric NOT NULL DEFAULT 0` */
function columnSql({ name, type, notNull, default: value, ...others }: Column): string {
  // A new attribute does not compile before it is part of this, or of a statement behind it in both places that call this.
  others satisfies Record<string, never>
  const fallback = value === null ? '' : ` DEFAULT ${value}`
  return `${ident(name)} ${type}${notNull ? ' NOT NULL' : ''}${fallback}`
}

/** The statements that add a column to a table that is there. */
export function addColumnSql(table: string, column: Column): readonly string[] {
  return [`ALTER TABLE ${inNamespace(table)} ADD COLUMN ${columnSql(column)}`]
}

/** The expression of a check, in the form in which Postgres prints it again. */
export function checkExpression(check: Check): string {
  if (!('column' in check)) return check.expression
  const values = check.oneOf.map((value) => `${literal(value)}::text`).join(', ')
  return `(${ident(check.column)} = ANY (ARRAY[${values}]))`
}

const ON_DELETE = {
  set_null: 'SET NULL',
  cascade: 'CASCADE',
  restrict: 'RESTRICT',
  no_action: 'NO ACTION',
} as const

/** `FOREIGN KEY ("food_id") REFERENCES ... ON DELETE SET NULL` */
export function foreignKeySql(key: ForeignKey): string {
  return (
    `FOREIGN KEY (${identList(key.columns)}) REFERENCES ${inNamespace(key.table)} (${identList(key.references)}) ` +
    `ON DELETE ${ON_DELETE[key.onDelete]}`
  )
}

/** The statements that put the foreign keys on a table that has no rows yet. */
export function addForeignKeysSql(table: Table): readonly string[] {
  return Object.values(table.foreignKeys).map((key) => addForeignKeySql(table.name, key))
}

/** One of them. */
export function addForeignKeySql(table: string, key: ForeignKey): string {
  return `ALTER TABLE ${inNamespace(table)} ADD CONSTRAINT ${ident(key.name)} ${foreignKeySql(key)}`
}

/** The statements that build a table with everything on it but its foreign keys. */
export function createTableSql(table: Table): readonly string[] {
  const lines = [
    ...Object.values(table.columns).map(columnSql),
    ...(table.primaryKey === null
      ? []
      : [`CONSTRAINT ${ident(table.primaryKey.name)} PRIMARY KEY (${identList(table.primaryKey.columns)})`]),
    ...Object.values(table.uniques).map((key) => `CONSTRAINT ${ident(key.name)} UNIQUE (${identList(key.columns)})`),
    ...Object.values(table.checks).map((check) => `CONSTRAINT ${ident(check.name)} CHECK ${checkExpression(check)}`),
  ]
  const indexes = Object.values(table.indexes).map(
    (index) =>
      `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${ident(index.name)} ON :"ns".${ident(table.name)} (${identList(index.columns)})`,
  )
  return [`CREATE TABLE :"ns".${ident(table.name)} (\n  ${lines.join(',\n  ')}\n)`, ...indexes]
}
