/** The laws over a world of SQL. */
import { randomOf } from '../application/random.ts'
import { whileDifferent } from '../laws/byHand.ts'
import { driftViolations } from '../laws/drift.ts'
import { isFinal, isStill, type ProjectFacts, readFacts, readProject } from '../laws/facts.ts'
import { differencesOf } from '../laws/reference.ts'
import { type Before, catchingUpIn, statusViolations } from '../laws/status.ts'
import { type ShowOperation, stuckViolations } from '../laws/stuck.ts'
import { type CheckLaws, LAWS, type Violation, type World } from '../types.ts'
import { isSqlApplication } from './application.ts'
import { lostSqlValues, rememberDurable } from './lostValue.ts'
import { marksViolations } from './marks.ts'
import { notesOf } from './notes.ts'

/** How often drift is asked of a project once more, with a difference that was made by hand. */
const BY_HAND = 0.3

interface Memory {
  readonly looks: Before
  /** What the base looked like at each revision, by its hash, when nothing was at work. */
  readonly references: Map<string, readonly string[]>
  readonly inspected: Map<string, string>
}

const memories = new WeakMap<World, Memory>()

/** What does not hold; the application stands still meanwhile. */
export const checkSqlLaws: CheckLaws = async (world, application, when) => {
  const memory = memories.get(world) ?? { looks: new Map(), references: new Map(), inspected: new Map() }
  memories.set(world, memory)
  const found = await application.whilePaused(async () => {
    const violations: Violation[] = []
    const show: ShowOperation = async (id) => await (await world.client.operation(id)).show()
    for (const read of await readFacts(world)) {
      const project = compared(memory, read)
      violations.push(...(await statusViolations(project, memory.looks, catchingUpIn(world))))
      violations.push(...(await stuckViolations(show, project, when)))
      violations.push(...noteViolations(world, memory, project))
      const facts = JSON.stringify(project)
      if (memory.inspected.get(project.id) !== facts) violations.push(...(await inspected(world, memory, project)))
      memory.inspected.set(project.id, facts)
      if (!isSqlApplication(application)) continue
      const at = await atRest(world, project, application.sqlTenants())
      const lost: Violation[] = []
      for (const { tenant, target } of at) {
        lost.push(
          ...(await lostSqlValues(world, project, tenant)),
          ...(await marksViolations(world, project, tenant, target)),
        )
        if (project.quiet && target.state === 'active') await rememberDurable(tenant)
      }
      if (await isStill(world.catalog, project)) violations.push(...lost)
    }
    return violations
  })
  return [...found, ...application.violations()].sort((a, b) => LAWS.indexOf(a.law) - LAWS.indexOf(b.law))
}

/** Every target has to look as the base did at its revision. */
function compared({ references }: Memory, project: ProjectFacts): ProjectFacts {
  const base = project.targets.find(({ place }) => place.tenant === '')
  const hash = base?.registered?.hash ?? ''
  if (project.quiet && base !== undefined && hash === project.hash && !references.has(hash)) {
    references.set(hash, base.dump)
  }
  const targets = project.targets.map((target) => {
    const reference = references.get(target.registered?.hash ?? '')
    return { ...target, differences: reference === undefined ? [] : differencesOf(reference, target.dump) }
  })
  return { ...project, targets }
}

/** What the steps know of their operations. */
function noteViolations(world: World, { references }: Memory, project: ProjectFacts): readonly Violation[] {
  const hashes = [...project.revisions]
  return [...notesOf(world)].flatMap(([id, note]): readonly Violation[] => {
    const operation = project.operations.find((each) => each.id === id)
    if (operation?.status !== 'committed') return []
    if (note.wrong) return [violation('wrong-way-back', `${id} is committed, although its way back does not lead back`)]
    const at = hashes.findIndex(([, revision]) => revision.operation === id)
    const [before, after] = [at - 1, at].map((place) => references.get(hashes[place]?.[0] ?? ''))
    const same = before !== undefined && after !== undefined && before.join('\n') === after.join('\n')
    return same && note.reshapes
      ? [violation('without-effect', `${id} is committed, and its base looks as before`)]
      : []
  })
}

/** Drift is asked as it is, and often with a difference made by hand. */
async function inspected(world: World, memory: Memory, project: ProjectFacts): Promise<readonly Violation[]> {
  if (!project.quiet || project.targets.length === 0) return []
  const found = [...(await inspectedAsIs(world, project))]
  const random = randomOf(`${world.taskQueue} ${project.id} ${project.operations.length} ${project.revision}`)
  const target = random.pick(project.targets)
  if (target === undefined || !random.happens(BY_HAND)) return found
  await whileDifferent(world, target, random, async (kind) => {
    const now = compared(memory, await readProject(world, project.id))
    const asked = now.quiet ? await inspectedAsIs(world, now) : []
    found.push(...asked.map((each) => ({ ...each, kind: `${each.kind}-${kind}` })))
  })
  return found
}

async function inspectedAsIs({ client, catalog }: World, project: ProjectFacts): Promise<readonly Violation[]> {
  const drift = await client.drift(project.id)
  if (!(await isStill(catalog, project))) return []
  // Health is about models, and drift names objects of SQL in words of its own.
  const health = { in_flight: 0, groups: [] } as unknown as Parameters<typeof driftViolations>[1]['health']
  return driftViolations(project, { drift, health }).filter(({ kind }) => kind === 'unseen' || kind === 'made-up')
}

type Tenants = ReturnType<import('./application.ts').SqlApplication['sqlTenants']>

/** Those that nothing is changing. */
async function atRest(world: World, project: ProjectFacts, tenants: Tenants) {
  const resting: { tenant: Tenants[number]; target: ProjectFacts['targets'][number] }[] = []
  for (const tenant of tenants) {
    const target = project.targets.find(({ place }) => place.tenant === tenant.place.tenant)
    if (target === undefined || tenant.place.project !== project.id) continue
    const open = target.markers.some(({ operation }) => {
      const known = project.operations.find(({ id }) => id === operation)
      return known !== undefined && !isFinal(known)
    })
    if (open || target.cause === 'accepted' || target.changed === 'unknown') continue
    if (target.state !== 'active' && (await catchingUpIn(world)(target))) continue
    resting.push({ tenant, target })
  }
  return resting
}

function violation(kind: string, detail: string): Violation {
  return { law: 'status', kind, detail }
}
