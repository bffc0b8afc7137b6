/** Forgetting what is older than the project keeps, but nothing that a tenant still needs. */
import type pg from 'pg'
import { inTransaction, onCatalog, type Queryable } from './pool.ts'

/** Operations forgotten in one run. */
const MOST_OPERATIONS = 200

/**
 * Operations of a project that ended longer ago than it keeps them. Those whose plans a tenant that is not active still
 * has to catch up with stay, and so do those of revisions that a tenant is at.
 */
export async function listForgettable(db: Queryable, project: string, retentionMs: number): Promise<string[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ id: string }>(
      `select o.id from schema_saga.operation o
        where o.project_id = $1 and o.status in ('committed', 'failed', 'cancelled')
          and o.ended_at < now() - interval '1 millisecond' * $2
          and (o.persisted_at is null
               or o.revision <= (select coalesce(min(coalesce(t.revision, 0)), 2147483647) from schema_saga.tenant t
                                  where t.project_id = o.project_id and t.state <> 'active'))
          and not exists (select from schema_saga.tenant t where t.project_id = o.project_id and t.parked_by = o.id)
        order by o.seq limit ${MOST_OPERATIONS}`,
      [project, retentionMs],
    )
    return rows.map(({ id }) => id)
  })
}

/** Forgets operations with their plans and steps; schemas and the audit stay. */
export async function forgetOperations(pool: pg.Pool, ids: readonly string[]): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('delete from schema_saga.operation_step where operation_id = any ($1)', [ids])
    await client.query('delete from schema_saga.operation_plan where operation_id = any ($1)', [ids])
    await client.query('delete from schema_saga.operation where id = any ($1)', [ids])
  })
}
