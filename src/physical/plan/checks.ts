/** What the rows of a target must be like for a plan to go through; asked before anything is changed anywhere. */
import type { Change } from '../changes/index.ts'
import { checkSql } from '../changes/sql/checkSql.ts'
import { constant, orElse } from '../changes/sql/conditions.ts'
import { asideName } from '../edits/tableEntries.ts'
import { type Expression, renamedIn, substituted } from '../expressions/expression.ts'

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
  switch (change.kind) {
    case 'renameTable':
      return change.to === check.table ? { ...check, table: change.from } : check
    case 'createTable':
      return change.table.name === check.table ? null : check
    case 'renameColumn':
      return onTable(check, change.table, (column) => (column === change.to ? change.from : column))
    case 'setAsideColumn': {
      const aside = asideName(change.prefix, change.column.name)
      return onTable(check, change.table, (column) => (column === aside ? change.column.name : column))
    }
    case 'restoreColumn':
      return check.table === change.table && check.expression.columns.includes(change.column.name) ? null : check
    case 'addColumn': {
      // Not every target has it to be asked about.
      if (change.reuses !== undefined && check.expression.columns.includes(change.column.name)) return null
      const { name, type, default: value } = change.column
      return holding(check, change.table, name, constant(type, value))
    }
    case 'fillNulls':
      return holding(check, change.table, change.column, orElse(change.column, change.expression))
    case 'copyColumn':
      return change.assignments.reduce<DataCheck | null>(
        (each, { column, value }) => (each === null ? null : holding(each, change.table, column, value)),
        check,
      )
    default:
      return check
  }
}

function onTable(check: DataCheck, table: string, rename: (column: string) => string): DataCheck {
  if (check.table !== table) return check
  const expression = renamedIn(check.expression, rename)
  // A column out of sight is called by the name that it will have.
  const hidden = expression.columns[0]?.startsWith('_aside_')
  return { ...check, what: hidden ? named(check) : check.what, expression }
}

/** Before a column held that, the question is about what it will hold; it is still called by its name. */
function holding(check: DataCheck, table: string, column: string, value: Expression): DataCheck | null {
  const { expression } = check
  if (check.table !== table || !expression.columns.includes(column)) return check
  return {
    ...check,
    what: named(check),
    expression: substituted(expression, column, value),
  }
}

function named({ what, expression }: DataCheck): string {
  return what.replace('$1', () => expression.columns[0] ?? '')
}
