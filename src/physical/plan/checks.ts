/** What the rows of a target must be like for a plan to go through; asked before anything is changed anywhere. */
import type { HeldValue } from '../change.ts'
import { type Change, kindOf } from '../changes/index.ts'
import { checkSql } from '../changes/sql/checkSql.ts'
import { type Expression, renamedIn, substituted } from '../expressions/expression.ts'
import { columnsInPostgres, nameBefore, type RenamingOn } from '../naming.ts'

/** A question to the rows of one table. */
export interface DataCheck {
  /** Continues "3 rows of food ...": `without a value in "$1"`, where `$1` is the first column of the expression. */
  readonly what: string
  readonly table: string
  /**
   * `rows`: those of which the expression is true; `duplicates`: those with the same value; `several`: more than one.
   */
  readonly kind: 'rows' | 'duplicates' | 'several'
  readonly expression: Expression
}

/** A check with its SQL: answers the number of rows that stand in the way, and a few of their ids. */
export interface PlannedCheck extends Pick<DataCheck, 'what' | 'table'> {
  /** Plans of 0.4 ask for views as well. */
  readonly counts: 'row' | 'view'
  readonly sql: string
}

/** The check as a query over the target's namespace. */
export function planCheck(check: DataCheck): PlannedCheck {
  return { what: named(check), table: check.table, counts: 'row', sql: checkSql(check) }
}

/** The checks of a later mutation of a changeset, asked of the tables as they are before the first one. */
export function tracedBack(check: DataCheck, done: readonly Change[]): DataCheck | null {
  let current: DataCheck | null = check
  for (const change of done.toReversed()) current = current === null ? null : before(current, change)
  return current
}

/** The check as it was to be asked before a change; null when what it is about did not exist then. */
function before(check: DataCheck, change: Change): DataCheck | null {
  const kind = kindOf(change)
  const names = kind.names(change)
  if (names.tables.some(({ from, to }) => from === null && to === check.table)) return null
  const held = kind.holds(change)
  const isAbout = ({ table, column }: { table: string; column: string | null }): boolean =>
    table === check.table && column !== null && check.expression.columns.includes(column)
  // Not every target has what comes back to be asked about.
  const isNotThere = names.columns.some(
    ({ table, from, to }) => from === null && isAbout({ table, column: to }) && held.length === 0,
  )
  if (isNotThere) return null
  const told = held.filter(isAbout).reduce(holding, check)
  const called = columnsInPostgres(names).reduce(beforeRenaming, told)
  return { ...called, table: names.tables.reduce((table, each) => nameBefore(table, each) ?? table, called.table) }
}

function beforeRenaming(check: DataCheck, { table, ...renaming }: RenamingOn): DataCheck {
  if (check.table !== table || renaming.from === null) return check
  const expression = renamedIn(check.expression, (column) => nameBefore(column, renaming) ?? column)
  // A column out of sight is called by the name that it will have.
  const hidden = expression.columns[0]?.startsWith('_aside_')
  return { ...check, what: hidden ? named(check) : check.what, expression }
}

/** Before a column held that, the question is about what it will hold; it is still called by its name. */
function holding(check: DataCheck, { column, value }: HeldValue): DataCheck {
  return { ...check, what: named(check), expression: substituted(check.expression, column, value) }
}

function named({ what, expression }: DataCheck): string {
  return what.replace('$1', () => expression.columns[0] ?? '')
}
