/** Tenants put aside, brought back, taken out; bringing back is a workflow, because only workers reach targets. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import type pg from 'pg'
import { defaultActor } from '../config.ts'
import {
  type CatchUpBaseInput,
  type CatchUpInput,
  type CatchUpResult,
  type CatchUpTenantsInput,
  catchUpAllWorkflowId,
  catchUpBaseWorkflowId,
  catchUpWorkflowId,
  type ImportInput,
  type ImportResult,
  importWorkflowId,
  RELEASES_WORKFLOW_ID,
} from '../contract.ts'
import { InputInvalid, RequestRefused } from '../errors.ts'
import { AS_ITS_BASE, requireKind, SAID_OF_SQL } from '../postgres/catalog/projects/kind.ts'
import { requireProject, showProject } from '../postgres/catalog/projects/projects.ts'
import { requireServer } from '../postgres/catalog/projects/servers.ts'
import { archiveProject, setProjectSettings } from '../postgres/catalog/projects/settings.ts'
import { listTenantPage, showTenant } from '../postgres/catalog/tenants/record.ts'
import { removeTenant, setTenantAside, type TenantRequest } from '../postgres/catalog/tenants/states.ts'
import { parseSettings } from './parseSettings.ts'
import type { TenantClient, TenantReason } from './tenantTypes.ts'
import { runWorkflow, startWorkflow, type WorkflowAccess } from './workflows.ts'

/** What these methods need of the client. */
interface Dependencies extends WorkflowAccess {
  readonly catalog: pg.Pool
}

const NO_REVISIONS = { revisions: [], revisions_left_out: 0 }

/** The client's methods for tenants that come and go. */
export function tenantClient(deps: Dependencies): TenantClient {
  const { catalog } = deps
  const bringBack =
    (from?: 'parked' | 'suspended'): TenantClient['unparkTenant'] =>
    async (project, tenant, { actor = defaultActor(), at } = {}) => {
      const asked = { ...(from !== undefined && { from }), ...(at !== undefined && { at }) }
      const caughtUp = await catchUp(deps, { project, tenant, actor, ...asked })
      return { ...(await showTenant(catalog, project, tenant)), found_revision: caughtUp?.found ?? null }
    }
  return {
    showTenant: (project, id) => showTenant(catalog, project, id),
    listTenantPage: async (project, page) => {
      await requireProject(catalog, project)
      return await listTenantPage(catalog, project, page)
    },
    parkTenant: async (project, tenant, by) => {
      await setTenantAside(catalog, { ...request(project, tenant, by), state: 'parked' })
      return await showTenant(catalog, project, tenant)
    },
    suspendTenant: async (project, tenant, by) => {
      await setTenantAside(catalog, { ...request(project, tenant, by), state: 'suspended' })
      return await showTenant(catalog, project, tenant)
    },
    unparkTenant: bringBack('parked'),
    unparkTenants: async (project, { actor = defaultActor() } = {}) => {
      await requireProject(catalog, project)
      const input: CatchUpTenantsInput = { project, actor }
      const result = await runWorkflow(deps, 'catchUpTenants', [input], {
        workflowId: catchUpAllWorkflowId(project),
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: `all parked tenants of ${project} catch up`,
      })
      // A worker of an earlier release tells no revisions.
      return { ...NO_REVISIONS, ...result }
    },
    resumeTenant: bringBack('suspended'),
    catchUpTenant: bringBack(),
    removeTenant: async (project, tenant, by) => {
      const removed = await showTenant(catalog, project, tenant)
      await removeTenant(catalog, request(project, tenant, by))
      await markReleasesSoon(deps)
      return removed
    },
    importTenants: (project, { actor = defaultActor(), ...from }) => importFleet(deps, { project, actor, ...from }),
    setProject: async (id, given, { actor = defaultActor() } = {}) => {
      await setProjectSettings(catalog, { id, settings: parseSettings(given), actor })
      return await showProject(catalog, id)
    },
    catchUpBase: async (project, { actor = defaultActor(), at } = {}) => {
      await requireProject(catalog, project)
      const input: CatchUpBaseInput = { project, actor, ...(at !== undefined && { at }) }
      const caughtUp = await runWorkflow(deps, 'catchUpBase', [input], {
        workflowId: catchUpBaseWorkflowId(project),
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: `the base of ${project} catches up`,
      })
      return { ...(await showProject(catalog, project)), found_revision: caughtUp.found ?? null }
    },
    archiveProject: async (id, { actor = defaultActor() } = {}) => {
      await archiveProject(catalog, { id, actor })
      await markReleasesSoon(deps)
      return await showProject(catalog, id)
    },
  }
}

function request(
  project: string,
  tenant: string,
  { actor = defaultActor(), reason = null }: TenantReason = {},
): TenantRequest {
  return { project, tenant, actor, reason }
}

/** One that is under way already is joined. */
async function catchUp(deps: Dependencies, input: CatchUpInput): Promise<CatchUpResult | undefined> {
  // Found out here, a wrong name needs no worker.
  await showTenant(deps.catalog, input.project, input.tenant)
  return await runWorkflow(deps, 'catchUpTenant', [input], {
    workflowId: catchUpWorkflowId(input.project, input.tenant),
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `tenant ${input.tenant} of ${input.project} catches up`,
  })
}

/** What was let go of is released in the catalog already; that targets say so too is not waited for, and tried again later. */
async function markReleasesSoon(deps: WorkflowAccess): Promise<void> {
  try {
    await startWorkflow(deps, 'markReleases', [], {
      workflowId: RELEASES_WORKFLOW_ID,
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: 'targets that were let go are marked as free',
    })
  } catch {
    // The reconciler does it.
  }
}

/** Another import of the project that is under way is another request: it must end first. */
async function importFleet(deps: Dependencies, input: ImportInput): Promise<ImportResult> {
  if (input.like === '')
    throw new InputInvalid('INPUT_INVALID', 'A pattern of namespaces is expected.', { path: 'like' })
  const project = await requireProject(deps.catalog, input.project)
  if (input.baseline !== undefined) requireKind(project, 'models', 'its first revision is what its base was made of')
  if (input.revisions !== undefined || input.among !== undefined) requireKind(project, 'sql', SAID_OF_SQL)
  if (input.asTheyAre === true) requireKind(project, 'models', AS_ITS_BASE)
  await requireServer(deps.catalog, input.server)
  try {
    return await runWorkflow(deps, 'importTenants', [input], {
      workflowId: importWorkflowId(input.project),
      workflowIdConflictPolicy: 'FAIL',
      staticSummary: `import of ${input.like} on ${input.server} into ${input.project}`,
    })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    throw new RequestRefused('IN_PROGRESS', 'Another import into this project is under way: it must end first.')
  }
}
