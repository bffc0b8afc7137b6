/** What a faulty worker is told: at which point of each operation its process dies. */

/** The plan of one worker process. */
export interface FaultPlan {
  /** By operation: the number of the point at which it stands still, from 1. Empty: the process lives. */
  readonly points: Readonly<Record<string, number>>
  /** Whether messages to targets are points as well, beside the beginnings and ends of activities. */
  readonly messages: boolean
  /** Messages to this database are none: each of the catalog's activities is one transaction. */
  readonly catalogDatabase: string
  /** `SIGSTOP`: the process stands still at the point of its one operation, and goes on from there when it is woken. */
  readonly signal: 'SIGKILL' | 'SIGSTOP'
  readonly workflowBundlePath: string
  /** A line for every point that was passed or reached: operation, number and name, parted by tabs; failures of activities have no number. */
  readonly reportPath: string
}

/** The variable that holds the plan as JSON. */
export const FAULT_PLAN = 'FAULT_PLAN'
