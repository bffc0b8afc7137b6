/** One operation as `operation show --json` prints it. */
import type pg from 'pg'
import {
  FINAL_STATUSES,
  type OperationDocument,
  type Refusal,
  STEP_KEYS,
  type StepDocument,
  type StepKey,
  type StepState,
} from '../../../contract.ts'
import { INSUFFICIENT_PRIVILEGE } from '../../errors/sqlstates.ts'
import { sqlstateOf } from '../../errors/translate.ts'
import { countTenantStates } from '../steps/one.ts'

/** Problems named in one document; the rest is counted. */
const MOST_PROBLEMS = 100

/** A row of the table `operation`, with the operation it waits for. */
export interface OperationRow
  extends Omit<
    OperationDocument,
    | 'project'
    | 'steps'
    | 'tenants'
    | 'problems'
    | 'problems_left_out'
    | 'accepted'
    | 'set_aside'
    | 'refused'
    | 'waits_on'
    | 'waits_since'
    | 'submitted_at'
    | 'started_at'
    | 'ended_at'
  > {
  readonly waits_since: Date | null
  readonly project_id: string
  readonly persisted_at: Date | null
  readonly submitted_at: Date
  readonly started_at: Date | null
  readonly ended_at: Date | null
}

/** A row of the table `operation_step`. */
export interface StepRow {
  readonly key: StepKey
  readonly scope: string
  readonly state: StepState
  readonly error: string | null
  readonly error_code: string | null
  readonly tries: number
  readonly started_at: Date | null
  readonly ended_at: Date | null
}

/** What a record waits for counts until it ends, while its operation is at work. */
const WAITS = `waits is not null and (ended_at is null or waits_at > ended_at) and exists (
  select from schema_saga.operation w where w.id = operation_id and w.status in ('pending', 'applying', 'compensating'))`

/** Records of steps; the condition follows. */
export const STEP = `
  select key, scope, state, case when ${WAITS} then waits else error end as error,
         case when ${WAITS} then waits_code else error_code end as error_code, tries, started_at, ended_at
    from schema_saga.operation_step`

/** The document of a row: its aggregates, the counts of its tenants, the first of its problems. */
export async function documentOf(pool: pg.Pool, row: OperationRow): Promise<OperationDocument> {
  const aggregates = await pool.query<StepRow>(`${STEP} where operation_id = $1 and scope = ''`, [row.id])
  return {
    ...headOf(row),
    steps: aggregatesOf(aggregates.rows),
    tenants: await countTenantStates(pool, row.id),
    accepted: await countAccepted(pool, row.id),
    ...(await problemsOf(pool, row.id)),
    set_aside: await setAsideBy(pool, row.id),
    refused: FINAL_STATUSES.includes(row.status) ? null : await refusedOf(pool, row.id),
    waits_on: null,
  }
}

type Head = Omit<
  OperationDocument,
  'steps' | 'tenants' | 'problems' | 'problems_left_out' | 'accepted' | 'set_aside' | 'refused' | 'waits_on'
>

function headOf(row: OperationRow): Head {
  return {
    id: row.id,
    project: row.project_id,
    type: row.type,
    status: row.status,
    attempt: row.attempt,
    base_revision: row.base_revision,
    // Planned is not reached: a failed operation has no revision.
    revision: row.persisted_at === null && !row.unchanged ? null : row.revision,
    plan_hash: row.plan_hash,
    workflow_id: row.workflow_id,
    actor: row.actor,
    error: row.error,
    error_code: row.error_code,
    unchanged: row.unchanged,
    paused: row.paused,
    waits_for: row.waits_for,
    waits_for_status: row.waits_for_status,
    waits_since: row.waits_since?.toISOString() ?? null,
    submitted_at: row.submitted_at.toISOString(),
    started_at: row.started_at?.toISOString() ?? null,
    ended_at: row.ended_at?.toISOString() ?? null,
    request: row.request,
  }
}

/** All steps in order; those of an operation that was never planned have no record, and are pending. */
function aggregatesOf(rows: readonly StepRow[]): OperationDocument['steps'] {
  return STEP_KEYS.map((key) => {
    const row = rows.find((each) => each.key === key)
    if (row === undefined) {
      return { key, state: 'pending', error: null, error_code: null, tries: 0, started_at: null, ended_at: null }
    }
    const { scope: _, ...document } = stepOf(row)
    return document
  })
}

async function countAccepted(pool: pg.Pool, id: string): Promise<number> {
  const { rows } = await pool.query<{ accepted: number }>(
    'select count(*)::int as accepted from schema_saga.operation_step where operation_id = $1 and accepted',
    [id],
  )
  return rows[0]?.accepted ?? 0
}

/** Read from its plan, whatever has become of it since. */
async function setAsideBy(pool: pg.Pool, id: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ object: string }>(
    `select distinct concat_ws('.', aside ->> 'table', aside ->> 'column') as object
       from schema_saga.operation o join schema_saga.operation_plan p on p.operation_id = o.id and p.hash = o.plan_hash
      cross join lateral jsonb_path_query(p.plan, '$.forward[*].asides[*]') aside where o.id = $1 order by 1`,
    [id],
  )
  return rows.map(({ object }) => object)
}

async function problemsOf(
  pool: pg.Pool,
  id: string,
): Promise<Pick<OperationDocument, 'problems' | 'problems_left_out'>> {
  const { rows } = await pool.query<StepRow & { total: number }>(
    `select *, (count(*) over ())::int as total from (${STEP}
      where operation_id = $1 and key = 'tenant_ddl' and scope <> '' and (state in ('failed', 'parked') or
            (state = 'compensated' and error_code is not null) or (state in ('running', 'succeeded') and ${WAITS}))) problems
      order by scope limit $2`,
    [id, MOST_PROBLEMS],
  )
  const problems = rows.map(({ scope, state, error_code, error }) => ({ tenant: scope, state, error_code, error }))
  return { problems, problems_left_out: (rows[0]?.total ?? 0) - rows.length }
}

/** A role may be kept from the audit: it is told the operation all the same. Whatever else fails, fails the reading. */
async function refusedOf(pool: pg.Pool, id: string): Promise<Refusal | null> {
  try {
    const { rows } = await pool.query<{ at: Date; actor: string; text: string }>(
      `select at, actor, details ->> 'note' as text from schema_saga.audit
        where operation_id = $1 and action = 'repair_ignored' order by id desc limit 1`,
      [id],
    )
    const [row] = rows
    return row === undefined ? null : { ...row, at: row.at.toISOString() }
  } catch (error) {
    if (sqlstateOf(error) === INSUFFICIENT_PRIVILEGE) return null
    throw error
  }
}

/** A record as people read it. */
export function stepOf({ started_at, ended_at, ...step }: StepRow): StepDocument {
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

/** Records in the order of the steps, then of the scopes. */
export function inOrder(rows: readonly StepRow[]): StepRow[] {
  const place = (row: StepRow): number => STEP_KEYS.indexOf(row.key)
  return [...rows].sort((a, b) => place(a) - place(b) || (a.scope < b.scope ? -1 : 1))
}
