/** Tenants for people: pages of them, and all that is known about one. */
import type pg from 'pg'
import type { StepState, TenantState } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import { type OwedOperation, readOwed } from '../debts/settle.ts'
import { onCatalog } from '../pool.ts'
import { requireProject } from '../projects/projects.ts'
import type { TenantRow } from './list.ts'

/** What an operation did with the tenant. */
export interface TenantOperation {
  /** The operation. */
  readonly id: string
  /** The type of its mutation. */
  readonly type: string
  /** Where the operation stands. */
  readonly status: string
  /** The revision that it made; null where it made none. */
  readonly revision: number | null
  /** How the tenant's part of it stands. */
  readonly state: StepState
  /** Why that failed; else null. */
  readonly error: string | null
  /** The code of `error`: one of docs/errors.md. */
  readonly error_code: string | null
  /** When the tenant's part ended; null until then. */
  readonly ended_at: string | null
}

/** One tenant as `tenant show --json` prints it. */
export interface TenantRecord extends TenantRow {
  /** The code of `reason`: one of docs/errors.md. */
  readonly reason_code: string | null
  /** The operation that parked it, and whether something of that may be left on the target. */
  readonly parked_by: string | null
  /** Whether the operation that parked it left something on it. */
  readonly changed: 'no' | 'yes' | 'unknown' | null
  /** Failed tries to bring it up again, and when the next one is due. */
  readonly catch_up_tries: number
  /** Not before this time; null where none is due. */
  readonly catch_up_after: string | null
  /** Operations that left a trigger at work on it, which is taken off before anything else is done there. */
  readonly owes: readonly OwedOperation[]
  /** The last 20 operations that have a record of it, newest first. */
  readonly operations: readonly TenantOperation[]
}

const RECENT = 20
const LISTED = 'id, server_id as server, namespace, state, cause, revision, reason, since'

/** Tenants in id order behind `after`, 1,000 unless `limit` says otherwise; `next` is where the next page begins. */
export async function listTenantPage(
  pool: pg.Pool,
  project: string,
  { state, after = '', limit = 1_000 }: { state?: TenantState; after?: string; limit?: number } = {},
): Promise<{ tenants: TenantRow[]; next: string | null }> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<Omit<TenantRow, 'since'> & { since: Date }>(
      `select ${LISTED} from schema_saga.tenant
        where project_id = $1 and id > $2::text collate "C" and ($3::text is null or state = $3) order by id limit $4`,
      [project, after, state ?? null, limit + 1],
    )
    const tenants = rows.slice(0, limit).map((row) => ({ ...row, since: row.since.toISOString() }))
    return { tenants, next: rows.length > limit ? (tenants.at(-1)?.id ?? null) : null }
  })
}

/** One tenant with its recent operations. Errors: `PROJECT_NOT_FOUND`, `TENANT_NOT_FOUND`. */
export async function showTenant(pool: pg.Pool, project: string, id: string): Promise<TenantRecord> {
  await requireProject(pool, project)
  return await onCatalog(async () => {
    const { rows } = await pool.query<
      Omit<TenantRecord, 'since' | 'catch_up_after' | 'owes' | 'operations'> & {
        since: Date
        catch_up_after: Date | null
      }
    >(
      `select ${LISTED}, reason_code, parked_by, changed, catch_up_tries, catch_up_after
         from schema_saga.tenant where project_id = $1 and id = $2`,
      [project, id],
    )
    const [row] = rows
    if (row === undefined) throw new RequestRefused('TENANT_NOT_FOUND', `Project "${project}" has no tenant "${id}".`)
    const { since, catch_up_after: due, ...tenant } = row
    const times = { since: since.toISOString(), catch_up_after: due?.toISOString() ?? null }
    const owes = await readOwed(pool, project, id)
    return { ...tenant, ...times, owes, operations: await operationsOf(pool, project, id) }
  })
}

async function operationsOf(pool: pg.Pool, project: string, tenant: string): Promise<TenantOperation[]> {
  const { rows } = await pool.query<Omit<TenantOperation, 'ended_at'> & { ended_at: Date | null }>(
    `select o.id, o.type, o.status, case when o.persisted_at is not null then o.revision end as revision,
            s.state, s.error, s.error_code, s.ended_at
       from schema_saga.operation o
       join schema_saga.operation_step s on s.operation_id = o.id and s.key = 'tenant_ddl' and s.scope = $2
      where o.project_id = $1 order by o.seq desc limit $3`,
    [project, tenant, RECENT],
  )
  return rows.map((row) => ({ ...row, ended_at: row.ended_at?.toISOString() ?? null }))
}
