/** Duty 4: targets that do not look as their own revision says. */
import { type DutyInput, type DutyResult, type ReconcileProblem, resultOf } from '../../contract/reconcile.ts'
import type { Difference } from '../../physical/equality.ts'
import { listAcceptedTenants } from '../../postgres/catalog/acceptedTenants.ts'
import { requireProject } from '../../postgres/catalog/projects.ts'
import { type DriftedShape, scanDrift } from '../../postgres/drift.ts'
import { type DutyDependencies, problemWith } from './dutyDependencies.ts'

/** Targets repaired in one go; the next run takes the others. */
const MOST_REPAIRED = 1_000
const MOST_NAMED = 10

/** Reports all drift, and has added what is missing where the project's settings allow it. */
export async function reconcileDrift(
  { catalog, targetPools: pools, fleetRuns, signal }: DutyDependencies,
  { project, dryRun, actor }: DutyInput,
): Promise<DutyResult> {
  const { drift } = await scanDrift({ catalog, pools, project, ...(signal !== undefined && { signal }) })
  if (drift.length === 0) return resultOf(0, 0, [])
  // A person took these as they are.
  const accepted = await listAcceptedTenants(catalog, project)
  const groups = drift
    .map((group) => ({ ...group, targets: group.targets.filter(({ scope }) => !accepted.has(scope)) }))
    .filter(({ targets }) => targets.length > 0)
  const found = groups.reduce((sum, { targets }) => sum + targets.length, 0)
  const problems = groups.map(problemOfGroup)
  const { settings } = await requireProject(catalog, project)
  const scopes = groups.filter(({ repair }) => repair.length > 0).flatMap(({ targets }) => targets.map((t) => t.scope))
  if (dryRun || settings.auto_repair !== 'additive' || scopes.length === 0) return resultOf(found, 0, problems)
  try {
    const ended = await fleetRuns.repairDrift({ project, scopes: scopes.slice(0, MOST_REPAIRED), actor })
    if (ended === null) return resultOf(found, 0, problems)
    // Adding what is missing need not be all that was different: what is so still is drift.
    const again = await scanDrift({ catalog, pools, project, ...(signal !== undefined && { signal }) })
    const left = again.drift.flatMap(({ targets }) => targets).filter(({ scope }) => !accepted.has(scope)).length
    return resultOf(found, Math.max(0, found - left), again.drift.map(problemOfGroup))
  } catch (error) {
    return resultOf(found, 0, [problemWith('drift repair', error), ...problems])
  }
}

function problemOfGroup({ targets, revision, differences }: DriftedShape): ReconcileProblem {
  const named = targets.slice(0, 3).map(({ scope }) => (scope === '' ? 'base' : scope))
  const more = targets.length > named.length ? ` and ${targets.length - named.length} more` : ''
  const told = differences.slice(0, MOST_NAMED).map(inWords)
  const rest = differences.length > told.length ? `, and ${differences.length - told.length} more differences` : ''
  const subject = `${named.join(', ')}${more} at revision ${revision}`
  return { subject, error_code: 'TARGET_DRIFTED', error: `${told.join(', ')}${rest}.` }
}

/** Why something that is missing is not added is told, as there is nothing else of it to tell. */
function inWords({ object, kind, actual }: Difference): string {
  const why = kind === 'missing' && typeof actual === 'string' ? ` (${actual.replace(/\.$/, '')})` : ''
  return `${object} is ${kind}${why}`
}
