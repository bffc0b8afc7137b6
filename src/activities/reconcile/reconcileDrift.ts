/** Duty 4: targets that do not look as their own revision says. */
import { type DutyInput, type DutyResult, type ReconcileProblem, resultOf } from '../../contract/reconcile.ts'
import type { Difference } from '../../physical/equality.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import { listAcceptedTenants } from '../../postgres/catalog/tenants/accepted.ts'
import { type DriftedShape, type DriftScan, scanDrift } from '../../postgres/drift/drift.ts'
import { payFound } from '../debts/payFound.ts'
import { type DutyDependencies, problemWith } from './dutyDependencies.ts'

/** Targets repaired in one go; the next run takes the others. */
const MOST_REPAIRED = 1_000
const MOST_NAMED = 10

/** Reports all drift; what operations have left at work is taken off, what is missing is added where the settings allow it. */
export async function reconcileDrift(deps: DutyDependencies, input: DutyInput): Promise<DutyResult> {
  const { catalog, targetPools: pools, fleetRuns, signal } = deps
  const { project, dryRun, actor } = input
  const scan = () => scanDrift({ catalog, pools, project, ...(signal !== undefined && { signal }) })
  const first = await scan()
  if (first.drift.length === 0) return resultOf(0, 0, [])
  // A person took these as they are.
  const accepted = await listAcceptedTenants(catalog, project)
  const found = countOf(ofOthers(first, accepted))
  const now = dryRun ? first : await withoutLeftovers(deps, project, first, scan)
  const groups = ofOthers(now, accepted)
  const done = found - countOf(groups)
  const problems = groups.map(problemOfGroup)
  const { settings } = await requireProject(catalog, project)
  const scopes = groups.filter(({ repair }) => repair.length > 0).flatMap(({ targets }) => targets.map((t) => t.scope))
  if (dryRun || settings.auto_repair !== 'additive' || scopes.length === 0) return resultOf(found, done, problems)
  try {
    const ended = await fleetRuns.repairDrift({ project, scopes: scopes.slice(0, MOST_REPAIRED), actor })
    if (ended === null) return resultOf(found, done, problems)
    // Adding what is missing need not be all that was different: what is so still is drift.
    const again = ofOthers(await scan(), accepted)
    return resultOf(found, Math.max(0, found - countOf(again)), again.map(problemOfGroup))
  } catch (error) {
    return resultOf(found, done, [problemWith('drift repair', error), ...problems])
  }
}

/** What is so when that has been taken off, whether or not anybody had it on record. */
async function withoutLeftovers(
  deps: DutyDependencies,
  project: string,
  found: DriftScan,
  scan: () => Promise<DriftScan>,
): Promise<DriftScan> {
  const targets = found.left.map(({ target }) => target)
  if (targets.length === 0) return found
  const { cleared } = await payFound(deps, project, targets, deps.signal === undefined ? {} : { signal: deps.signal })
  return cleared === 0 ? found : await scan()
}

function ofOthers({ drift }: DriftScan, accepted: ReadonlySet<string>): readonly DriftedShape[] {
  return drift
    .map((group) => ({ ...group, targets: group.targets.filter(({ scope }) => !accepted.has(scope)) }))
    .filter(({ targets }) => targets.length > 0)
}

function countOf(groups: readonly DriftedShape[]): number {
  return groups.reduce((sum, { targets }) => sum + targets.length, 0)
}

function problemOfGroup({ targets, revision, differences }: DriftedShape): ReconcileProblem {
  const named = targets.slice(0, 3).map(({ scope }) => (scope === '' ? 'base' : scope))
  const more = targets.length > named.length ? ` and ${targets.length - named.length} more` : ''
  const told = differences.slice(0, MOST_NAMED).map(inWords)
  const rest = differences.length > told.length ? `, and ${differences.length - told.length} more differences` : ''
  const subject = `${named.join(', ')}${more} at revision ${revision}`
  return { subject, error_code: 'TARGET_DRIFTED', error: `${told.join(', ')}${rest}.` }
}

/** Why something that is missing is not added is told, as there is nothing else of it to tell, and why an undo left it so. */
function inWords({ object, kind, actual, note }: Difference): string {
  const why = kind === 'missing' && typeof actual === 'string' ? [actual.replace(/\.$/, '')] : []
  const told = [...why, ...(note === undefined ? [] : [note])]
  return `${object} is ${kind}${told.length === 0 ? '' : ` (${told.join(', ')})`}`
}
