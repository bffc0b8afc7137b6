/** All laws over a world, after a step and at the end of a story. */
import { isShadowed, type ShadowedApplication } from '../application/application.ts'
import { randomOf } from '../application/random.ts'
import { standingOf, type TenantApplication } from '../application/tenant.ts'
import { bringTo } from '../application/transitions.ts'
import { checkSqlLaws } from '../sql/laws.ts'
import { isOfSql } from '../sql/plan.ts'
import { type CheckLaws, LAWS, type Violation, type World } from '../types.ts'
import { whileDifferent } from './byHand.ts'
import { driftViolations } from './drift.ts'
import { isFinal, isStill, type OperationFact, type ProjectFacts, readFacts, readProject } from './facts.ts'
import { readRows } from './foundRows.ts'
import { lostValues } from './lostValue.ts'
import { type Before, catchingUpIn, statusViolations } from './status.ts'
import { type ShowOperation, stuckViolations } from './stuck.ts'

const HOLD_MS = 7 * 86_400_000

/** How often drift is asked of a project once more, with a difference that was made by hand. */
const BY_HAND = 0.4

/** How the targets of each world looked when they were last compared, and of which facts drift was asked, by project. */
interface Memory {
  readonly looks: Before
  readonly inspected: Map<string, string>
}

const memories = new WeakMap<World, Memory>()

/** What does not hold, in the order of the laws; the application stands still meanwhile. */
export const checkLaws: CheckLaws = async (world, application, when) => {
  if (isOfSql(world.plan)) return await checkSqlLaws(world, application, when)
  const memory = memories.get(world) ?? { looks: new Map(), inspected: new Map() }
  memories.set(world, memory)
  const found = await application.whilePaused(async () => {
    const projects = await readFacts(world)
    const violations: Violation[] = []
    const show: ShowOperation = async (id) => await (await world.client.operation(id)).show()
    for (const project of projects) {
      violations.push(...(await statusViolations(project, memory.looks, catchingUpIn(world))))
      violations.push(...(await stuckViolations(show, project, when)))
      // Each look is two workflows: they are asked once about the same facts.
      const facts = JSON.stringify(project)
      if (memory.inspected.get(project.id) !== facts) violations.push(...(await inspected(world, project)))
      memory.inspected.set(project.id, facts)
    }
    if (isShadowed(application)) violations.push(...(await compared(world, application, projects)))
    return violations
  })
  return [...found, ...application.violations()].sort((a, b) => LAWS.indexOf(a.law) - LAWS.indexOf(b.law))
}

/** Drift and health are asked of a project on which nothing works, as it is, and often with a difference made by hand. */
async function inspected(world: World, project: ProjectFacts): Promise<readonly Violation[]> {
  if (!project.quiet || project.targets.length === 0) return []
  const found = [...(await inspectedAsIs(world, project))]
  const random = randomOf(`${world.taskQueue} ${project.id} ${project.operations.length} ${project.revision}`)
  const target = random.pick(project.targets)
  if (target === undefined || !random.happens(BY_HAND)) return found
  await whileDifferent(world, target, random, async (kind) => {
    const now = await readProject(world, project.id)
    // An operation that begins meanwhile makes the question moot.
    const asked = now.quiet ? await inspectedAsIs(world, now) : []
    found.push(...asked.map((each) => ({ ...each, kind: `${each.kind}-${kind}` })))
  })
  return found
}

async function inspectedAsIs({ client, catalog }: World, project: ProjectFacts): Promise<readonly Violation[]> {
  const [drift, health] = await Promise.all([client.drift(project.id), client.health(project.id)])
  return (await isStill(catalog, project)) ? driftViolations(project, { drift, health }) : []
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
    const { shadow, knowledge, name, namespace, observer, place } = tenant
    // What was written to a schema that never came must be somewhere as well.
    bringTo(shadow, [standing.at], knowledge)
    const found = await readRows(observer, namespace)
    const holdMs = await holdOf(world, place.project)
    // An operation that has begun meanwhile may be half-way through the rows that were read.
    if (!(await isStill(world.catalog, project)) || project.operations.some(isMovingTargets)) continue
    violations.push(...lostValues({ tenant: name, shadow, tables: standing.at.tables, found, holdMs }))
  }
  return violations
}

function isMovingTargets({ status, turn }: OperationFact): boolean {
  return turn === 'holding' && (status === 'applying' || status === 'compensating')
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
