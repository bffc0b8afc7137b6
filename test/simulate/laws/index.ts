/** All laws over a world, after a step and at the end of a story. */
import { isShadowed, type ShadowedApplication } from '../application/application.ts'
import { standingOf, type TenantApplication } from '../application/tenant.ts'
import { type CheckLaws, LAWS, type Violation, type World } from '../types.ts'
import { driftViolations } from './drift.ts'
import { isFinal, type ProjectFacts, readFacts } from './facts.ts'
import { readRows } from './foundRows.ts'
import { lostValues } from './lostValue.ts'
import { type Before, catchingUpIn, statusViolations } from './status.ts'
import { type ShowOperation, stuckViolations } from './stuck.ts'

const HOLD_MS = 7 * 86_400_000

/** How the targets of each world looked when they were last compared. */
const looks = new WeakMap<World, Before>()

/** What does not hold, in the order of the laws; the application stands still meanwhile. */
export const checkLaws: CheckLaws = async (world, application, when) => {
  const before = looks.get(world) ?? new Map()
  looks.set(world, before)
  const found = await application.whilePaused(async () => {
    const projects = await readFacts(world)
    const violations: Violation[] = []
    const show: ShowOperation = async (id) => await (await world.client.operation(id)).show()
    for (const project of projects) {
      violations.push(...(await statusViolations(project, before, catchingUpIn(world))))
      violations.push(...(await stuckViolations(show, project, when)))
      violations.push(...(await inspected(world, project)))
    }
    if (isShadowed(application)) violations.push(...(await compared(world, application, projects)))
    return violations
  })
  return [...found, ...application.violations()].sort((a, b) => LAWS.indexOf(a.law) - LAWS.indexOf(b.law))
}

/** Drift and health are asked of a project on which nothing works, and only what holds before and after counts. */
async function inspected({ client }: World, project: ProjectFacts): Promise<readonly Violation[]> {
  if (!project.quiet || project.targets.length === 0) return []
  const [drift, health] = await Promise.all([client.drift(project.id), client.health(project.id)])
  return driftViolations(project, { drift, health })
}

async function compared(
  world: World,
  application: ShadowedApplication,
  projects: readonly ProjectFacts[],
): Promise<readonly Violation[]> {
  const violations: Violation[] = []
  for (const tenant of application.tenants()) {
    const project = projects.find(({ id }) => id === tenant.place.project)
    if (project === undefined || (await isMoving(world, tenant, project))) continue
    const standing = await standingOf(world, tenant, application.known)
    if (standing === null || !standing.durable.includes(standing.at)) continue
    const { shadow, name, namespace, observer, place } = tenant
    const found = await readRows(observer, namespace)
    const holdMs = await holdOf(world, place.project)
    violations.push(...lostValues({ tenant: name, shadow, tables: standing.at.tables, found, holdMs }))
  }
  return violations
}

/** Whether the tables of a tenant may be between two schemas. */
async function isMoving(world: World, { place, view }: TenantApplication, project: ProjectFacts): Promise<boolean> {
  const target = project.targets.find((each) => each.place.tenant === place.tenant)
  // What nobody has looked at yet has nothing to lose.
  if (target === undefined || view === null) return true
  const open = target.markers.some(({ operation }) => {
    const known = project.operations.find(({ id }) => id === operation)
    return known !== undefined && !isFinal(known)
  })
  if (open || target.cause === 'accepted' || target.changed === 'unknown') return true
  return target.state !== 'active' && (await catchingUpIn(world)(target))
}

async function holdOf({ catalog }: World, project: string): Promise<number> {
  const { rows } = await catalog.query<{ hold: number | null }>(
    `select (settings ->> 'hold_before_purge_ms')::float8 as hold from schema_saga.project where id = $1`,
    [project],
  )
  return rows[0]?.hold ?? HOLD_MS
}
