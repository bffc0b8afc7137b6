/** The record of a step as a whole, in the catalog; those of its targets are written by whoever works on them. */
import { BASE_SCOPE, type OwnRecord, type StepKey } from '../../contract.ts'
import { catalog } from '../activities.ts'
import { leavesRecordsToActivities, makesFewerTrips } from '../patches.ts'
import { inStep, StepFailed } from './failures.ts'
import type { Run } from './run.ts'

/** Of these steps the activity itself writes that it has begun. */
const BEGUN_BY_ACTIVITY: readonly StepKey[] = ['preflight', 'tenant_ddl', 'system_schema']

/** Runs one step with its aggregate record before and after; a failure keeps the step's error text and code. */
export async function recorded(run: Run, key: StepKey, work: () => Promise<OwnRecord | undefined>): Promise<void> {
  const record = { operationId: run.operationId, key, scope: BASE_SCOPE } as const
  run.progress.show({ step: key })
  if (!isBegunElsewhere(key)) await catalog.recordStep({ ...record, state: 'running' })
  let done: OwnRecord | undefined
  try {
    done = await inStep(key, work)
  } catch (error) {
    if (error instanceof StepFailed && error.step !== 'plan') {
      // The closing sweep runs inside persist, but a tenant that fails there is a failure of the tenants' step.
      if (error.step !== key) await catalog.recordStep({ ...record, state: 'pending' })
      const { message, code } = error.reason
      await catalog.recordStep({ ...record, key: error.step, state: 'failed', error: message, errorCode: code })
    }
    throw error
  }
  if (done?.recorded || isEndedElsewhere(key)) return
  await catalog.recordStep({ ...record, state: 'succeeded' })
}

/** The base's record is begun together with its epoch. */
function isBegunElsewhere(key: StepKey): boolean {
  return key === 'base_project_ddl' || (BEGUN_BY_ACTIVITY.includes(key) && leavesRecordsToActivities())
}

/** Persist writes, together with the schema, that it is done and that no tenant is behind. */
function isEndedElsewhere(key: StepKey): boolean {
  return (key === 'system_schema' && makesFewerTrips()) || (key === 'tenant_ddl' && leavesRecordsToActivities())
}
