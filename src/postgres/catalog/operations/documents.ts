/** The ledger as people read it; the shapes are those of `operation show --json` and its relatives. */
import type pg from 'pg'
import type { OperationDocument, OperationStatus, StepDocument } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import type { LogicalSchema } from '../../../logical/schema.ts'
import type { Plan } from '../../../physical/plan/plan.ts'
import { onCatalog } from '../pool.ts'
import { SILENCE } from '../statuses.ts'
import { withKeptWords } from '../steps/raised.ts'
import { documentOf, inOrder, type OperationRow, STEP, type StepRow, stepOf } from './document.ts'

const MOST_OPERATIONS = 50

const OPERATION = `
  select o.*, coalesce(front.id, other.by) as waits_for, front.status as waits_for_status, front.since as waits_since
    from schema_saga.operation o
    -- Work on targets that is no operation's holds the turn as well.
    left join lateral (
      select p.maintenance_by as by from schema_saga.project p
       where p.id = o.project_id and o.turn = 'waiting' and p.maintenance_until > now()) other on true
    left join lateral (
      select f.id, f.status, coalesce(f.started_at, f.submitted_at) as since from schema_saga.operation f
       where f.project_id = o.project_id and o.turn = 'waiting' and f.id <> o.id
         and (f.turn = 'holding' or (f.turn = 'waiting' and f.seq < o.seq))
       order by (f.turn = 'holding') desc, f.seq desc limit 1) front on true`

/** The operation of that id, or null, for people: what applications raised is in their own words. */
export async function readOperationDocument(pool: pg.Pool, id: string): Promise<OperationDocument | null> {
  return await withKeptWords(pool, await readOperationRecord(pool, id))
}

/** The same for Temporal's history, with references to such words. */
export async function readOperationRecord(pool: pg.Pool, id: string): Promise<OperationDocument | null> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<OperationRow>(`${OPERATION} where o.id = $1`, [id])
    const [row] = rows
    return row === undefined ? null : await documentOf(pool, row)
  })
}

/** Which operations of a project, and how many of them. */
interface Listed {
  readonly statuses?: readonly OperationStatus[]
  readonly limit?: number
}

/** Operations of a project, newest first, 50 unless `limit` says otherwise. */
export async function listOperationDocuments(
  pool: pg.Pool,
  project: string,
  { statuses, limit = MOST_OPERATIONS }: Listed,
): Promise<OperationDocument[]> {
  return await documentsWhere(pool, '$2::text[] is null or o.status = any ($2)', [project, statuses ?? null, limit])
}

/** Unfinished operations of a project, newest first; those that work are among them once they are silent for 2 minutes. */
export async function listRepairableDocuments(
  pool: pg.Pool,
  project: string,
  { statuses, limit = MOST_OPERATIONS }: Listed,
): Promise<OperationDocument[]> {
  const condition = `case when $2::text[] is null
      then o.status in ('failed', 'needs_repair')
        or (o.status in ('pending', 'applying', 'compensating') and o.reported_at < now() - ${SILENCE})
      else o.status = any ($2) end`
  return await documentsWhere(pool, condition, [project, statuses ?? null, Math.min(limit, MOST_OPERATIONS)])
}

async function documentsWhere(
  pool: pg.Pool,
  condition: string,
  values: readonly [project: string, statuses: readonly OperationStatus[] | null, limit: number],
): Promise<OperationDocument[]> {
  return await onCatalog(async () => {
    const query = `${OPERATION} where o.project_id = $1 and (${condition}) order by o.seq desc limit $3`
    const { rows } = await pool.query<OperationRow>(query, [...values])
    return await Promise.all(rows.map((row) => documentOf(pool, row)))
  })
}

/** Records of tenants in id order, behind `cursor`. */
export async function readTenantSteps(
  pool: pg.Pool,
  id: string,
  { cursor = '', limit = 100 }: { cursor?: string; limit?: number },
): Promise<{ tenants: StepDocument[]; next: string | null }> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<StepRow>(
      `${STEP} where operation_id = $1 and key = 'tenant_ddl' and scope > $2::text collate "C" order by scope limit $3`,
      [id, cursor, limit + 1],
    )
    const page = rows.slice(0, limit)
    const tenants = await withKeptWords(pool, page.map(stepOf))
    return { tenants, next: rows.length > limit ? (page.at(-1)?.scope ?? null) : null }
  })
}

/** The ledger's full record of one operation. Errors: `OPERATION_NOT_FOUND`. */
export async function readOperationHistory(
  pool: pg.Pool,
  id: string,
): Promise<{
  operation: OperationDocument
  request: unknown
  schema_before: LogicalSchema | null
  schema_after: LogicalSchema | null
  plans: Plan[]
  steps: StepDocument[]
}> {
  return await onCatalog(async () => {
    const operation = await pool.query<
      OperationRow & { before_schema: LogicalSchema; after_schema: LogicalSchema | null }
    >(`${OPERATION} where o.id = $1`, [id])
    const [row] = operation.rows
    if (row === undefined) throw new RequestRefused('OPERATION_NOT_FOUND', `Operation "${id}" does not exist.`)
    const plans = await pool.query<{ plan: Plan }>(
      'select plan from schema_saga.operation_plan where operation_id = $1 order by attempt, at',
      [id],
    )
    const steps = await pool.query<StepRow>(`${STEP} where operation_id = $1`, [id])
    return {
      operation: await withKeptWords(pool, await documentOf(pool, row)),
      request: row.request,
      schema_before: row.before_schema,
      schema_after: row.after_schema,
      plans: plans.rows.map((each) => each.plan),
      steps: await withKeptWords(pool, inOrder(steps.rows).map(stepOf)),
    }
  })
}
