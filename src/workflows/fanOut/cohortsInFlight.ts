/** The cohorts in flight, and what they are told while they work. */
import { type ChildWorkflowHandle, defineSignal, log } from '@temporalio/workflow'
import { type CohortControl, SIGNAL_CONTROL } from '../../contract.ts'
import type { applyToCohort } from './applyToCohort.ts'

/** How all cohorts of a run are to work. */
export interface Pace {
  readonly paused: boolean
  /** Tenants at once over all servers, or null for each server's own limit. */
  readonly parallel: number | null
}

/** The line of cohorts that a run has open. */
export interface CohortLine {
  readonly pace: () => Pace
  /** Changes the pace of all cohorts, those in flight included. */
  readonly steer: (change: Partial<Pace>) => void
  /** Keeps a cohort in reach until it has ended; `share` is its own part of the server's sessions. */
  readonly hold: <T>(cohort: Steered, share: number, ended: Promise<T>) => Promise<T>
}

/** A cohort at work, which is told when the pace changes. */
export interface Steered {
  readonly tell: (control: CohortControl) => void
}

const controlSignal = defineSignal<[CohortControl]>(SIGNAL_CONTROL)

/** An empty line. */
export function createCohortLine(): CohortLine {
  const open = new Map<Steered, number>()
  let pace: Pace = { paused: false, parallel: null }
  return {
    pace: () => pace,
    steer: (change) => {
      pace = { ...pace, ...change }
      for (const [cohort, share] of open) {
        cohort.tell({ paused: pace.paused, window: windowOf(pace, share, open.size) })
      }
    },
    hold: async (cohort, share, ended) => {
      open.set(cohort, share)
      try {
        return await ended
      } finally {
        open.delete(cohort)
      }
    },
  }
}

/** A cohort that is a workflow of its own. */
export function steeredChild(cohort: ChildWorkflowHandle<typeof applyToCohort>): Steered {
  return {
    tell: (control) => {
      cohort.signal(controlSignal, control).catch((error: unknown) => {
        // It ended in the same moment: there is nothing left to steer.
        log.debug('a cohort could not be told', { cohort: cohort.workflowId, reason: String(error) })
      })
    },
  }
}

/** How many tenants a cohort works on at once, when `open` cohorts share what a person has allowed. */
export function windowOf({ parallel }: Pace, share: number, open: number): number {
  return parallel === null ? share : Math.max(1, Math.floor(parallel / Math.max(1, open)))
}
