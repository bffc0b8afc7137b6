/** New bases and tenants: a workflow does the work, because only workers hold connection strings. */
import { type ProvisionInput, provisionWorkflowId } from '../contract.ts'
import { runWorkflow, type WorkflowAccess } from './workflows.ts'

/** Provisions one target and waits until it is there. Errors: the activities' refusals, with their codes. */
export async function provision(deps: WorkflowAccess, input: ProvisionInput): Promise<void> {
  await runWorkflow(deps, 'provisionTenant', [input], {
    workflowId: provisionWorkflowId(input.project, input.scope),
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `${input.scope === '' ? 'base' : `tenant ${input.scope}`} of ${input.project}`,
  })
}
