/** The end of an operation, without the time that it would take. */
import { setTimeout as pause } from 'node:timers/promises'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import type { OperationHandle } from '../client/operationHandle.ts'
import { FINAL_STATUSES, type OperationDocument, operationWorkflowId } from '../contract.ts'

const POLL_MS = 20

/**
 * By how much the clock is put forward at once, in ms. Never without a limit: with nothing left to wait for but a person, it
 * would run on to the end of the workflow's own time, years from now.
 */
const STEP_MS = { first: 1_000, longest: 3_600_000 } as const

/**
 * Returns the record of an operation once its workflow has ended, cache and hooks included, or once it waits for a
 * person: pauses between tries, soaking and the like are skipped meanwhile.
 */
export async function waitFor(
  environment: TestWorkflowEnvironment,
  operation: OperationHandle,
): Promise<OperationDocument> {
  for (let step: number = STEP_MS.first; ; step = Math.min(step * 2, STEP_MS.longest)) {
    const document = await operation.show()
    if (document.status === 'needs_repair' || document.error_code === 'HELD') return document
    if (FINAL_STATUSES.includes(document.status) && !(await isOpen(environment, document)))
      return await operation.show()
    await environment.sleep(step)
    await pause(POLL_MS)
  }
}

async function isOpen({ client }: TestWorkflowEnvironment, { project, id }: OperationDocument): Promise<boolean> {
  const { status } = await client.workflow.getHandle(operationWorkflowId(project, id)).describe()
  return status.name === 'RUNNING'
}
