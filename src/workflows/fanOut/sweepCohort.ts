/** A cohort's sweep: one activity, interrupted while the cohort is paused or its window changes; markers let it go on. */
import { CancellationScope, condition, isCancellation, log } from '@temporalio/workflow'
import type { ApplyToCohortInput, CohortControl, Swept } from '../../contract.ts'
import { sweeping } from '../activities.ts'
import { isFailure, reasonOf } from '../run/failures.ts'

/** Sweeps the cohort to its end. */
export async function sweep(input: ApplyToCohortInput, control: { readonly now: CohortControl }): Promise<Swept> {
  const { operationId, planHash, cohort, wave = null, policy } = input
  const direction = input.direction === 'compensate' ? 'compensate' : 'forward'
  for (;;) {
    await condition(() => !control.now.paused)
    const { window } = control.now
    const interrupted = new CancellationScope()
    const run = interrupted.run(() =>
      sweeping.sweepCohort({
        operationId,
        planHash,
        direction,
        cohort,
        wave,
        sessions: window,
        stopAtFailure: direction === 'forward' && policy !== 'park',
        ...(policy === 'park' && { patience: 'short' as const }),
      }),
    )
    const ended = run.then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    )
    let isOver = false
    void ended.then(() => {
      isOver = true
    })
    let outcome: Awaited<typeof ended>
    try {
      await condition(() => isOver || control.now.paused || control.now.window !== window)
    } finally {
      if (!isOver) interrupted.cancel()
      // Cancelled or not: nobody goes on while a sweep may be at work.
      outcome = await CancellationScope.nonCancellable(() => ended)
    }
    if ('result' in outcome) return outcome.result
    if (!isCancellation(outcome.error)) return endedBy(outcome.error, input)
    // Interrupted by a pause: once it is over, the markers tell where to go on.
    if (CancellationScope.current().consideredCancelled) throw outcome.error
  }
}

function endedBy(error: unknown, { cohort }: ApplyToCohortInput): Swept {
  if (!isFailure(error)) throw error
  const reason = reasonOf(error)
  log.warn('a sweep ended before its cohort did', { cohort: cohort.name, ...reason })
  return reason.code === 'TARGET_UNREACHABLE' ? { unreachable: true } : { failed: reason }
}
