/** Policy `hold`, and waves that were halted: nothing new is begun until a person says how it goes on. */
import { CancelledFailure } from '@temporalio/workflow'
import type { PlannedOperation } from '../../contract.ts'
import { catalog, policy } from '../activities.ts'
import { runCohorts } from '../fanOut/pages.ts'
import { answersSignals } from '../patches.ts'
import { isFailure, type Reason, reasonOf, StepFailed, workflowFailure } from '../run/failures.ts'
import type { Run } from '../run/run.ts'
import type { Decision } from './repairDecisions.ts'
import { refuse } from './repairSignal.ts'

/** What the text of a held operation begins with. */
const HELD = 'held: '

/**
 * Holds the operation until it may go forward again: `retry` tries the failed tenants (or those named), `park` leaves
 * them behind. Throws `cause` on `compensate`, and a cancellation on `abort`.
 */
export async function holdUntilDecided(run: Run, plan: PlannedOperation, cause: Reason): Promise<void> {
  const { operationId, progress, controls } = run
  const message = cause.message.startsWith(HELD) ? cause.message : `${HELD}${cause.message}`
  const held = { error: message, errorCode: 'HELD' }
  controls.enter('held')
  await catalog.recordStep({ operationId, key: 'tenant_ddl', scope: '', state: 'failed', ...held })
  await catalog.markNeedsRepair({ operationId, ...held, held: true, haltedAt: run.haltedAt })
  progress.show({ status: 'needs_repair' })
  await decide(run, plan, cause)
  controls.enter('forward')
  await catalog.recordStep({ operationId, key: 'tenant_ddl', scope: '', state: 'running' })
  progress.show({ status: 'applying', problems: [] })
}

async function decide(run: Run, plan: PlannedOperation, cause: Reason): Promise<void> {
  for (;;) {
    const decision = await run.decisions.next()
    try {
      if (await goesForward(run, plan, cause, decision)) {
        decision.answer?.()
        return
      }
    } catch (error) {
      if (error instanceof StepFailed || error instanceof CancelledFailure || !isFailure(error)) throw error
      // It made no sense, or could not be done: whoever waits for the answer is told, and the operation stays held.
      if (answersSignals()) await refuse(run, decision, reasonOf(error))
      else decision.answer?.(workflowFailure(reasonOf(error)))
    }
  }
}

async function goesForward(run: Run, plan: PlannedOperation, cause: Reason, decision: Decision): Promise<boolean> {
  const { operationId, notes } = run
  const { action, actor, note, tenants } = decision
  switch (action) {
    case 'retry':
      run.attempt = (await policy.goForwardAgain({ operationId, action, ...(tenants && { tenants }) })).attempt
      await notes.write({ actor, action: 'repair_retry', note })
      return true
    case 'park':
      await notes.write({ actor, action: 'repair_park', note })
      await parkFailed(run, plan, { actor, note })
      await policy.goForwardAgain({ operationId, action })
      return true
    case 'skip':
      if ((await catalog.countTenants({ operationId })).failed > 0) return false
      await policy.goForwardAgain({ operationId, action })
      return true
    case 'compensate':
      await notes.write({ actor, action: 'repair_compensate', note })
      decision.answer?.()
      throw new StepFailed('tenant_ddl', cause)
    case 'abort':
      throw new CancelledFailure('aborted')
    case 'accept':
      await refuse(run, decision, 'Nothing is being undone.')
      return false
    default:
      await refuse(run, decision, 'That is not an action.')
      return false
  }
}

async function parkFailed(run: Run, plan: PlannedOperation, parkedBy: { actor: string; note: string }): Promise<void> {
  const { project, operationId, opened, controls } = run
  run.parkRounds += 1
  await runCohorts(
    {
      project,
      operationId,
      planHash: plan.hash,
      parkedBy,
      cohorts: run.cohorts,
      start: `${opened.start}.${run.parkRounds}`,
      direction: 'park',
      sweep: false,
      tenants: plan.tenants,
    },
    () => controls.unpaused(),
  )
}
