/** A time-skipping server per test file. */
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { inject } from 'vitest'
import { startTimeSkipping as start } from '../../src/testing/timeSkipping.ts'
import type { applySchemaMutation } from '../../src/workflows/index.ts'
import { installTestRuntime } from '../fixtures/temporalRuntime.ts'

export type OperationHandle = WorkflowHandleWithFirstExecutionRunId<typeof applySchemaMutation>

/** Starts the run's server. */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  installTestRuntime()
  return await start(inject('timeSkippingServerPath'))
}
