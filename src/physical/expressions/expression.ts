/** Expressions over the columns of one row, which follow when a column is renamed. */
import { ident } from '../sql.ts'

/** SQL in which `$1` stands for the first of `columns`, and so on. */
export interface Expression {
  readonly sql: string
  readonly columns: readonly string[]
}

/** A value for a column, and when it does not fit there. */
export interface Assignment {
  readonly column: string
  readonly value: Expression
  /** True for a row whose value got lost on the way; null when every value fits. */
  readonly misfit: Expression | null
}

/** Quoted regions first, so that a text which happens to hold `$1` stays as it is. */
const PLACE = /\$\d+|"(?:[^"]|"")*"|'(?:[^']|'')*'/gs

/** The expression over one row: `NEW` in a trigger, an alias in a statement, or nothing. */
export function overRow({ sql, columns }: Expression, row: string | null): string {
  return replacePlaces(sql, (index) => {
    const column = columns[index]
    if (column === undefined) throw new Error(`there is no column for $${index + 1}`)
    return row === null ? ident(column) : `${row}.${ident(column)}`
  })
}

/** The same expression once its columns bear other names. */
export function renamedIn(expression: Expression, rename: (column: string) => string): Expression {
  return { ...expression, columns: expression.columns.map(rename) }
}

/** The same expression with another one in the place of a column. */
export function substituted(expression: Expression, column: string, by: Expression): Expression {
  const columns: string[] = []
  const place = (name: string): string => {
    if (!columns.includes(name)) columns.push(name)
    return `$${columns.indexOf(name) + 1}`
  }
  const renumbered = ({ sql, columns: own }: Expression): string =>
    replacePlaces(sql, (index) => {
      const name = own[index] ?? ''
      return name === column && own === expression.columns ? `(${renumbered(by)})` : place(name)
    })
  return { sql: renumbered(expression), columns }
}

/** One expression out of several; `build` gets their SQL over the columns of all. */
export function composed(parts: readonly Expression[], build: (sql: readonly string[]) => string): Expression {
  const columns = [...new Set(parts.flatMap((part) => part.columns))]
  const over = ({ sql, columns: own }: Expression): string =>
    replacePlaces(sql, (index) => `$${columns.indexOf(own[index] ?? '') + 1}`)
  return { sql: build(parts.map((part) => `(${over(part)})`)), columns }
}

/** The same assignment once its columns bear other names. */
export function renamedAssignment(assignment: Assignment, rename: (column: string) => string): Assignment {
  return {
    column: rename(assignment.column),
    value: renamedIn(assignment.value, rename),
    misfit: assignment.misfit === null ? null : renamedIn(assignment.misfit, rename),
  }
}

/** A column as it is. */
export function columnItself(column: string): Expression {
  return { sql: '$1', columns: [column] }
}

function replacePlaces(sql: string, replace: (index: number) => string): string {
  return sql.replaceAll(PLACE, (token) => (token.startsWith('$') ? replace(Number(token.slice(1)) - 1) : token))
}
