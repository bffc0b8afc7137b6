/** What a faulty worker is told: at which point of each operation its process dies. */

/** The nth point of one kind in the course of an operation, from 1: `{ kind: 'after applyToTarget', nth: 2 }`. */
export interface Point {
  readonly kind: string
  readonly nth: number
}

/** Whether a kind is about messages: how many of those there are depends on the sessions that are open already. */
export function isMessage(kind: string): boolean {
  return kind.endsWith(' a message')
}

/** The plan of one worker. */
export interface FaultPlan {
  /** By operation: the point at which it stands still. Empty: the process lives. */
  readonly points: Readonly<Record<string, Point>>
  /** Whether messages to targets are points as well, beside the beginnings and ends of activities. */
  readonly messages: boolean
  /** Messages to this database are none: each of the catalog's activities is one transaction. */
  readonly catalogDatabase: string
  /** `SIGSTOP`: the process stands still at the point of its one operation, and goes on from there when it is woken. */
  readonly signal: 'SIGKILL' | 'SIGSTOP'
  readonly workflowBundlePath: string
  /** As often as the policies of that bundle need it. */
  readonly heartbeatEveryMs: number
  /**
   * A line for every point that was passed or reached: operation, number within its kind, kind, and the identity of what
   * passed it, parted by tabs. Points that are tried again have no number, nor have failures of activities. What workers
   * before this one wrote is not counted again.
   */
  readonly reportPath: string
}

/** The variable that holds the plan as JSON. */
export const FAULT_PLAN = 'FAULT_PLAN'
