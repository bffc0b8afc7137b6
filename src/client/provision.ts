/** New bases and tenants: a workflow does the work, because only workers hold connection strings. */
import { WorkflowFailedError } from '@temporalio/client'
import type { Config } from '../config.ts'
import { type ProvisionInput, provisionWorkflowId } from '../contract.ts'
import { asSagaError, type TemporalAccess } from './temporal.ts'

/** Provisions one target and waits until it is there. Errors: the activities' refusals, with their codes. */
export async function provision(
  deps: { readonly config: Config; readonly temporal: TemporalAccess },
  input: ProvisionInput,
): Promise<void> {
  const client = await deps.temporal.client()
  try {
    await client.workflow.execute('provisionTenant', {
      workflowId: provisionWorkflowId(input.project, input.scope),
      taskQueue: deps.config.taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `${input.scope === '' ? 'base' : `tenant ${input.scope}`} of ${input.project}`,
      args: [input],
    })
  } catch (error) {
    throw error instanceof WorkflowFailedError ? asSagaError(error) : error
  }
}
