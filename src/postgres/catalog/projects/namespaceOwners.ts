/** Places: a namespace of a server belongs to one target, base or tenant. */
import { RequestRefused } from '../../../errors.ts'
import type { Queryable } from '../pool.ts'

/** Reserves a namespace for a target. Errors: `NAME_TAKEN`. */
export async function reservePlace(
  db: Queryable,
  place: { project: string; scope: string; server: string; namespace: string },
): Promise<void> {
  const { project, scope, server, namespace } = place
  const added = await db.query(
    `insert into schema_saga.place (server_id, namespace, project_id, scope) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [server, namespace, project, scope],
  )
  if (added.rowCount === 1) return
  throw new RequestRefused('NAME_TAKEN', `Namespace "${namespace}" on server "${server}" belongs to another target.`, {
    path: 'namespace',
  })
}
