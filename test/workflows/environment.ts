/** A time-skipping server per test file. */
import { fileURLToPath } from 'node:url'
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { inject } from 'vitest'
import type { applySchemaMutation } from '../../src/workflows/index.ts'
import { registerSearchAttributes, startTimeSkippingServer } from '../fixtures/timeSkippingServer.ts'

const STOP_MS = 5_000
const FORWARDER = fileURLToPath(new URL('../fixtures/forwardPort.js', import.meta.url))

export type OperationHandle = WorkflowHandleWithFirstExecutionRunId<typeof applySchemaMutation>

// The stories fail activities on purpose; their warnings would bury what matters.
const ERRORS_ONLY = new DefaultLogger('ERROR')

/** Starts the server and registers our search attributes, which it otherwise refuses. `teardown` stops it. */
export async function startTimeSkipping(logger: DefaultLogger = ERRORS_ONLY): Promise<TestWorkflowEnvironment> {
  Runtime.install({
    logger,
    telemetryOptions: { logging: { console: {}, filter: 'ERROR' } },
  })
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
