/** A look, before a plan begins on a target, at whether all rows of its tables are seen; preflight has asked long before. */
import type { ClientBase } from 'pg'
import { rowTablesOf } from '../../../physical/plan/rowTables.ts'
import { rowsHidden } from '../../preflight/rowsHidden.ts'
import type { TargetExecution } from '../stage/execution.ts'

const HIDDEN = `
  SELECT c.relname::text AS "table", current_user AS role
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) AND c.relrowsecurity AND row_security_active(c.oid)
   ORDER BY 1`

/** Errors: `ROWS_HIDDEN`. */
export async function requireAllRows(client: ClientBase, namespace: string, work: TargetExecution): Promise<void> {
  const tables = rowTablesOf(work.plan)
  if (tables.length === 0) return
  const { rows } = await client.query<{ table: string; role: string }>(HIDDEN, [namespace, tables])
  const [first] = rows
  if (first === undefined) return
  throw rowsHidden(work.target, { namespace, tables: rows.map(({ table }) => table), role: first.role })
}
