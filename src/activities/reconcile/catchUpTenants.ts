/** Duty 3: tenants that failed are brought up, a bounded number at once; what a person parked stays parked. */
import { setTimeout as sleep } from 'node:timers/promises'
import { acceptTarget } from '../../postgres/accept.ts'
import { listUnmarkedAccepted } from '../../postgres/catalog/acceptedTenants.ts'
import { listDueCatchUps } from '../../postgres/catalog/catchUp.ts'
import { recordAccepted } from '../../postgres/catalog/holding.ts'
import { loadPlan } from '../../postgres/catalog/plans.ts'
import { countActive } from '../../postgres/catalog/tenants.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import type { ProjectDuty } from '../reconcileActivities.ts'

const AT_ONCE = 50
/** Long enough for what goes well; the next run tells of the rest. */
const WAIT_MS = 45_000
const POLL_MS = 500

export const catchUpTenants: ProjectDuty = async (deps, project, { dryRun, actor, signal }) => {
  const due = (await listDueCatchUps(deps.catalog, project, AT_ONCE)).map(({ tenant }) => tenant)
  const unmarked = await listUnmarkedAccepted(deps.catalog, project)
  const found = due.length + unmarked.length
  if (dryRun) {
    const notes = [
      ...due.map((id) => `tenant ${id} is to be brought up`),
      ...unmarked.map(({ scope }) => toMark(scope)),
    ]
    return { found, done: 0, left: found, notes }
  }
  const marked = await markAccepted(deps, project, unmarked, signal)
  for (const tenant of due) await deps.runs.startCatchUp({ project, tenant, actor, onlyCause: 'failure' })
  const active = await untilActive(deps, project, due, signal)
  const done = marked.length + active.size
  const notes = [
    ...due.map((id) =>
      active.has(id) ? `tenant ${id} is up to date` : `tenant ${id} is not up to date yet: see tenant show`,
    ),
    ...marked.map((scope) => `tenant ${scope} is marked as accepted`),
  ]
  return { found, done, left: found - done, notes }
}

/** They are active when their catch-up has ended well; one that failed stays parked, and its time comes again. */
async function untilActive(
  { catalog }: ActivityDependencies,
  project: string,
  tenants: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const until = Date.now() + WAIT_MS
  for (;;) {
    const { active, settled } = await countActive(catalog, project, tenants)
    if (settled === tenants.length || Date.now() > until) return active
    await sleep(POLL_MS, undefined, { signal })
  }
}

async function markAccepted(
  { catalog, targetPools }: ActivityDependencies,
  project: string,
  unmarked: Awaited<ReturnType<typeof listUnmarkedAccepted>>,
  signal: AbortSignal,
): Promise<string[]> {
  const marked: string[] = []
  for (const { operationId, planHash, epoch, ...target } of unmarked) {
    const { plan } = await loadPlan(catalog, operationId, planHash)
    try {
      await acceptTarget(targetPools, { target, projectId: project, operationId, epoch, plan, signal })
    } catch {
      signal.throwIfAborted()
      // Still out of reach: it stays on record as not marked, and the next run tries again.
      continue
    }
    await recordAccepted(catalog, { operationId, tenant: target.scope })
    marked.push(target.scope)
  }
  return marked
}

function toMark(scope: string): string {
  return `the markers of tenant ${scope} are to say that it was accepted`
}
