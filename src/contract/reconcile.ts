/** Reconciliation: what is found about a fleet that should converge by itself, what is done, and what is left. */

/** What the reconciler looks after, in this order. */
export const DUTIES = ['operations', 'repairs', 'tenants', 'drift', 'purge', 'retention'] as const

/** One thing that the reconciler looks after. */
export type Duty = (typeof DUTIES)[number]

/** Something that is left, and why. */
export interface ReconcileProblem {
  /** For example `operation 4f2a` or `tenant t07`. */
  readonly subject: string
  /** One of docs/errors.md. */
  readonly error_code: string
  /** What is in the way, in a sentence. */
  readonly error: string
}

/** How one duty ended on one project. In a dry run nothing is done, and everything found is left. */
export interface DutyResult {
  /** How many things needed something. */
  readonly found: number
  /** For how many of them it was done. */
  readonly done: number
  /** How many are left, whether nobody tried or it did not succeed. */
  readonly left: number
  /** At most 100. */
  readonly problems: readonly ReconcileProblem[]
}

/** A project with the duties that were done on it. */
export interface ProjectResult {
  /** The id of the project. */
  readonly project: string
  /** The result of each duty that had something to do. */
  readonly duties: Readonly<Partial<Record<Duty, DutyResult>>>
}

/** What `reconcile --json` prints under `reconcile`. */
export interface ReconcileDocument {
  /** The id of the run. */
  readonly id: string
  /** Whether the Schedule started it or a person. */
  readonly trigger: 'schedule' | 'person'
  /** Whether nothing was changed. */
  readonly dry_run: boolean
  /** Null: all projects. */
  readonly project: string | null
  /** ISO 8601 UTC. */
  readonly started_at: string
  /** ISO 8601 UTC. */
  readonly ended_at: string
  /** Over all projects and duties. */
  readonly done: number
  /** Over all projects and duties. */
  readonly left: number
  /** Only those about which there is something to tell; at most 100. */
  readonly projects: readonly ProjectResult[]
  /** How many projects the run came to. */
  readonly projects_looked_at: number
  /** For which this run had no time; the next one begins with them. */
  readonly projects_left_out: number
}

/** Input of the workflow `reconcileFleet`. */
export interface ReconcileFleetInput {
  /** Absent: all projects. */
  readonly project?: string
  /** Only this operation's run and undo, at once, whatever it was tried before. */
  readonly operation?: string
  readonly dryRun?: boolean
  readonly trigger: 'schedule' | 'person'
  readonly actor?: string
  /** What a run knows that continued as new. */
  readonly soFar?: ReconcileSoFar
}

/** Where a run stands. */
export interface ReconcileSoFar {
  readonly id: string
  /** In ms since 1970. */
  readonly startedAt: number
  readonly waiting: readonly ProjectSurvey[]
  readonly results: readonly ProjectResult[]
  readonly lookedAt: number
}

/** What the catalog alone says about a project: which of the first duties have anything to look at. */
export interface ProjectSurvey {
  readonly project: string
  readonly operations: boolean
  readonly repairs: boolean
  readonly tenants: boolean
}

/** One duty on one project. */
export interface DutyInput {
  readonly project: string
  readonly dryRun: boolean
  readonly actor: string
  readonly operation?: string
}

/** An undo that is tried again; its end is a higher attempt that waits again, or a final status. */
export interface StartedRepair {
  readonly operationId: string
  readonly attempt: number
}

/** What was started and ends by itself. */
export interface StartedWork {
  readonly repairs: readonly StartedRepair[]
  readonly tenants: readonly string[]
}

/** What has come of what was started. */
export interface StartedOutcome {
  readonly repairs: DutyResult
  readonly tenants: DutyResult
}

/** Activities of `reconcileFleet`. */
export interface ReconcileActivities {
  /** Opens the record of the run and lists the projects, those first that were looked at longest ago. Errors: `PROJECT_NOT_FOUND`. */
  openReconcile(
    input: Omit<ReconcileFleetInput, 'soFar'> & { id: string },
  ): Promise<{ projects: readonly ProjectSurvey[] }>
  /** Starts operations again whose run is over although the ledger says that they are not. */
  reviveOperations(input: DutyInput): Promise<DutyResult>
  /** Tries undos again that did not succeed; `result` tells of those that are not due or are left to a person. */
  retryUndos(input: DutyInput): Promise<{ result: DutyResult; started: readonly StartedRepair[] }>
  /** Starts catch-ups and provisionings that are due, and marks what was accepted out of reach. */
  startCatchUps(input: DutyInput): Promise<{ result: DutyResult; started: readonly string[] }>
  /** Watches the catalog for at most a minute; what has not ended by then is left. */
  watchStarted(input: { project: string } & StartedWork): Promise<StartedOutcome>
  /** Looks at the whole fleet, and starts an additive repair where the project's settings say so. */
  reconcileDrift(input: DutyInput): Promise<DutyResult>
  purgePastHold(input: DutyInput): Promise<DutyResult>
  /** Forgets closed operations past the retention, with their markers. */
  pruneHistory(input: DutyInput): Promise<DutyResult>
  closeReconcile(input: {
    id: string
    results: readonly ProjectResult[]
    looked: readonly string[]
  }): Promise<{ endedAt: string }>
  /** Adds what drifted targets lack, holding the project's turn. Errors: `IN_PROGRESS` while an operation has it. */
  repairDriftInTurn(input: RepairDriftInput): Promise<{ repaired: number; failed: number }>
}

/** Input of the workflow `repairDrift`. */
export interface RepairDriftInput {
  readonly project: string
  readonly scopes: readonly string[]
  readonly actor: string
}

/** The workflow id of a run that a person asked for; `run` is new for each. */
export function reconcileWorkflowId(project: string | undefined, run: string): string {
  return `reconcile/${project ?? 'all'}/${run}`
}

/** One repair of a project's drift at a time. */
export function repairDriftWorkflowId(project: string): string {
  return `repair-drift/${project}`
}

/** The Schedule of the workers of that task queue; its runs are called like it, with the time behind. */
export function reconcileScheduleId(taskQueue: string, usual: string): string {
  return taskQueue === usual ? 'schema-saga-reconcile' : `schema-saga-reconcile/${taskQueue}`
}

/** The actor of what nobody asked for. */
export const RECONCILER = 'reconciler'

/** A duty with nothing to look at. */
export const NOTHING: DutyResult = { found: 0, done: 0, left: 0, problems: [] }

/** Problems named in one result; the rest is counted. */
const MOST_PROBLEMS = 100

/** Results that belong together. */
export function addResults(a: DutyResult, b: DutyResult): DutyResult {
  return {
    found: a.found + b.found,
    done: a.done + b.done,
    left: a.left + b.left,
    problems: [...a.problems, ...b.problems].slice(0, MOST_PROBLEMS),
  }
}

/** The result of a duty of which `found` and `done` are counted and the rest is left. */
export function resultOf(found: number, done: number, problems: readonly ReconcileProblem[]): DutyResult {
  return { found, done, left: found - done, problems: problems.slice(0, MOST_PROBLEMS) }
}
