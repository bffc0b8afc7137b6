/** Questions to the rows of a target. */

import { overRow } from '../../expressions/expression.ts'
import type { DataCheck } from '../../plan/checks.ts'
import { inNamespace } from '../../sql.ts'

const MOST_IDS = 5

/** Answers the number of rows that stand in the way, and a few of their ids. */
export function checkSql(check: DataCheck): string {
  const offenders = offendersSql(check)
  return (
    `SELECT (SELECT count(*) FROM (${offenders}) c)::float8 AS count, ` +
    `ARRAY(SELECT o."id"::text FROM (${offenders}) o ORDER BY 1 LIMIT ${MOST_IDS}) AS ids`
  )
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
