/** Waves: which tenants of an operation are changed first. */
import type pg from 'pg'
import { RequestRefused } from '../../../errors.ts'
import { onCatalog, type Queryable } from '../pool.ts'
import { readPolicy } from './policy.ts'

/** What counts as the wave of a tenant that was not there when waves were made: it comes with the last. */
export const LAST_WAVE = 1_000_000

/**
 * Parts the tenants of an operation in waves: the canary ones first, then as many in each as bring the whole to its
 * percentage, in an order that is the same at every try but has nothing to do with names or servers. Returns the number
 * of waves, 0 when none were asked for. Errors: `TENANT_NOT_FOUND` for a canary tenant that takes no part.
 */
export async function assignWaves(client: pg.PoolClient, operationId: string): Promise<number> {
  const { options } = await readPolicy(client, operationId)
  const { canary = [], waves: steps = [] } = options
  if (canary.length === 0 && steps.length === 0) return 0
  await requireCanaries(client, operationId, canary)
  const percents = steps.at(-1) === 100 ? steps : [...steps, 100]
  const first = canary.length > 0 ? 1 : 0
  await client.query(
    `update schema_saga.operation_step s
        set wave = case when s.scope = any ($2) then 1
                        else $3 + (select count(*) from unnest($4::numeric[]) as step(percent)
                                    where ranked.share > step.percent)::int + 1 end
       from (select scope, row_number() over (order by scope = any ($2) desc, md5(operation_id || scope)) * 100.0
                           / count(*) over () as share
               from schema_saga.operation_step
              where operation_id = $1 and key = 'tenant_ddl' and scope <> '') ranked
      where s.operation_id = $1 and s.key = 'tenant_ddl' and s.scope = ranked.scope`,
    [operationId, canary, first, percents],
  )
  return first + percents.length
}

async function requireCanaries(client: pg.PoolClient, operationId: string, canary: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `select c.id from unnest($2::text[]) as c(id)
      where not exists (select from schema_saga.operation_step s
                         where s.operation_id = $1 and s.key = 'tenant_ddl' and s.scope = c.id)`,
    [operationId, canary],
  )
  if (rows.length === 0) return
  const named = rows.map(({ id }) => `"${id}"`).join(', ')
  throw new RequestRefused('TENANT_NOT_FOUND', `Canary ${named} is not an active tenant of the project.`, {
    path: 'options.canary',
  })
}

/** How many waves the tenants of an operation were parted in; 0 for none. */
export async function countWaves(db: Queryable, operationId: string): Promise<number> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ waves: number }>(
      `select coalesce(max(wave), 0) as waves from schema_saga.operation_step where operation_id = $1`,
      [operationId],
    )
    return rows[0]?.waves ?? 0
  })
}
