/** Drift of a whole fleet: targets that do not look as their own revision says, grouped by how they look. Reads only. */
import type pg from 'pg'
import { groupedBy } from '../../groupedBy.ts'
import { hashOf } from '../../hash.ts'
import type { Change } from '../../physical/changes/index.ts'
import type { Difference } from '../../physical/equality.ts'
import { likePatterns } from '../../physical/ignored.ts'
import { unlistedDifference } from '../adoption/unlisted.ts'
import { type Project, requireProject } from '../catalog/projects/projects.ts'
import { type FleetTarget, listFleet, readRevisions, requireTenant } from '../catalog/projects/targets.ts'
import { differenceOf, type LeftOnTarget } from '../leftovers/leftover.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { whereOf } from '../sessions/servers.ts'
import { compareTargets } from './comparison.ts'
import { doubtsOf } from './doubts.ts'
import { type Finding, standingOf, unreachable } from './finding.ts'
import { readFleetShapes, type SeenTarget } from './fleetShapes.ts'
import { compareRecords } from './recordComparison.ts'
import type { ShapesScope } from './shapes.ts'

/** What to look at. */
export interface DriftQuestion {
  readonly catalog: pg.Pool
  readonly pools: TargetPools
  readonly project: string
  /** Only this one; the base and all tenants otherwise. */
  readonly tenant?: string
  readonly signal?: AbortSignal
}

/** Targets that differ in the same way from the same revision. */
export interface DriftedShape {
  readonly shape: string
  readonly revision: number
  readonly targets: readonly FleetTarget[]
  readonly differences: readonly Difference[]
  /** What could be added without touching anything that is there. */
  readonly repair: readonly Change[]
  /** The revision that they plainly have instead, by the rule of preflight and of a tenant that comes back. */
  readonly looksLike?: number
}

/** `checked` is `matching` and all targets in `drift`; those an operation works on are not judged. */
export interface DriftScan {
  readonly checked: number
  readonly matching: number
  readonly inFlight: number
  readonly drift: readonly DriftedShape[]
  /** Part of the drift: what operations have left at work. */
  readonly left: readonly LeftOnTarget<FleetTarget>[]
}

/**
 * Looks at the base and all tenants that are not being made or removed. Targets are sent one query per database and one
 * per distinct shape. Errors: `PROJECT_NOT_FOUND`, `TENANT_NOT_FOUND`.
 */
export async function scanDrift(question: DriftQuestion): Promise<DriftScan> {
  const { catalog, pools, project, tenant, signal } = question
  const known = await requireProject(catalog, project)
  const { settings, kind } = known
  if (tenant !== undefined) await requireTenant(catalog, project, tenant)
  const fleet = await listFleet(catalog, project, tenant === undefined ? undefined : [tenant])
  const still = fleet.filter((target) => !target.inFlight)
  // Of tables of SQL its record tells.
  const scope: ShapesScope = kind === 'sql' ? { tables: [] } : { ignored: likePatterns(settings.ignore) }
  const { seen, lost } = await readFleetShapes(pools, still, scope, signal)
  const judged = [
    ...lost.map(({ target, error }) => ({
      target,
      finding: unreachable(error.message.replace(`${whereOf(target)} `, '')),
    })),
    ...(await judge(question, seen, known)),
  ]
  const drifted = judged.flatMap(({ target, finding }) => (finding === null ? [] : [{ target, finding }]))
  const moved = await movedMeanwhile(
    catalog,
    project,
    drifted.map(({ target }) => target),
  )
  const kept = drifted.filter(({ target }) => !moved.has(target.scope))
  return {
    checked: still.length - moved.size,
    matching: judged.length - drifted.length,
    inFlight: fleet.length - still.length + moved.size,
    drift: shapesOf(kept),
    left: seen.filter(({ target, left }) => left.length > 0 && !moved.has(target.scope)),
  }
}

/** The scopes of targets that an operation has taken up, or that came to another revision, while they were looked at. */
export async function movedMeanwhile(
  catalog: pg.Pool,
  project: string,
  targets: readonly FleetTarget[],
): Promise<ReadonlySet<string>> {
  if (targets.length === 0) return new Set()
  const now = new Map(
    (
      await listFleet(
        catalog,
        project,
        targets.map(({ scope }) => scope),
      )
    ).map((each) => [each.scope, each]),
  )
  const moved = targets.filter((target) => hashOf(now.get(target.scope) ?? null) !== hashOf(target))
  return new Set(moved.map(({ scope }) => scope))
}

async function judge(
  { catalog, pools, project, signal }: DriftQuestion,
  seen: readonly SeenTarget<FleetTarget>[],
  known: Project,
): Promise<readonly { target: FleetTarget; finding: Finding | null }[]> {
  const schemas = await readRevisions(catalog, project, [...new Set(seen.map(({ target }) => target.revision))])
  const standing = seen.map((each) => ({ each, finding: standingOf(each, project, schemas) }))
  const comparable = standing.filter(({ finding }) => finding === null).map(({ each }) => each)
  const access = { catalog, pools, ...(signal !== undefined && { signal }) }
  const { ignore } = known.settings
  const targets = comparable.map(({ target }) => target)
  const compared =
    known.kind === 'sql'
      ? await compareRecords({ ...access, project: known }, targets)
      : await compareTargets({ ...access, project, schemas, ignore }, comparable)
  const doubts = await doubtsOf(catalog, known, comparable)
  return standing.map(({ each, finding }) => ({
    target: each.target,
    finding: withLeft(finding ?? compared.get(each.target.scope) ?? null, [
      ...each.left.map(differenceOf),
      ...each.unlisted.map(unlistedDifference),
      ...(doubts.get(each.target.scope) ?? []),
    ]),
  }))
}

/** What was left there, and what nobody can know, is a difference too; no repair takes it off. */
function withLeft(finding: Finding | null, left: readonly Difference[]): Finding | null {
  if (left.length === 0) return finding
  const shape = hashOf({ shape: finding?.shape ?? null, left }).slice(0, 32)
  return { repair: [], ...finding, shape, differences: [...(finding?.differences ?? []), ...left] }
}

/** The largest groups first. */
function shapesOf(found: readonly { target: FleetTarget; finding: Finding }[]): readonly DriftedShape[] {
  const groups = groupedBy(found, ({ target, finding }) => `${target.revision} ${finding.shape}`)
  return [...groups.values()]
    .map((members) => ({
      ...members[0].finding,
      revision: members[0].target.revision,
      targets: members.map(({ target }) => target),
    }))
    .sort((a, b) => b.targets.length - a.targets.length)
}
