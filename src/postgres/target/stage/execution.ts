/** What is to be done on one target, and how its sessions are called. */
import { createHash, randomBytes } from 'node:crypto'
import type { ClientBase } from 'pg'
import type { Target } from '../../../contract.ts'
import { TargetUnreachable } from '../../../errors.ts'
import type { Plan, Stage } from '../../../physical/plan/plan.ts'
import { READ_ONLY, READ_ONLY_STATE } from '../../errors/errorMappings.ts'
import { whereOf } from '../../sessions/servers.ts'
import type { ReportWait } from '../rows/replicas.ts'
import type { Blocker } from './blockers.ts'

/** Asks another session something. */
export type Beside = <Answer>(ask: (other: ClientBase) => Promise<Answer>) => Promise<Answer>

/** One operation's work on one target. */
export interface TargetExecution {
  readonly target: Target
  readonly projectId: string
  readonly operationId: string
  /** From the catalog; whoever executes never chooses one. */
  readonly epoch: number
  readonly plan: Plan
  /** A short look from another session on the target's database; what applies plans sets it. */
  readonly beside?: Beside
  /** Stops the running statement on the server. */
  readonly signal?: AbortSignal
  /** Before the first effect of forward work on the target; what it throws ends the try. */
  readonly begin?: () => Promise<void>
  /** Told after each batch of a backfill. */
  readonly report?: (progress: BackfillProgress) => void
  /** Told when batches begin to wait for a replica, and, with null, when they go on. */
  readonly reportWait?: ReportWait
  /** Told who holds what the work waits for. */
  readonly reportBlockers?: (blockers: readonly Blocker[]) => void
  /** Other than the defaults. */
  readonly limits?: Partial<Limits>
}

/** Work on a target that needs no plan: whose it is, how long it may take, and how it is stopped. */
export type TargetHold = Omit<TargetExecution, 'plan' | 'epoch'>

/** How far a backfill has come. */
export interface BackfillProgress {
  readonly stage: number
  readonly rows: number
}

/** How long things may take, in milliseconds. */
export interface Limits {
  readonly lockMs: number
  readonly statementMs: number
  /** Of one batch of a backfill. */
  readonly batchMs: number
  /** Of an index built or dropped concurrently; below the time limit of the activity. */
  readonly buildMs: number
  /** How long another try's hold on the target is waited for. */
  readonly heldMs: number
  /** After which a holder that is a try of this operation counts as dead. */
  readonly deadAfterMs: number
  /** How far replicas may be behind while batches go on; null: however far. */
  readonly replicaLagMs: number | null
}

const LIMITS: Limits = {
  lockMs: 2_000,
  statementMs: 60_000,
  batchMs: 30_000,
  buildMs: 5.5 * 3_600_000,
  heldMs: 10_000,
  deadAfterMs: 3_000,
  replicaLagMs: null,
}

/** What a session is named for, and its limits; without a target it serves a sweep over many. */
export type SessionOwner = Pick<TargetExecution, 'operationId' | 'limits'> & { readonly target: Target | null }

/** The limits of this work. */
export function limitsOf({ limits }: Pick<TargetExecution, 'limits'>): Limits {
  return { ...LIMITS, ...limits }
}

/** The start of the names of all sessions of this operation on this target. */
export function sessionPrefix({ operationId, target }: SessionOwner): string {
  const of = target === null ? 'sweep' : shortHash(`${target.server}/${target.namespace}/${target.incarnation}`)
  return `saga/${shortHash(operationId)}/${of}/`
}

/** Sets up the session for one try; its name, at most 63 bytes, lets a later try find it. Errors: `TARGET_UNREACHABLE` where no writes are taken. */
export async function prepareSession(client: ClientBase, work: SessionOwner): Promise<void> {
  const name = `${sessionPrefix(work)}${randomBytes(4).toString('hex')}`
  const { lockMs, statementMs } = limitsOf(work)
  const { rows } = await client.query<{ read_only: boolean }>(
    `SELECT current_setting('transaction_read_only')::boolean AS read_only, set_config('application_name', $1, false), set_config('lock_timeout', $2, false),
            set_config('statement_timeout', $3, false), set_config('idle_in_transaction_session_timeout', $3, false),
            set_config('search_path', 'pg_catalog', false), set_config('standard_conforming_strings', 'on', false),
            set_config('row_security', 'off', false)`,
    [name, String(lockMs), String(statementMs)],
  )
  if (rows[0]?.read_only === true) throw readOnly(work)
}

/** Seen before anything is begun, so that nothing has to be undone for it. */
function readOnly({ target }: SessionOwner): TargetUnreachable {
  const where = target === null ? 'the server' : whereOf(target)
  return new TargetUnreachable('TARGET_UNREACHABLE', `${where}: ${READ_ONLY} (SQLSTATE ${READ_ONLY_STATE}).`, {
    details: { sqlstate: READ_ONLY_STATE },
  })
}

/** Changes the time limits of the session: DDL that runs concurrently waits for old transactions, not for locks. */
export async function setTimeouts(client: ClientBase, lockMs: number, statementMs: number): Promise<void> {
  await client.query(`SELECT set_config('lock_timeout', $1, false), set_config('statement_timeout', $2, false)`, [
    String(lockMs),
    String(statementMs),
  ])
}

/** The stages in both directions, each with the parts of its undo. */
export function stagePairs({ forward, compensation }: Plan): readonly { forward: Stage; undo: readonly Stage[] }[] {
  return forward.map((stage) => {
    const undo = compensation.filter((part) => part.stage === stage.stage)
    if (undo.length === 0) throw new Error(`The plan has no undo for stage ${stage.stage}.`)
    return { forward: stage, undo }
  })
}

/** Whether a stage is done in one transaction that takes no time. */
export function isMoment({ kind, validates }: Stage): boolean {
  return kind === 'transaction' && !validates
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
