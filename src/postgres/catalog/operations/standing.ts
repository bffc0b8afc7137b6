/** Where an operation stands, for a run that goes on with what an earlier one began. */
import type { ResumedOperation } from '../../../contract.ts'
import type { Plan } from '../../../physical/plan/plan.ts'
import { onCatalog, type Queryable } from '../pool.ts'

/** The ledger's view; the plan is in full here, and shortened for the workflow. */
export interface Standing extends Omit<ResumedOperation, 'plan'> {
  readonly plan: Plan | null
  /** True when nothing is left to remove from the targets. */
  readonly settled: boolean
}

interface Row {
  readonly status: string
  readonly persisted: boolean
  readonly held: boolean
  readonly error: string | null
  readonly error_code: string | null
  readonly cause: string | null
  readonly cause_code: string | null
  readonly cause_type: string | null
  readonly ends_as: 'failed' | 'cancelled' | null
  readonly plan: Plan | null
  readonly preflighted: boolean
  readonly base_epoch: number | null
  readonly settled: boolean
}

const STANDING = `
  select o.status, o.persisted_at is not null as persisted, o.held, o.error, o.error_code, o.cause, o.cause_code,
         o.cause_type, o.ends_as,
         (select p.plan from schema_saga.operation_plan p
           where p.operation_id = o.id and p.hash = o.plan_hash order by p.attempt desc limit 1) as plan,
         exists (select from schema_saga.operation_step s
                  where s.operation_id = o.id and s.key = 'preflight' and s.scope = '' and s.state = 'succeeded')
           as preflighted,
         (select s.epoch from schema_saga.operation_step s
           where s.operation_id = o.id and s.key = 'base_project_ddl' and s.scope = '' and s.tries > 0) as base_epoch,
         exists (select from schema_saga.operation_step s
                  where s.operation_id = o.id and s.key = 'settle' and s.scope = '' and s.state in ('succeeded', 'skipped'))
           as settled
    from schema_saga.operation o where o.id = $1`

/** Undefined for an operation that has not been planned in this attempt: there is nothing to go on with. */
export async function standingOf(db: Queryable, operationId: string): Promise<Standing | undefined> {
  return await onCatalog(async () => {
    const { rows } = await db.query<Row>(STANDING, [operationId])
    const [row] = rows
    if (row === undefined || row.status === 'pending') return undefined
    const { plan, preflighted, settled, base_epoch: baseEpoch } = row
    const end = { reason: reasonOf(row), endsAs: row.ends_as ?? 'failed' } as const
    return { from: fromOf(row), plan, preflighted, baseEpoch, settled, ...end }
  })
}

function fromOf({ status, persisted, held }: Row): Standing['from'] {
  if (persisted) return 'durable'
  if (status === 'compensating') return 'undo'
  if (status !== 'needs_repair') return 'forward'
  return held ? 'held' : 'repair'
}

function reasonOf(row: Row): Standing['reason'] {
  const message = row.cause ?? row.error
  if (message === null) return null
  return { message, code: row.cause_code ?? row.error_code ?? 'UNEXPECTED', type: row.cause_type ?? 'Unexpected' }
}
