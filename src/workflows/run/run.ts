/** What every step of one run of an operation shares. */
import type { Cohort, OpenedOperation, PersistOutcome } from '../../contract.ts'
import type { CohortLine } from '../fanOut/cohortsInFlight.ts'
import type { Controls } from '../messages/controls.ts'
import type { Notes } from '../messages/notes.ts'
import type { Decisions } from '../messages/repairDecisions.ts'
import type { Undos } from '../operation/compensations.ts'
import type { Progress } from './progress.ts'

/** One run of an operation's workflow. */
export interface Run {
  readonly project: string
  readonly operationId: string
  readonly opened: OpenedOperation
  readonly progress: Progress
  readonly controls: Controls
  readonly decisions: Decisions
  readonly notes: Notes
  readonly cohorts: CohortLine
  /** Each step adds its undo before it starts. */
  readonly undos: Undos
  /** The attempt that may commit: one more after each retry of a held operation. */
  attempt: number
  /** Rounds over the tenants so far; their numbers are part of the children's ids. */
  rounds: number
  parkRounds: number
  /** The first cohorts as preflight listed them, until the first round takes them. */
  listed?: readonly Cohort[]
  /** Set once persist has given the turn back. */
  turnGivenBack?: NonNullable<PersistOutcome['turn']>
  /** Set once persist has refreshed the cache. */
  published?: boolean
  /** Failed and parked tenants at which a wave was halted last. */
  haltedAt: number
}
