/** Brings the tenants of a project in line with the embedder's own list, while an operation has the project's turn. */
import pMap from 'p-map'
import type { ListProblem, TenantListActivities, TenantSync } from '../../contract/hooks/tenantList.ts'
import { RECONCILER } from '../../contract/reconcile.ts'
import { RequestRefused, SagaError } from '../../errors.ts'
import { writeAudit } from '../../postgres/catalog/audit.ts'
import { requireOperation } from '../../postgres/catalog/operations/read.ts'
import { inTransaction } from '../../postgres/catalog/pool.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import { listTenants } from '../../postgres/catalog/tenants/list.ts'
import { setTenantAside } from '../../postgres/catalog/tenants/states.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import type { FleetRuns } from '../fleet/fleetRuns.ts'
import { compareTenants, NOT_LISTED, type TenantChanges } from './compareTenants.ts'
import { readTenantList } from './readTenantList.ts'
import { createTakeIn, type TakenIn } from './takeInListed.ts'

/** Tenants that are taken in, or suspended, together. */
const AT_ONCE = 4
const MOST_PROBLEMS = 100
/** Problems in the audit. */
const MOST_AUDITED = 20

type Dependencies = ActivityDependencies & { readonly fleetRuns: FleetRuns }

/** The activity that asks the embedder. */
export function createTenantListActivities(deps: Dependencies): TenantListActivities {
  const { catalog, hooks, whileHeartbeating } = deps
  return {
    syncTenants: ({ operationId }) =>
      whileHeartbeating(async (signal) => {
        const { projectId, actor } = await requireOperation(catalog, operationId)
        const listed = await readTenantList(hooks, projectId, signal)
        const changes = compareTenants(projectId, listed, await listTenants(catalog, projectId))
        const outcome = await makeChanges(deps, { project: projectId, operationId, actor, signal }, changes)
        const sync = { listed: listed.size, ...outcome, problems: outcome.problems.slice(0, MOST_PROBLEMS) }
        if (hasNews(sync)) await audit(deps, { projectId, operationId, actor }, sync)
        return sync
      }),
  }
}

interface Sync {
  readonly project: string
  readonly operationId: string
  readonly actor: string
  readonly signal: AbortSignal
}

async function makeChanges(
  deps: Dependencies,
  { project: id, operationId, actor, signal }: Sync,
  { arriving, missing, returning, moved }: TenantChanges,
): Promise<Omit<TenantSync, 'listed'>> {
  const problems: ListProblem[] = moved.map(({ listed, known }) => problemOf(listed.id, whereNow(listed, known)))
  const takeIn = createTakeIn(deps, await requireProject(deps.catalog, id), { operationId, actor })
  const options = { concurrency: AT_ONCE, signal }
  const taken = await pMap(
    arriving,
    async ({ isBegun, ...listed }) => ({ tenant: listed.id, what: await takeIn(listed, isBegun) }),
    options,
  )
  for (const { tenant, what } of taken) if (what instanceof SagaError) problems.push(problemOf(tenant, what))
  const suspended = await pMap(missing, (tenant) => suspend(deps, { project: id, tenant, actor }), options)
  problems.push(...suspended.flatMap((problem) => problem ?? []))
  for (const tenant of returning) {
    await deps.fleetRuns.startCatchUp({ project: id, tenant, actor: RECONCILER, from: 'suspended' })
  }
  const count = (wanted: TakenIn): number => taken.filter(({ what }) => what === wanted).length
  return {
    provisioned: count('provisioned'),
    imported: count('imported'),
    suspended: suspended.filter((problem) => problem === null).length,
    returning: returning.length,
    failed: problems.length,
    problems,
  }
}

/** Null when it is done: operations leave it out from now on. */
async function suspend(
  { catalog }: Dependencies,
  request: { readonly project: string; readonly tenant: string; readonly actor: string },
): Promise<ListProblem | null> {
  try {
    await setTenantAside(catalog, { ...request, reason: NOT_LISTED, state: 'suspended' })
    return null
  } catch (error) {
    if (!(error instanceof RequestRefused) || error.code === 'PROJECT_NOT_FOUND') throw error
    return problemOf(request.tenant, error)
  }
}

function problemOf(tenant: string, { code, message }: SagaError): ListProblem {
  return { tenant, errorCode: code, error: message }
}

function whereNow(
  listed: TenantChanges['moved'][number]['listed'],
  known: TenantChanges['moved'][number]['known'],
): RequestRefused {
  const text = `Tenant "${listed.id}" is at ${known.server}/${known.namespace}, and the list says ${listed.server}/${listed.namespace}: remove it first if it has moved.`
  return new RequestRefused('ALREADY_EXISTS', text)
}

function hasNews({ provisioned, imported, suspended, returning, failed }: TenantSync): boolean {
  return provisioned + imported + suspended + returning + failed > 0
}

async function audit(
  { catalog }: Dependencies,
  who: { readonly projectId: string; readonly operationId: string; readonly actor: string },
  { problems, ...counts }: TenantSync,
): Promise<void> {
  const details = { ...counts, problems: problems.slice(0, MOST_AUDITED) }
  await inTransaction(catalog, (client) => writeAudit(client, { ...who, action: 'tenants_sync', details }))
}
