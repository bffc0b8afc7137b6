/** The schema is durable: nothing from here on can fail the operation, and whatever is left is tried until it works. */
import { sleep } from '@temporalio/workflow'
import { BASE_SCOPE, type OperationDocument, type OwnRecord, type PlannedOperation } from '../../contract.ts'
import { afterwards, catalog, firstTries, firstTry } from '../activities.ts'
import { marksRecordsByActivities } from '../patches.ts'
import { CACHE_ALARM_MS, SETTLE_PAUSE_MS } from '../retryPolicies.ts'
import { inStep, isFailure, type Reason, reasonOf, StepFailed } from '../run/failures.ts'
import type { Run } from '../run/run.ts'
import { settle } from './forward.ts'
import { passTurnOn } from './turn.ts'

/** Settles, gives the turn back, refreshes the cache, closes the operation, and runs the hooks. */
export async function finish(run: Run, plan: PlannedOperation): Promise<{ operation: OperationDocument }> {
  const { operationId, progress, controls } = run
  controls.enter('durable')
  if (plan.settles) await untilDone(run, () => settle(run, plan))
  await untilDone(run, () => passTurnOn(operationId, run.turnGivenBack))
  if (!plan.unchanged && !run.published) await untilDone(run, () => refreshCache(run))
  await untilDone(run, () => catalog.closeOperation({ operationId, status: 'committed', unchanged: plan.unchanged }))
  progress.show({ status: 'committed', step: 'after_commit' })
  if (!plan.unchanged) await untilDone(run, () => runHooks(run))
  progress.show({ step: null })
  await controls.answered()
  return { operation: await untilDone(run, () => catalog.readOperation({ operationId })) }
}

/** Each piece of work may be repeated; what fails for good is told, and tried again after a person has mended it. */
async function untilDone<T>({ progress }: Run, work: () => Promise<T>): Promise<T> {
  for (let pause = SETTLE_PAUSE_MS.first; ; pause = Math.min(pause * 2, SETTLE_PAUSE_MS.longest)) {
    try {
      const done = await work()
      progress.show({ problems: [] })
      return done
    } catch (error) {
      if (!isFailure(error)) throw error
      const { type: errorType, code: errorCode, message } = reasonOf(error)
      progress.show({ problems: [{ scope: BASE_SCOPE, errorType, errorCode, error: message }] })
      await sleep(pause)
    }
  }
}

/** A cache that stays away for too long is worth a person's look; the operation commits by itself when it is back. */
async function refreshCache({ operationId, opened, progress }: Run): Promise<void> {
  const record = { operationId, key: 'cache', scope: BASE_SCOPE } as const
  progress.show({ step: 'cache' })
  marksRecordsByActivities()
  const within = opened.cacheAlarmAfterMs ?? CACHE_ALARM_MS
  let published: OwnRecord
  try {
    published = await inStep('cache', () => firstTries(within).publishCache({ operationId }))
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error
    const alarm = { error: alarmText(error.reason, within), errorCode: 'CACHE_UNAVAILABLE' }
    await catalog.recordStep({ ...record, state: 'failed', ...alarm })
    await catalog.markNeedsRepair({ operationId, ...alarm })
    progress.show({ status: 'needs_repair' })
    published = await afterwards.publishCache({ operationId })
  }
  if (!published.recorded) await catalog.recordStep({ ...record, state: 'succeeded' })
}

/** A try that never came back says nothing of the cache itself. */
function alarmText({ type, message }: Reason, withinMs: number): string {
  if (type !== 'TargetUnreachable') return message
  return `refresh schema cache: the cache did not answer within ${Math.round(withinMs / 1000)} s.`
}

/** A hook that fails is on record at once, and never delays the result. */
async function runHooks({ operationId }: Run): Promise<void> {
  const record = { operationId, key: 'after_commit', scope: BASE_SCOPE } as const
  await catalog.recordStep({ ...record, state: 'running' })
  try {
    await firstTry.afterCommit({ operationId })
  } catch (error) {
    const { message, code } = reasonOf(error)
    await catalog.recordStep({ ...record, state: 'failed', error: message, errorCode: code })
    await afterwards.afterCommit({ operationId })
  }
  await catalog.recordStep({ ...record, state: 'succeeded' })
}
