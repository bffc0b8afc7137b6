/** How fast the tenants of an operation go by, which are slowest, and what went wrong by code. */
import type { TenantPace } from '../../../contract.ts'
import { onCatalog, type Queryable } from '../pool.ts'

const SLOWEST = 5

const TENANTS = `schema_saga.operation_step where operation_id = $1 and key = 'tenant_ddl' and scope <> ''`

/** The pace of an operation up to now. */
export async function readPace(db: Queryable, operationId: string): Promise<TenantPace> {
  return await onCatalog(async () => {
    const speed = await db.query<{ ended: number; left: number; seconds: number | null }>(
      `select (count(ended_at))::int as ended, (count(*) filter (where state in ('pending', 'running')))::int as left,
              extract(epoch from now() - min(started_at))::float as seconds from ${TENANTS}`,
      [operationId],
    )
    const slowest = await db.query<{ tenant: string; ms: number }>(
      `select scope as tenant, round(extract(epoch from coalesce(ended_at, now()) - started_at) * 1000)::float8 as ms
         from ${TENANTS} and started_at is not null order by 2 desc, 1 limit ${SLOWEST}`,
      [operationId],
    )
    const codes = await db.query<{ code: string; count: number }>(
      `select error_code as code, count(*)::int as count from ${TENANTS} and error_code is not null group by 1`,
      [operationId],
    )
    return {
      ...speedOf(speed.rows[0]),
      slowest: slowest.rows,
      byCode: Object.fromEntries(codes.rows.map(({ code, count }) => [code, count])),
    }
  })
}

function speedOf(row?: { ended: number; left: number; seconds: number | null }): Pick<TenantPace, 'rate' | 'etaMs'> {
  if (row === undefined || row.ended === 0 || row.seconds === null || row.seconds <= 0)
    return { rate: null, etaMs: null }
  const rate = row.ended / row.seconds
  return { rate: Math.round(rate * 10) / 10, etaMs: Math.round((row.left / rate) * 1000) }
}
