/** The ledger as people read it; the shapes are those of `operation show --json` and its relatives. */
import type pg from 'pg'
import {
  type OperationDocument,
  type OperationStatus,
  STEP_KEYS,
  type StepDocument,
  type StepKey,
  type StepState,
} from '../../contract.ts'
import type { LogicalSchema } from '../../logical/schema.ts'
import { onCatalog } from './pool.ts'
import { countTenantStates } from './steps.ts'

/** Problems named in one document; the rest is counted. */
const MOST_PROBLEMS = 100
const MOST_OPERATIONS = 50

interface Row {
  readonly id: string
  readonly project_id: string
  readonly type: string
  readonly status: OperationStatus
  readonly attempt: number
  readonly base_revision: number | null
  readonly revision: number | null
  readonly plan_hash: string | null
  readonly workflow_id: string
  readonly actor: string
  readonly error: string | null
  readonly error_code: string | null
  readonly unchanged: boolean
  readonly paused: boolean
  readonly waits_for: string | null
  readonly submitted_at: Date
  readonly started_at: Date | null
  readonly ended_at: Date | null
  readonly request: unknown
}

interface StepRow {
  readonly key: StepKey
  readonly scope: string
  readonly state: StepState
  readonly error: string | null
  readonly error_code: string | null
  readonly tries: number
  readonly started_at: Date | null
  readonly ended_at: Date | null
}

const OPERATION = `
  select o.*, (select f.id from schema_saga.operation f
                where f.project_id = o.project_id and o.turn = 'waiting' and f.id <> o.id
                  and (f.turn = 'holding' or (f.turn = 'waiting' and f.seq < o.seq))
                order by (f.turn = 'holding') desc, f.seq desc limit 1) as waits_for
    from schema_saga.operation o`

const STEP = 'select key, scope, state, error, error_code, tries, started_at, ended_at from schema_saga.operation_step'

/** The operation of that id, or null. */
export async function readOperationDocument(pool: pg.Pool, id: string): Promise<OperationDocument | null> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<Row>(`${OPERATION} where o.id = $1`, [id])
    const [row] = rows
    return row === undefined ? null : await documentOf(pool, row)
  })
}

/** Operations of a project, newest first, 50 unless `limit` says otherwise. */
export async function listOperationDocuments(
  pool: pg.Pool,
  project: string,
  { statuses, limit = MOST_OPERATIONS }: { statuses?: readonly OperationStatus[]; limit?: number },
): Promise<OperationDocument[]> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<Row>(
      `${OPERATION} where o.project_id = $1 and ($2::text[] is null or o.status = any ($2)) order by o.seq desc limit $3`,
      [project, statuses ?? null, limit],
    )
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
    return { tenants: page.map(stepOf), next: rows.length > limit ? (page.at(-1)?.scope ?? null) : null }
  })
}

/** The ledger's full record of one operation. */
export async function readOperationHistory(
  pool: pg.Pool,
  id: string,
): Promise<{
  operation: OperationDocument
  request: unknown
  schema_before: LogicalSchema | null
  schema_after: LogicalSchema | null
  plans: unknown[]
  steps: StepDocument[]
}> {
  return await onCatalog(async () => {
    const operation = await pool.query<Row & { before_schema: LogicalSchema; after_schema: LogicalSchema | null }>(
      `${OPERATION} where o.id = $1`,
      [id],
    )
    const [row] = operation.rows
    if (row === undefined) throw new Error(`operation ${id} vanished`)
    const plans = await pool.query<{ plan: unknown }>(
      'select plan from schema_saga.operation_plan where operation_id = $1 order by attempt, at',
      [id],
    )
    const steps = await pool.query<StepRow>(`${STEP} where operation_id = $1`, [id])
    return {
      operation: await documentOf(pool, row),
      request: row.request,
      schema_before: row.before_schema,
      schema_after: row.after_schema,
      plans: plans.rows.map((each) => each.plan),
      steps: inOrder(steps.rows).map(stepOf),
    }
  })
}

async function documentOf(pool: pg.Pool, row: Row): Promise<OperationDocument> {
  const aggregates = await pool.query<StepRow>(`${STEP} where operation_id = $1 and scope = ''`, [row.id])
  const problems = await pool.query<StepRow & { total: number }>(
    `select *, (count(*) over ())::int as total from (${STEP}
      where operation_id = $1 and key = 'tenant_ddl' and scope <> '' and (state in ('failed', 'parked') or
            (state = 'compensated' and error_code is not null))) problems
      order by scope limit $2`,
    [row.id, MOST_PROBLEMS],
  )
  const { project_id: project, submitted_at, started_at, ended_at, ...rest } = row
  return {
    id: rest.id,
    project,
    type: rest.type,
    status: rest.status,
    attempt: rest.attempt,
    base_revision: rest.base_revision,
    revision: rest.revision,
    plan_hash: rest.plan_hash,
    workflow_id: rest.workflow_id,
    actor: rest.actor,
    error: rest.error,
    error_code: rest.error_code,
    unchanged: rest.unchanged,
    paused: rest.paused,
    waits_for: rest.waits_for,
    submitted_at: submitted_at.toISOString(),
    started_at: started_at?.toISOString() ?? null,
    ended_at: ended_at?.toISOString() ?? null,
    request: rest.request,
    steps: inOrder(aggregates.rows).map((step) => {
      const { scope: _, ...document } = stepOf(step)
      return document
    }),
    tenants: await countTenantStates(pool, rest.id),
    problems: problems.rows.map(({ scope, state, error_code, error }) => ({ tenant: scope, state, error_code, error })),
    problems_left_out: Math.max(0, (problems.rows[0]?.total ?? 0) - problems.rows.length),
  }
}

function stepOf({ started_at, ended_at, ...step }: StepRow): StepDocument {
  return {
    key: step.key,
    scope: step.scope,
    state: step.state,
    error: step.error,
    error_code: step.error_code,
    tries: step.tries,
    started_at: started_at?.toISOString() ?? null,
    ended_at: ended_at?.toISOString() ?? null,
  }
}

function inOrder(rows: readonly StepRow[]): StepRow[] {
  const place = (row: StepRow): number => STEP_KEYS.indexOf(row.key)
  return [...rows].sort((a, b) => place(a) - place(b) || (a.scope < b.scope ? -1 : 1))
}
