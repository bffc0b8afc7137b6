/** The SQL of the parts of a table. */
import type { Check, Column, Table } from './schema.ts'
import { ident, identList, literal } from './sql.ts'

/** `"price" numeric NOT NULL DEFAULT 0` */
export function columnSql(column: Column): string {
  const fallback = column.default === null ? '' : ` DEFAULT ${column.default}`
  return `${ident(column.name)} ${column.type}${column.notNull ? ' NOT NULL' : ''}${fallback}`
}

/** The expression of a check, in the form in which Postgres prints it again. */
export function checkExpression(check: Check): string {
  if (!('column' in check)) return check.expression
  const values = check.oneOf.map((value) => `${literal(value)}::text`).join(', ')
  return `(${ident(check.column)} = ANY (ARRAY[${values}]))`
}

/** The statements that build a table with everything on it. */
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
