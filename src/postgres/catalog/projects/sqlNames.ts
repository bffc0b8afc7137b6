/** Operations that were submitted for a name. */
import type { OperationOptions, OperationStatus } from '../../../contract.ts'
import { onCatalog, type Queryable } from '../pool.ts'

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
