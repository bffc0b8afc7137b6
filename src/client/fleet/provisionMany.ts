/** Many new tenants: one workflow for each batch of them, one batch after the other. */
import { randomUUID } from 'node:crypto'
import {
  MOST_IN_BATCH,
  type NotProvisioned,
  type ProvisionTenantsInput,
  type ProvisionTenantsResult,
  provisionTenantsWorkflowId,
  type WantedTenant,
} from '../../contract.ts'
import { InputInvalid } from '../../errors.ts'
import { checkId, checkNamespace } from '../../postgres/catalog/checkIds.ts'
import { runWorkflow, type WorkflowAccess } from '../workflows.ts'
import { isForbidden } from './provision.ts'

/**
 * Provisions them all; `heard` is told how many have had their turn. Errors: `INPUT_INVALID` with the path of a mistake in
 * the list, before any of them is made; whatever keeps workflows from running, with those before it made.
 */
export async function provisionMany(
  deps: WorkflowAccess,
  { project, actor, tenants }: ProvisionTenantsInput,
  heard: (done: number) => void = () => {},
): Promise<ProvisionTenantsResult> {
  requireSoundList(tenants)
  const failed: NotProvisioned[] = []
  let [added, there] = [0, 0]
  for (let from = 0; from < tenants.length; from += MOST_IN_BATCH) {
    const batch = tenants.slice(from, from + MOST_IN_BATCH)
    const result = await provisionBatch(deps, { project, actor, tenants: batch })
    added += result.added
    there += result.there
    failed.push(...result.failed)
    heard(from + batch.length)
  }
  return { added, there, failed }
}

/** What is forbidden is told of each, and the other batches go on. */
async function provisionBatch(deps: WorkflowAccess, input: ProvisionTenantsInput): Promise<ProvisionTenantsResult> {
  const { project, tenants } = input
  try {
    return await runWorkflow(deps, 'provisionTenants', [input], {
      workflowId: provisionTenantsWorkflowId(project, randomUUID()),
      staticSummary: `${tenants.length} new tenants of ${project}`,
    })
  } catch (error) {
    if (!isForbidden(error)) throw error
    const { code, message } = error
    return { added: 0, there: 0, failed: tenants.map((each) => ({ ...each, code, error: message })) }
  }
}

function requireSoundList(tenants: readonly WantedTenant[]): void {
  const known = new Set<string>()
  for (const [index, { id, namespace }] of tenants.entries()) {
    checkId('tenant', id, `tenants.${index}.id`)
    checkNamespace(namespace, `tenants.${index}.namespace`)
    if (known.has(id)) {
      throw new InputInvalid('INPUT_INVALID', `Tenant "${id}" is named twice.`, { path: `tenants.${index}.id` })
    }
    known.add(id)
  }
}
