/** Questions to the rows of a target. */
import type { DataCheck } from '../../checks.ts'
import { overRow } from '../../expression.ts'
import { inNamespace, literal } from '../../sql.ts'

const MOST_IDS = 5

/** Answers the number of rows that stand in the way, and a few of their ids. */
export function checkSql(check: DataCheck): string {
  if (check.kind === 'views') return viewsSql(check)
  const offenders = offendersSql(check)
  return (
    `SELECT (SELECT count(*) FROM (${offenders}) c)::integer AS count, ` +
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

/** A view is bound to the column itself: it follows wherever the column is renamed to. */
function viewsSql({ table, expression }: DataCheck): string {
  const relation = `to_regclass(format('%I.%I', :'ns'::text, ${literal(table)}))`
  const views =
    'SELECT DISTINCT v.relname::text AS name FROM pg_catalog.pg_depend d ' +
    `JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid ` +
    'JOIN pg_catalog.pg_class v ON v.oid = r.ev_class ' +
    'JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid ' +
    `WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = ${relation} ` +
    `AND a.attname = ${literal(expression.columns[0] ?? '')}`
  return (
    'SELECT count(*)::integer AS count, coalesce((array_agg(v.name ORDER BY v.name))' +
    `[1:${MOST_IDS}], ARRAY[]::text[]) AS ids FROM (${views}) v`
  )
}
