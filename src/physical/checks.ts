/** What the rows of a target must be like for a plan to go through; asked before anything is changed anywhere. */
import type { Change } from './changes/index.ts'
import { type Expression, overRow, renamedIn, substituted } from './expression.ts'
import { inNamespace } from './sql.ts'
import { asideName } from './tableEntries.ts'

/** A question to the rows of one table. */
export interface DataCheck {
  /** Continues "3 rows of food ...": `without a value in "$1"`, where `$1` is the first column of the expression. */
  readonly what: string
  readonly table: string
  /** `rows`: those of which the expression is true; `duplicates`: those with the same value; `several`: more than one. */
  readonly kind: 'rows' | 'duplicates' | 'several'
  readonly expression: Expression
}

/** A check with its SQL: answers the number of rows that stand in the way, and a few of their ids. */
export interface PlannedCheck extends Pick<DataCheck, 'what' | 'table'> {
  readonly sql: string
}

const MOST_IDS = 5

/** The check as a query over the target's namespace. */
export function planCheck(check: DataCheck): PlannedCheck {
  const offenders = offendersSql(check)
  const sql =
    `SELECT (SELECT count(*) FROM (${offenders}) c)::integer AS count, ` +
    `ARRAY(SELECT o."id"::text FROM (${offenders}) o ORDER BY 1 LIMIT ${MOST_IDS}) AS ids`
  return { what: named(check), table: check.table, sql }
}

/** The checks of a later mutation of a changeset, asked of the tables as they are before the first one. */
export function tracedBack(check: DataCheck, done: readonly Change[]): DataCheck | null {
  let current: DataCheck | null = check
  for (const change of done.toReversed()) current = current === null ? null : before(current, change)
  return current
}

function offendersSql({ table, kind, expression }: DataCheck): string {
  const rows = `${inNamespace(table)} t`
  if (kind === 'rows') return `SELECT t."id" FROM ${rows} WHERE ${overRow(expression, 't')}`
  if (kind === 'several') return `SELECT t."id" FROM ${rows} WHERE (SELECT count(*) FROM ${inNamespace(table)}) > 1`
  const value = overRow(expression, 't')
  return (
    `SELECT d."id" FROM (SELECT t."id", ${value} AS value, count(*) OVER (PARTITION BY ${value}) AS times ` +
    `FROM ${rows}) d WHERE d.value IS NOT NULL AND d.times > 1`
  )
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
    case 'addColumn': {
      const { name, type, default: value } = change.column
      return holding(check, change.table, name, { sql: `${value ?? 'NULL'}::${type}`, columns: [] })
    }
    case 'fillNulls': {
      const filled = { sql: `coalesce($1, ${change.expression})`, columns: [change.column] }
      return holding(check, change.table, change.column, filled)
    }
    case 'copyColumn':
      return change.assignments.reduce((each, { column, value }) => holding(each, change.table, column, value), check)
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
function holding(check: DataCheck, table: string, column: string, value: Expression): DataCheck {
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
