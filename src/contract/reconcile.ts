/** The reconciler: what it looks after, and what it says of a run. */

/** The id of the Schedule of the default task queue; others have theirs behind a slash. */
export function reconcileScheduleId(taskQueue: string, defaultQueue: string): string {
  return taskQueue === defaultQueue ? 'schema-saga-reconcile' : `schema-saga-reconcile/${taskQueue}`
}

/** The workflow id of a run that a person started. */
export function reconcileWorkflowId(suffix: string): string {
  return `reconcile/${suffix}`
}

/**
 * `operations`: those whose workflow is gone are started again. `undos`: those that did not succeed are tried again.
 * `catch_up`: tenants that failed are brought up. `drift`: reported, and repaired where the project wants it. `purge`:
 * what was set aside is dropped after its hold. `prune`: old operations are forgotten.
 */
export const DUTIES = ['operations', 'undos', 'catch_up', 'drift', 'purge', 'prune'] as const

export type Duty = (typeof DUTIES)[number]

/** What one duty found in one project; `left` is for a later run or a person. */
export interface DutyResult {
  readonly project: string
  readonly duty: Duty
  readonly found: number
  readonly done: number
  readonly left: number
  /** One line each, at most 20. */
  readonly notes: readonly string[]
}

/** What `reconcile --json` prints. */
export interface ReconcileDocument {
  readonly id: string
  readonly trigger: 'schedule' | 'person'
  readonly dry_run: boolean
  readonly started_at: string
  readonly ended_at: string
  /** Duties that found something. */
  readonly results: readonly DutyResult[]
  readonly found: number
  readonly done: number
  readonly left: number
}

/** Input of the workflow `reconcileFleet`. */
export interface ReconcileInput {
  /** One project; all that are not archived otherwise. */
  readonly project?: string
  readonly dryRun?: boolean
  readonly trigger?: 'schedule' | 'person'
  readonly actor?: string
}

/** Input of a duty's activity. */
export interface DutyInput {
  readonly projects: readonly string[]
  readonly dryRun: boolean
  readonly actor: string
}

/** Activities of `reconcileFleet`; each goes over all projects, and what is wrong with one is a note of that project. */
export interface ReconcileActivities {
  openReconcile(input: {
    id: string
    project: string | null
    dryRun: boolean
    trigger: 'schedule' | 'person'
  }): Promise<{ projects: string[] }>
  reviveOperations(input: DutyInput): Promise<DutyResult[]>
  retryUndos(input: DutyInput): Promise<DutyResult[]>
  catchUpTenants(input: DutyInput): Promise<DutyResult[]>
  reconcileDrift(input: DutyInput): Promise<DutyResult[]>
  purgePastHold(input: DutyInput): Promise<DutyResult[]>
  pruneLedger(input: DutyInput): Promise<DutyResult[]>
  closeReconcile(input: { id: string; results: readonly DutyResult[] }): Promise<ReconcileDocument>
}
