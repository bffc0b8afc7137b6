/** Names of changes by SQL: what each led to last, and which operations were submitted for it. */
import type { OperationOptions, OperationStatus } from '../../../contract.ts'
import { onCatalog, type Queryable } from '../pool.ts'

/** The last revision of each name, that of the baseline included. */
export async function readLastOfNames(
  db: Queryable,
  project: string,
): Promise<readonly { name: string; revision: number; up: string; down: string | null; applied: boolean }[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{
      name: string
      revision: number
      up: string
      down: string | null
      applied: boolean
    }>(
      `select distinct on (name) name, revision, up, down, applied
         from schema_saga.sql_revision where project_id = $1 order by name, revision desc`,
      [project],
    )
    return rows
  })
}

/** The operations that were submitted for a name, the newest first. */
export async function readOperationsOfName(
  db: Queryable,
  project: string,
  name: string,
): Promise<readonly { id: string; status: OperationStatus; request: unknown; options: OperationOptions }[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{
      id: string
      status: OperationStatus
      request: unknown
      options: OperationOptions
    }>(
      `select id, status, request, options from schema_saga.operation
        where project_id = $1 and type = 'run_sql' and request ->> 'name' = $2 order by seq desc`,
      [project, name],
    )
    return rows
  })
}
