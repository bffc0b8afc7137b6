/** Tenants: listed for people, and in cohorts for operations. */
import type pg from 'pg'
import type { Cohort, Target, TenantSelection, TenantState } from '../../../contract.ts'
import { LAST_WAVE } from '../operations/waves.ts'
import { onCatalog } from '../pool.ts'

/** A tenant as `tenant list --json` prints it. */
export interface TenantRow {
  /** Unique in its project. */
  readonly id: string
  /** The id of its server. */
  readonly server: string
  /** Its namespace, or its database where each tenant has one. */
  readonly namespace: string
  /** Whether operations work on it. */
  readonly state: TenantState
  /** Why it is parked: a failure, a person, or accepted as it is; else null. */
  readonly cause: string | null
  /** The revision that its tables have; null while it is provisioned, and where nobody knows. */
  readonly revision: number | null
  /** Why it is in this state, in a sentence; else null. */
  readonly reason: string | null
  /** Since when it is in this state, ISO 8601 UTC. */
  readonly since: string
}

/** All tenants of a project in id order. */
export async function listTenants(pool: pg.Pool, project: string): Promise<TenantRow[]> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<Omit<TenantRow, 'since'> & { since: Date }>(
      `select id, server_id as server, namespace, state, cause, revision, reason, since
         from schema_saga.tenant where project_id = $1 order by id`,
      [project],
    )
    return rows.map((row) => ({ ...row, since: row.since.toISOString() }))
  })
}

/** How many tenants there are, and how many an operation would work on. */
export async function countTargets(
  pool: pg.Pool,
  project: string,
): Promise<{ total: number; active: number; blocked: number }> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<{ total: number; active: number }>(
      `select count(*)::int as total, (count(*) filter (where state = 'active'))::int as active
         from schema_saga.tenant where project_id = $1`,
      [project],
    )
    const { total = 0, active = 0 } = rows[0] ?? {}
    return { total, active, blocked: total - active }
  })
}

/**
 * Looked up one by one on its key: before the first statistics the planner takes a fleet for a single row, and would
 * read all records of the operation for each of its tenants. `offset 0` keeps it from doing so.
 */
const RECORD = `left join lateral (
        select s.state, s.wave, s.epoch from schema_saga.operation_step s
         where s.operation_id = o.id and s.key = 'tenant_ddl' and s.scope = t.id offset 0) s on true`
const TENANT = `join lateral (
        select t.* from schema_saga.tenant t where t.project_id = o.project_id and t.id = s.scope offset 0) t on true`

/**
 * `behind`: active, below the plan's revision and not ended in this operation, up to wave $2 (null: all). `started`:
 * forward work may have begun, and is not undone yet; also where it is to be tried again, until it is. `failed`: failed and
 * still active. All by the operation ($1), as (server_id, id, namespace, incarnation, epoch).
 */
const SELECTED: Readonly<Record<TenantSelection, string>> = {
  behind: `
    select t.server_id, t.id, t.namespace, t.incarnation, coalesce(s.epoch, 0) as epoch
      from schema_saga.operation o
      join schema_saga.tenant t on t.project_id = o.project_id
      ${RECORD}
     where o.id = $1 and t.state = 'active' and t.revision <= o.base_revision
       and coalesce(s.state, 'pending') not in ('failed', 'parked', 'skipped')
       and ($2::int is null or coalesce(s.wave, ${LAST_WAVE}) <= $2)`,
  started: `
    select t.server_id, t.id, t.namespace, t.incarnation, s.epoch
      from schema_saga.operation o
      join schema_saga.operation_step s on s.operation_id = o.id and s.key = 'tenant_ddl' and s.scope <> ''
      ${TENANT}
     where o.id = $1 and s.state <> 'skipped' and s.tries > 0 and not s.undone and not s.accepted
       and (s.state <> 'pending' or t.state = 'active')
       and $2::int is null`,
  failed: `
    select t.server_id, t.id, t.namespace, t.incarnation, s.epoch
      from schema_saga.operation o
      join schema_saga.operation_step s on s.operation_id = o.id and s.key = 'tenant_ddl' and s.scope <> ''
      ${TENANT}
     where o.id = $1 and s.state = 'failed' and t.state = 'active' and $2::int is null`,
}

/** The next cohorts behind `after`: tenants of one server in id order, `cohortSize` at most each. */
export async function listCohorts(
  pool: pg.Pool,
  request: {
    operationId: string
    select: TenantSelection
    after: Cohort | null
    limit: number
    cohortSize: number
    wave?: number
  },
): Promise<Cohort[]> {
  const { operationId, select, after, limit, cohortSize, wave = null } = request
  return await onCatalog(async () => {
    const { rows } = await pool.query<Omit<Cohort, 'name' | 'after'>>(
      `with selected as (${SELECTED[select]}),
            page as (select server_id, id from selected
                      where (server_id, id) > ($3::text collate "C", $4::text collate "C")
                      order by server_id, id limit $5),
            numbered as (select server_id, id, (row_number() over (partition by server_id order by id) - 1) / $6 as part
                           from page)
       select n.server_id as server, max(n.id) as "upTo", count(*)::int as size, v.max_sessions as "maxSessions"
         from numbered n join schema_saga.server v on v.id = n.server_id
        group by n.server_id, n.part, v.max_sessions
        order by n.server_id, n.part limit $7`,
      [operationId, wave, after?.server ?? '', after?.upTo ?? '', limit * cohortSize, cohortSize, limit],
    )
    return named(rows, after)
  })
}

/** Whether a round over those that are behind would find any. */
export async function isAnyBehind(pool: pg.Pool, operationId: string): Promise<boolean> {
  return await onCatalog(async () => {
    const { rowCount } = await pool.query(`${SELECTED.behind} limit 1`, [operationId, null])
    return rowCount === 1
  })
}

/** The tenants of a cohort that are selected now. */
export async function listCohortTargets(
  pool: pg.Pool,
  request: {
    operationId: string
    select: TenantSelection
    cohort: Cohort
    wave?: number
    among?: readonly string[]
  },
): Promise<(Target & { epoch: number })[]> {
  const { operationId, select, cohort, wave = null, among = null } = request
  return await onCatalog(async () => {
    const { rows } = await pool.query<Target & { epoch: number }>(
      `select id as scope, server_id as server, namespace, incarnation, epoch
         from (${SELECTED[select]}) selected
        where server_id = $3 and id > $4::text collate "C" and id <= $5::text collate "C"
          and ($6::text[] is null or id = any ($6))
        order by id`,
      [operationId, wave, cohort.server, cohort.after, cohort.upTo, among],
    )
    return rows
  })
}

/** All active tenants of a project, for preflight. */
export async function listActiveTargets(pool: pg.Pool, project: string): Promise<Target[]> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<Target>(
      `select id as scope, server_id as server, namespace, incarnation
         from schema_saga.tenant where project_id = $1 and state = 'active' order by server_id, id`,
      [project],
    )
    return rows
  })
}

/** A cohort begins behind the one before it on the same server, and is numbered after it. */
function named(rows: readonly Omit<Cohort, 'name' | 'after'>[], after: Cohort | null): Cohort[] {
  const cohorts: Cohort[] = []
  for (const row of rows) {
    const previous = cohorts.at(-1) ?? after
    const before = previous?.server === row.server ? previous : null
    const number = before === null ? 1 : Number(before.name.slice(row.server.length + 1)) + 1
    cohorts.push({ ...row, after: before?.upTo ?? '', name: `${row.server}-${number}` })
  }
  return cohorts
}
