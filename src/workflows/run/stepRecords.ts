/** The record of a step as a whole, in the catalog; those of its targets are written by whoever works on them. */
import { BASE_SCOPE, type OwnRecord, type StepKey } from '../../contract.ts'
import { catalog } from '../activities.ts'
import { marksRecordsByActivities } from '../patches.ts'
import { inStep, StepFailed } from './failures.ts'
import type { Run } from './run.ts'

/** Of these steps an activity itself writes that it has begun; that of the base is begun together with its epoch. */
const BEGUN_ELSEWHERE: readonly StepKey[] = ['preflight', 'base_project_ddl', 'tenant_ddl', 'system_schema']

/** Persist writes, together with the schema, that both are done and that no tenant is behind. */
const ENDED_ELSEWHERE: readonly StepKey[] = ['tenant_ddl', 'system_schema']

/** Runs one step with its aggregate record before and after; a failure keeps the step's error text and code. */
export async function recorded(run: Run, key: StepKey, work: () => Promise<OwnRecord | undefined>): Promise<void> {
  const record = { operationId: run.operationId, key, scope: BASE_SCOPE } as const
  run.progress.show({ step: key })
  marksRecordsByActivities()
  if (!BEGUN_ELSEWHERE.includes(key)) await catalog.recordStep({ ...record, state: 'running' })
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
  if (done?.recorded || ENDED_ELSEWHERE.includes(key)) return
  await catalog.recordStep({ ...record, state: 'succeeded' })
}
