/** New bases and tenants: a workflow does the work, because only workers hold connection strings. */
import type pg from 'pg'
import { BASE_SCOPE, type ProvisionInput, provisionWorkflowId, type Target } from '../../contract.ts'
import { InputInvalid, MutationRejected, RequestRefused, SagaError, StatementRefused } from '../../errors.ts'
import { createProject, type NewProject } from '../../postgres/catalog/projects/createProject.ts'
import { requireServer } from '../../postgres/catalog/projects/servers.ts'
import { withdrawProject } from '../../postgres/catalog/projects/settings.ts'
import type { GivenBaseline } from '../../postgres/catalog/sql/givenBaseline.ts'
import { readBaseline } from '../../sql/baseline.ts'
import { runWorkflow, type WorkflowAccess } from '../workflows.ts'

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
  project: NewProject & { readonly base: Pick<Target, 'server' | 'namespace'> },
): Promise<void> {
  const { catalog } = deps
  const { id, base, actor } = project
  await requireServer(catalog, base.server)
  const { isNew } = await createProject(catalog, project)
  try {
    await provision(deps, { project: id, scope: BASE_SCOPE, ...base, actor })
  } catch (error) {
    const isOver = isForbidden(error) || (project.baseline !== undefined && isOfText(error))
    if (!isNew || !isOver) throw error
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

/** Whether the embedder's hook said no. */
export function isForbidden(error: unknown): error is RequestRefused {
  return error instanceof RequestRefused && error.code === 'FORBIDDEN'
}

/** The text, or what is said of it, has to be another one, so that the project is created again with that. */
function isOfText(error: unknown): error is SagaError {
  if (error instanceof RequestRefused) return error.code === 'KIND_UNSUPPORTED'
  return error instanceof MutationRejected || error instanceof StatementRefused || error instanceof InputInvalid
}

/** A baseline is read before anything starts: what can be said of the text alone needs no worker. Errors: those of a text. */
export async function checkBaseline(
  input: Pick<GivenBaseline, 'text'> & { source?: string; namespace?: string; rewriteBodies?: boolean },
): Promise<GivenBaseline> {
  const { text, source = 'the baseline', namespace, rewriteBodies = false } = input
  const { namespace: dumped } = await readBaseline(source, text, {
    ...(namespace !== undefined && { namespace }),
    rewriteBodies,
  })
  return { text, source, namespace: dumped, rewriteBodies }
}

/** The tables that a script by hand puts rows into: what its base begins with, its tenants begin with, too, unless somebody says otherwise. */
export async function seedsIn({ text, source, namespace, rewriteBodies }: GivenBaseline): Promise<readonly string[]> {
  const how = { ...(namespace !== null && { namespace }), rewriteBodies }
  return (await readBaseline(source, text, how)).rowsInto
}
