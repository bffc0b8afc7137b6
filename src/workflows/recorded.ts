/** The record of a step as a whole, in the catalog; those of its targets are written by whoever works on them. */
import { BASE_SCOPE, type StepKey } from '../contract.ts'
import type { Run } from './applySchemaMutation.ts'
import { inStep, StepFailed } from './failures.ts'
import { makesFewerTrips } from './fewerTrips.ts'
import { catalog } from './proxies.ts'

/** Runs one step with its aggregate record before and after; a failure keeps the step's error text and code. */
export async function recorded<T>(run: Run, key: StepKey, work: () => Promise<T>): Promise<void> {
  const record = { operationId: run.operationId, key, scope: BASE_SCOPE } as const
  run.progress.show({ step: key })
  // The base's record was started together with its epoch.
  if (key !== 'base_project_ddl') await catalog.recordStep({ ...record, state: 'running' })
  try {
    await inStep(key, work)
  } catch (error) {
    if (error instanceof StepFailed && error.step !== 'plan') {
      // The closing sweep runs inside persist, but a tenant that fails there is a failure of the tenants' step.
      if (error.step !== key) await catalog.recordStep({ ...record, state: 'pending' })
      const { message, code } = error.reason
      await catalog.recordStep({ ...record, key: error.step, state: 'failed', error: message, errorCode: code })
    }
    throw error
  }
  // Persist has written its own record, together with the schema.
  if (key === 'system_schema' && makesFewerTrips()) return
  await catalog.recordStep({ ...record, state: 'succeeded' })
}
