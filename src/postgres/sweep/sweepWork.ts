/** What a sweep is asked for. */
import type { Direction, SweepCounts, Target } from '../../contract.ts'
import type { TargetExecution } from '../target/stage/execution.ts'

/** A target with the epoch of this sweep's work on it. */
export type SweepTarget = Target & { readonly epoch: number }

/** A target that is done; `touched`: DDL had run and was undone (for an undo). */
export interface SweptTarget {
  readonly scope: string
  readonly epoch: number
  readonly touched: boolean
}

/** What to do on which targets, all of them on one server. */
export interface Sweep
  extends Pick<TargetExecution, 'projectId' | 'operationId' | 'plan' | 'signal' | 'limits' | 'reportWait'> {
  readonly direction: Direction
  readonly targets: readonly SweepTarget[]
  /** Sessions at once. */
  readonly sessions: number
  /** Start nothing new after the first failure that trying again cannot cure; after the hundredth it is always so. */
  readonly stopAtFailure: boolean
  /** Called before the first effect on some of the targets; returns those that may be worked on, with their epochs. */
  readonly start: (targets: readonly SweepTarget[]) => Promise<readonly SweepTarget[]>
  /** Called at the end with those that were started and that the sweep did not come to. */
  readonly notBegun?: (scopes: readonly string[]) => Promise<void>
  /** Called with what is done, at every 250 targets or twice a second. */
  readonly record: (done: readonly SweptTarget[]) => Promise<void>
  readonly report?: (counts: SweepCounts) => void
}
