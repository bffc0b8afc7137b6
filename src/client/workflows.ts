/** Workflows as the client starts them: by name, on the settings' task queue. */
import { type WorkflowClient, WorkflowFailedError, type WorkflowStartOptions } from '@temporalio/client'
import type { Config } from '../config.ts'
import type { InputOf, ResultOf, Workflows } from '../contract/workflows.ts'
import { asTemporalTrouble } from '../temporalTrouble.ts'
import { asSagaError, type TemporalAccess } from './temporal.ts'

/** What starting a workflow needs. */
export interface WorkflowAccess {
  readonly config: Config
  readonly temporal: TemporalAccess
}

/** How one run of a workflow is called, and what becomes of a second one of that name. */
export type RunOptions = Pick<
  WorkflowStartOptions,
  'workflowId' | 'workflowIdConflictPolicy' | 'staticSummary' | 'workflowExecutionTimeout'
>

/** Starts a workflow, and does not wait for its end. Errors: `TEMPORAL_UNREACHABLE`, and others of Temporal's client. */
export async function startWorkflow<Name extends keyof Workflows>(
  { config, temporal }: WorkflowAccess,
  name: Name,
  args: InputOf<Name>,
  options: RunOptions,
): Promise<void> {
  const { workflow } = await temporal.client()
  try {
    await workflow.start(name, { ...options, taskQueue: config.taskQueue, args })
  } catch (error) {
    throw asTemporalTrouble(error)
  }
}

/** Runs a workflow to its end. Errors: what it failed for, as the error that it was before Temporal wrapped it. */
export async function runWorkflow<Name extends keyof Workflows>(
  { config, temporal }: WorkflowAccess,
  name: Name,
  args: InputOf<Name>,
  options: RunOptions,
): Promise<ResultOf<Name>> {
  const { workflow } = await temporal.client()
  try {
    return await execute(workflow, name, { ...options, taskQueue: config.taskQueue, args })
  } catch (error) {
    throw error instanceof WorkflowFailedError ? asSagaError(error) : asTemporalTrouble(error)
  }
}

/** The one place where a result is believed to be what the contract says of its workflow. */
async function execute<Name extends keyof Workflows>(
  workflow: WorkflowClient,
  name: Name,
  options: WorkflowStartOptions,
): Promise<ResultOf<Name>> {
  return (await workflow.execute(name, options)) as ResultOf<Name>
}
