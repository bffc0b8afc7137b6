/** A time-skipping server per test file, and one worker with fake activities per story. */
import { randomUUID } from 'node:crypto'
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { inject } from 'vitest'
import { operationWorkflowId, SEARCH_ATTRIBUTES } from '../../src/contract.ts'
import type { applySchemaMutation } from '../../src/workflows/index.ts'
import type { FakeFleet } from './fakeActivities.ts'

const KEYWORD = 2

/** The SDK waits 5 s for the server, which is a JVM: a machine that is busy with other tests may need longer. */
const STARTS = 4

/** Starts the server and registers our search attributes, which it otherwise refuses. */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  // The stories fail activities on purpose; their warnings would bury what matters.
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { console: {}, filter: 'ERROR' } },
  })
  const environment = await startServer(STARTS)
  await environment.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(Object.values(SEARCH_ATTRIBUTES).map((name) => [name, KEYWORD])),
  })
  return environment
}

async function startServer(starts: number): Promise<TestWorkflowEnvironment> {
  const path = inject('timeSkippingServerPath')
  try {
    return await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } })
  } catch (error) {
    if (starts <= 1 || !String(error).includes('did not start within')) throw error
    return await startServer(starts - 1)
  }
}

export type OperationHandle = WorkflowHandleWithFirstExecutionRunId<typeof applySchemaMutation>

/** Runs `tell` against one submitted operation whose activities are the fleet's. */
export async function withOperation<T>(
  environment: TestWorkflowEnvironment,
  fleet: FakeFleet,
  tell: (handle: OperationHandle) => Promise<T>,
): Promise<T> {
  const taskQueue = `story-${randomUUID()}`
  const operationId = `op-${randomUUID().slice(0, 8)}`
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: { codePath: inject('workflowBundlePath') },
    activities: fleet.activities,
  })
  return await worker.runUntil(async () => {
    const handle = await environment.client.workflow.start<typeof applySchemaMutation>('applySchemaMutation', {
      workflowId: operationWorkflowId('shop', operationId),
      taskQueue,
      args: [{ project: 'shop', operationId, mutation: { type: 'add_field' } }],
    })
    return await tell(handle)
  })
}
