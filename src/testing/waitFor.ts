/** The end of an operation, without the time that it would take. */
import { setTimeout as pause } from 'node:timers/promises'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import type { OperationHandle } from '../client/operationHandle.ts'
import { type OperationDocument, operationWorkflowId } from '../contract.ts'
import { whileTimeSkips } from './timeSkipping.ts'

const POLL_MS = 50

/**
 * Returns the record of an operation once its workflow has ended, cache and hooks included, or once it waits for a
 * person: pauses between tries, soaking and the like are skipped meanwhile.
 */
export async function waitFor(
  environment: TestWorkflowEnvironment,
  operation: OperationHandle,
): Promise<OperationDocument> {
  return await whileTimeSkips(environment, async () => {
    for await (const document of operation.watch()) {
      if (document.status === 'needs_repair' || document.error_code === 'HELD') return document
    }
    while (await isOpen(environment, await operation.show())) await pause(POLL_MS)
    return await operation.show()
  })
}

async function isOpen({ client }: TestWorkflowEnvironment, { project, id }: OperationDocument): Promise<boolean> {
  const { status } = await client.workflow.getHandle(operationWorkflowId(project, id)).describe()
  return status.name === 'RUNNING'
}
