/** Targets that were let go of: their own databases are told so as soon as they answer. */
import type pg from 'pg'
import type { Target } from '../../../contract.ts'
import { onCatalog, type Queryable } from '../pool.ts'

/** Keeps that a target belongs to nobody any more; one that was never made needs no mark. */
export async function release(
  client: pg.PoolClient,
  { project, target, why }: { project: string; target: Target; why: 'removed' | 'abandoned' },
): Promise<void> {
  const { scope, server, namespace, incarnation } = target
  await client.query(
    `insert into schema_saga.released_target (incarnation, project_id, scope, server_id, namespace, why, marked_at)
     values ($1, $2, $3, $4, $5, $6, case when $6 = 'abandoned' then now() end) on conflict do nothing`,
    [incarnation, project, scope, server, namespace, why],
  )
}

/** The same for the base and all tenants of a project that is archived. */
export async function releaseAll(client: pg.PoolClient, project: string): Promise<void> {
  await client.query(
    `insert into schema_saga.released_target (incarnation, project_id, scope, server_id, namespace, why)
     select incarnation, project_id, id, server_id, namespace, 'archived'
       from schema_saga.tenant where project_id = $1
      union all
     select base_incarnation, id, '', base_server, base_namespace, 'archived'
       from schema_saga.project where id = $1 and base_server is not null
     on conflict do nothing`,
    [project],
  )
}

/** Marks made in one go. */
const MOST = 200

/** Released targets whose own database does not say so yet; those that were tried longest ago, and for a month at most. */
export async function listUnmarkedReleases(db: Queryable): Promise<readonly Target[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<Target>(
      `select scope, server_id as server, namespace, incarnation
         from schema_saga.released_target
        where marked_at is null and at > now() - interval '30 days'
        order by tried_at nulls first, at limit ${MOST}`,
    )
    return rows
  })
}

/** They could not be told. */
export async function postponeReleases(db: Queryable, incarnations: readonly string[]): Promise<void> {
  if (incarnations.length === 0) return
  await onCatalog(() =>
    db.query('update schema_saga.released_target set tried_at = now() where incarnation = any ($1)', [incarnations]),
  )
}

/** Their databases say so now. */
export async function markReleased(db: Queryable, incarnations: readonly string[]): Promise<void> {
  if (incarnations.length === 0) return
  await onCatalog(() =>
    db.query('update schema_saga.released_target set marked_at = now() where incarnation = any ($1)', [incarnations]),
  )
}
