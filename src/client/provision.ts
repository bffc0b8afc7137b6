/** New bases and tenants: a workflow does the work, because only workers hold connection strings. */
import type pg from 'pg'
import { BASE_SCOPE, type ProvisionInput, provisionWorkflowId, type Target } from '../contract.ts'
import { RequestRefused, SagaError } from '../errors.ts'
import { createProject } from '../postgres/catalog/projects/projects.ts'
import { requireServer } from '../postgres/catalog/projects/servers.ts'
import { withdrawProject } from '../postgres/catalog/projects/settings.ts'
import { runWorkflow, type WorkflowAccess } from './workflows.ts'

/** Provisions one target and waits until it is there. Errors: the activities' refusals, with their codes. */
export async function provision(deps: WorkflowAccess, input: ProvisionInput): Promise<void> {
  await runWorkflow(deps, 'provisionTenant', [input], {
    workflowId: provisionWorkflowId(input.project, input.scope),
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `${input.scope === '' ? 'base' : `tenant ${input.scope}`} of ${input.project}`,
  })
}

/** A project whose base is provisioned; where that is not allowed, nothing of the project is left. */
export async function createWithBase(
  deps: WorkflowAccess & { readonly catalog: pg.Pool },
  project: { readonly id: string; readonly base: Pick<Target, 'server' | 'namespace'>; readonly actor: string },
): Promise<void> {
  const { catalog } = deps
  const { id, base, actor } = project
  await requireServer(catalog, base.server)
  const { isNew } = await createProject(catalog, project)
  try {
    await provision(deps, { project: id, scope: BASE_SCOPE, ...base, actor })
  } catch (error) {
    if (!isNew || !isForbidden(error)) throw error
    const left = await withdrawn(catalog, { id, actor })
    if (left === null) throw error
    throw error.retold(
      `${error.message} Project "${id}" is left without its base, because taking it back failed: ${left}`,
    )
  }
}

/** Null once nothing of it is left, or why something is: the refusal stays the news. */
async function withdrawn(
  catalog: pg.Pool,
  project: { readonly id: string; readonly actor: string },
): Promise<string | null> {
  try {
    await withdrawProject(catalog, project)
    return null
  } catch (error) {
    return error instanceof SagaError ? error.message : 'the reason is not known.'
  }
}

function isForbidden(error: unknown): error is RequestRefused {
  return error instanceof RequestRefused && error.code === 'FORBIDDEN'
}
