/** The health of a whole fleet: reports of the tables of each target, and which targets say the same. Reads only. */
import { groupedBy } from '../../groupedBy.ts'
import { hashOf } from '../../hash.ts'
import { findModel } from '../../logical/find.ts'
import { type HealthRow, type HealthTable, healthRows, healthTables, isHealthy } from '../../physical/health/health.ts'
import { requireModels } from '../catalog/projects/kind.ts'
import { requireProject } from '../catalog/projects/projects.ts'
import { type FleetTarget, listFleet, readRevisions } from '../catalog/projects/targets.ts'
import { type LeftOnTarget, type Leftover, objectOf } from '../leftovers/leftover.ts'
import { whereOf } from '../sessions/servers.ts'
import { type DriftQuestion, movedMeanwhile } from './drift.ts'
import { introspectShapes, readFleetShapes, type SeenTarget } from './fleetShapes.ts'

/** What to look at. */
export type HealthQuestion = Omit<DriftQuestion, 'tenant'> & {
  /** Names of models as they are now; all of them otherwise. */
  readonly models?: readonly string[]
}

/** Targets with equal reports. */
export interface HealthReport {
  readonly targets: readonly FleetTarget[]
  /** Why there is no report, in words. */
  readonly problem: string | null
  readonly rows: readonly HealthRow[]
  readonly healthy: boolean
}

/** Reports of all targets but those an operation works on; what is not healthy first. */
export interface HealthScan {
  readonly inFlight: number
  readonly reports: readonly HealthReport[]
  /** What operations have left at work. */
  readonly left: readonly LeftOnTarget[]
}

interface TargetReport extends Omit<HealthReport, 'targets' | 'healthy'> {
  readonly target: FleetTarget
  readonly left: readonly Leftover[]
}

/** Each target is reported by the models of its own revision. Errors: `PROJECT_NOT_FOUND`, `PROJECT_KIND`, `MODEL_NOT_FOUND`. */
export async function scanHealth(question: HealthQuestion): Promise<HealthScan> {
  const { catalog, project, models } = question
  const known = await requireProject(catalog, project)
  requireModels(known)
  const { schema } = known
  // A model keeps its id whatever it was called at the revision of a target.
  const ids = models?.map((name) => findModel(schema, name).id)
  const fleet = await listFleet(catalog, project)
  const still = fleet.filter((target) => !target.inFlight)
  const revisions = await readRevisions(catalog, project, [...new Set(still.map(({ revision }) => revision))])
  const tables = new Map([...revisions].map(([hash, each]) => [hash, healthTables(each, ids)]))
  const found = await reportTargets(question, still, tables)
  const suspects = found.filter(({ problem, rows }) => problem !== null || !rows.every(isHealthy))
  const moved = await movedMeanwhile(
    catalog,
    project,
    suspects.map(({ target }) => target),
  )
  return {
    inFlight: fleet.length - still.length + moved.size,
    reports: reportsOf(found.filter(({ target }) => !moved.has(target.scope))),
    left: found.filter(({ target, left }) => left.length > 0 && !moved.has(target.scope)),
  }
}

async function reportTargets(
  { pools, project, signal }: HealthQuestion,
  targets: readonly FleetTarget[],
  tables: ReadonlyMap<string, readonly HealthTable[]>,
): Promise<readonly TargetReport[]> {
  const names = [...new Set([...tables.values()].flat().map(({ expected }) => expected.name))]
  const { seen, lost } = await readFleetShapes(pools, targets, { tables: names }, signal)
  const there = seen.filter(({ shape }) => shape.there)
  const told = await introspectShapes(pools, there, names, signal)
  const known = new Map<string, readonly HealthRow[]>()
  const rowsOf = ({ target, shape }: SeenTarget<FleetTarget>): readonly HealthRow[] => {
    const key = `${target.schemaHash} ${shape.shape}`
    const actual = told.get(shape.shape) ?? { tables: {}, aside: {} }
    const rows = known.get(key) ?? healthRows(tables.get(target.schemaHash) ?? [], actual, project)
    known.set(key, rows)
    return rows
  }
  const problem = (each: SeenTarget<FleetTarget>): string | null => {
    if (!each.shape.there) return 'its namespace does not exist.'
    if (!told.has(each.shape.shape)) return 'it could not be read a second time.'
    return tables.has(each.target.schemaHash) ? null : 'it is at no revision of the project.'
  }
  return [
    ...lost.map(({ target, error }) => ({
      target,
      left: [],
      rows: [],
      problem: error.message.replace(`${whereOf(target)} `, ''),
    })),
    ...seen.map((each) => {
      const why = problem(each)
      const at = each.left.map(objectOf).join(', ')
      const atWork = at === '' ? null : `a finished operation has left active there: ${at}.`
      const { target, left } = each
      return { target, left, problem: why ?? atWork, rows: why === null ? rowsOf(each) : [] }
    }),
  ]
}

function reportsOf(found: readonly TargetReport[]): readonly HealthReport[] {
  // Rows are shared by targets that say the same, so that each list is hashed once.
  const hashes = new Map<readonly HealthRow[], string>()
  const keyOf = ({ problem, rows }: TargetReport): string => {
    const hash = hashes.get(rows) ?? hashOf(rows)
    hashes.set(rows, hash)
    return `${problem} ${hash}`
  }
  return [...groupedBy(found, keyOf).values()]
    .map((members) => {
      const { problem, rows } = members[0]
      const healthy = problem === null && rows.every(isHealthy)
      return { targets: members.map(({ target }) => target), problem, rows, healthy }
    })
    .sort((a, b) => Number(a.healthy) - Number(b.healthy) || b.targets.length - a.targets.length)
}
