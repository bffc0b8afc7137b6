/** A time-skipping server per test file. */
import { fileURLToPath } from 'node:url'
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { inject } from 'vitest'
import type { applySchemaMutation } from '../../src/workflows/index.ts'
import { installTestRuntime } from '../fixtures/temporalRuntime.ts'
import { registerSearchAttributes, startTimeSkippingServer } from '../fixtures/timeSkippingServer.ts'

const STOP_MS = 5_000
const FORWARDER = fileURLToPath(new URL('../fixtures/forwardPort.js', import.meta.url))

export type OperationHandle = WorkflowHandleWithFirstExecutionRunId<typeof applySchemaMutation>

/** Starts the server and registers our search attributes, which it otherwise refuses. `teardown` stops it. */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  installTestRuntime()
  const { server, port } = await startTimeSkippingServer(inject('timeSkippingServerPath'))
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: FORWARDER }, extraArgs: ['--to', String(port)] },
  })
  const teardown = environment.teardown.bind(environment)
  environment.teardown = async () => {
    await teardown()
    await server.stop(STOP_MS)
  }
  await registerSearchAttributes(environment.connection)
  return environment
}
