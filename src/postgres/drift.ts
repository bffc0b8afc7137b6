/** Drift of a whole fleet: targets that do not look as their own revision says, grouped by how they look. Reads only. */
import type pg from 'pg'
import { groupedBy } from '../groupedBy.ts'
import type { LogicalSchema } from '../logical/schema.ts'
import { additiveRepair } from '../physical/additiveRepair.ts'
import type { Change } from '../physical/changes/index.ts'
import { allDifferences, type Difference } from '../physical/equality.ts'
import { hashOf } from '../physical/hash.ts'
import { likePatterns, withoutIgnored } from '../physical/ignored.ts'
import type { Past } from '../physical/past.ts'
import { projectSchema } from '../physical/project.ts'
import type { PhysicalSchema } from '../physical/schema.ts'
import { type FleetTarget, listFleet, readRevisions, requireTenant } from './catalog/fleet.ts'
import { readPast } from './catalog/history.ts'
import { requireProject } from './catalog/projects.ts'
import { type Finding, standingOf, unreachable } from './driftFinding.ts'
import { introspectShapes, readFleetShapes, type SeenTarget } from './fleetShapes.ts'
import type { TargetPools } from './pools.ts'
import { whereOf } from './servers.ts'

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
}

/** `checked` is `matching` and all targets in `drift`; those an operation works on are not judged. */
export interface DriftScan {
  readonly checked: number
  readonly matching: number
  readonly inFlight: number
  readonly drift: readonly DriftedShape[]
}

/**
 * Looks at the base and all tenants that are not being made or removed. Targets are sent one query per database and one
 * per distinct shape. Errors: `PROJECT_NOT_FOUND`, `TENANT_NOT_FOUND`.
 */
export async function scanDrift(question: DriftQuestion): Promise<DriftScan> {
  const { catalog, pools, project, tenant, signal } = question
  const { settings } = await requireProject(catalog, project)
  if (tenant !== undefined) await requireTenant(catalog, project, tenant)
  const fleet = await listFleet(catalog, project, tenant === undefined ? undefined : [tenant])
  const still = fleet.filter((target) => !target.inFlight)
  const { seen, lost } = await readFleetShapes(pools, still, { ignored: likePatterns(settings.ignore) }, signal)
  const judged = [
    ...lost.map(({ target, error }) => ({
      target,
      finding: unreachable(error.message.replace(`${whereOf(target)} `, '')),
    })),
    ...(await judge(question, seen, settings.ignore)),
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
  ignore: readonly string[],
): Promise<readonly { target: FleetTarget; finding: Finding | null }[]> {
  const schemas = await readRevisions(catalog, project, [...new Set(seen.map(({ target }) => target.revision))])
  const standing = seen.map((each) => ({ each, finding: standingOf(each, project, schemas) }))
  const comparable = standing.filter(({ finding }) => finding === null).map(({ each }) => each)
  const told = await introspectShapes(pools, comparable, undefined, signal)
  const known = new Map<string, Finding | null>()
  const pasts = await pastsOf(catalog, project, schemas, comparable, told)
  const compared = ({ target, shape }: SeenTarget<FleetTarget>): Finding | null => {
    const key = `${target.schemaHash} ${shape.shape}`
    const schema = schemas.get(target.schemaHash)
    const actual = told.get(shape.shape)
    if (schema === undefined || actual === undefined) return unreachable('it could not be read a second time.')
    if (!known.has(key)) {
      const sides = [projectSchema(schema), actual].map((each) => withoutIgnored(each, ignore))
      const [expected = actual, present = actual] = sides
      const found = allDifferences(expected, present)
      known.set(
        key,
        found.length === 0
          ? null
          : {
              shape: shape.shape,
              differences: found,
              repair: additiveRepair(expected, present, pasts.get(target.schemaHash)),
            },
      )
    }
    return known.get(key) ?? null
  }
  return standing.map(({ each, finding }) => ({
    target: each.target,
    finding: withLeftovers(finding ?? compared(each), each.left),
  }))
}

/** What an operation left at work is a difference too; settling that operation takes it off, and no repair. */
function withLeftovers(finding: Finding | null, left: readonly Difference[]): Finding | null {
  if (left.length === 0) return finding
  const shape = hashOf({ shape: finding?.shape ?? null, left }).slice(0, 32)
  return { shape, differences: [...(finding?.differences ?? []), ...left], repair: finding?.repair ?? [] }
}

/** By the hash of a revision with targets that differ from it: most fleets have none, and their history may be long. */
async function pastsOf(
  catalog: pg.Pool,
  project: string,
  schemas: ReadonlyMap<string, LogicalSchema>,
  seen: readonly SeenTarget<FleetTarget>[],
  told: ReadonlyMap<string, PhysicalSchema>,
): Promise<ReadonlyMap<string, Past>> {
  const pasts = new Map<string, Past>()
  for (const [hash, alike] of groupedBy(seen, ({ target }) => target.schemaHash)) {
    const schema = schemas.get(hash)
    if (schema === undefined) continue
    const expected = projectSchema(schema)
    const differs = [...new Set(alike.map(({ shape }) => shape.shape))].some((shape) => {
      const actual = told.get(shape)
      return actual !== undefined && additiveRepair(expected, actual).length > 0
    })
    if (differs) pasts.set(hash, await readPast(catalog, project, schema))
  }
  return pasts
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
