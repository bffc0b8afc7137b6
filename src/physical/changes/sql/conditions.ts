/** Conditions on rows and values over them, as expressions. */
import type { Expression } from '../../expressions/expression.ts'
import { textArray } from '../../sql.ts'

/** True for every row. */
export const EVERY_ROW: Expression = { sql: 'true', columns: [] }

/** A column without a value. */
export function isEmpty(column: string): Expression {
  return { sql: '$1 IS NULL', columns: [column] }
}

/** A value of the one column that is not in the other, where it was to go. */
export function isLost(from: string, to: string): Expression {
  return { sql: lostSql('$1', '$2'), columns: [from, to] }
}

/** A value of a column that becomes nothing by `value`, which is over that column. */
export function becomesNothing(column: string, value: string): Expression {
  return { sql: lostSql('$1', value), columns: [column] }
}

/** A value of a column that is none of these. */
export function isOutside(column: string, choices: readonly string[]): Expression {
  const list = textArray(choices)
  return { sql: `$1 IS NOT NULL AND NOT ($1 = ANY (${list}))`, columns: [column] }
}

/** A value of a column, or the fallback where there is none. */
export function orElse(column: string, fallback: string): Expression {
  return { sql: orElseSql('$1', fallback), columns: [column] }
}

/** What a new column holds in every row. */
export function constant(type: string, value: string | null): Expression {
  return { sql: `${value ?? 'NULL'}::${type}`, columns: [] }
}

/** Something that is there, and nothing where it was to go. */
export function lostSql(value: string, arrived: string): string {
  return `${value} IS NOT NULL AND ${arrived} IS NULL`
}

/** A value of a document, other than its null, that no column can hold. */
export function misfitSql(json: string, value: string): string {
  return `${json} <> 'null' AND ${value} IS NULL`
}

/** The first of both that is there. */
export function orElseSql(value: string, fallback: string): string {
  return `coalesce(${value}, ${fallback})`
}

/** A column's value as a document holds it. */
export function toJsonSql(value: string): string {
  return `to_jsonb(${value})`
}
