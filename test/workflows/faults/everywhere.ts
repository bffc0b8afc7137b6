/** Tells a story once undisturbed, and with faults at each boundary that it passes, or at a few; all have to end alike. */
import pMap from 'p-map'
import { expect, test } from 'vitest'
import { drawn } from '../../faults/draw.ts'
import { type Snapshot, takeSnapshot, watchStatements } from '../../faults/snapshot.ts'
import { copyProject } from '../../whole/copyProject.ts'
import { abandonedWork, type Course, type Fault, type Kind, newCourse } from './course.ts'
import { faultsOf, nameOf, sharedOut } from './faults.ts'
import type { World } from './world.ts'

/** One project of a story, and the operation that its end is read from. */
export interface Scene {
  readonly world: World
  readonly project: string
  readonly operationId: string
}

/** One course of events. */
export interface Story {
  /** Its projects' ids begin with it. */
  readonly id: string
  readonly tenants: readonly string[]
  /** The changes before the story's own. */
  readonly before: readonly unknown[]
  /** Put into every target; `:ns` is its namespace. */
  readonly rows?: string
  /** The tenant whose DDL is refused, and from when on, as a condition of PL/pgSQL. */
  readonly refuses?: { readonly tenant: string; readonly when: string }
  /** What has happened before, without a fault. */
  readonly given?: (scene: Scene) => Promise<void>
  readonly happens: (scene: Scene) => Promise<void>
  /** What somebody does when the first try of that label begins. */
  readonly during?: { readonly label: string; readonly act: (scene: Scene) => Promise<void> }
  /** The kinds of faults, if not all that make a difference. */
  readonly kinds?: readonly Kind[]
  /** Looked at in the end, if not the tenants. */
  readonly looksAt?: readonly string[]
  /** The end of the course that nobody disturbs. */
  readonly ends: { readonly [Part in keyof Snapshot]?: unknown }
}

/** More at once would only wait for each other on two cores. */
const AT_ONCE = 8
const LIMIT_MS = 600_000

/** Of each story, where a run does not try all. */
const DRAWN = 4

/** A test of one story. */
export function tell(name: string, world: () => World, story: Story): void {
  test(name, () => hitEverywhere(world(), story), LIMIT_MS)
}

async function hitEverywhere(world: World, story: Story): Promise<void> {
  await prepare(world, story)
  const calm = await told(world, story, 'calm', [])
  const end = await endOf(world, story, 'calm')
  expect(end).toMatchObject(story.ends)
  const all = faultsOf(story.kinds, [...calm.passed.values()])
  const faults = drawn(all, { story: story.id, most: DRAWN, kindOf: ({ kind }) => kind })
  const missed = await hitAt(world, story, { round: 'a', shared: sharedOut(faults), end })
  // A fault may keep its story from coming to one behind it: those get a course of their own.
  const never = await hitAt(world, story, { round: 'b', shared: missed.map((fault) => [fault]), end })
  expect(never.map(nameOf)).toEqual([])
  const passed = calm.passed.size
  console.info(`${story.id}: ${passed} boundaries, a worker lost at ${faults.length} of ${all.length} points`)
}

/** One course for each share of the faults; returns those that did not happen. */
async function hitAt(
  world: World,
  story: Story,
  { round, shared, end }: { readonly round: string; readonly shared: readonly Fault[][]; readonly end: Snapshot },
): Promise<Fault[]> {
  const copies = shared.map((_, index) => `${round}${index}`)
  const projects = copies.map((copy) => `${story.id}-${copy}`)
  if (projects.length > 0) await copyProject({ stack: world, ...original(story) }, projects)
  const tell = (faults: readonly Fault[], index: number) => told(world, story, `${round}${index}`, faults)
  const courses = await pMap(shared, tell, { concurrency: AT_ONCE })
  const missed: Fault[] = []
  for (const [index, faults] of shared.entries()) {
    const hit = courses[index]?.hit
    const where = faults.filter(({ at }) => hit?.has(at)).map(nameOf)
    const [mine, wanted] = [await endOf(world, story, `${round}${index}`), end].map((each) => withoutTries(story, each))
    expect.soft(mine, where.join(', ')).toEqual(wanted)
    missed.push(...faults.filter(({ at }) => !hit?.has(at)))
  }
  return missed
}

function original({ id, tenants, rows = '' }: Story) {
  return { project: id, tenants, rows }
}

async function prepare(world: World, story: Story): Promise<void> {
  const { tenant = 'nobody', when = 'false' } = story.refuses ?? {}
  await world.client.createProject({ id: story.id, base: null })
  for (const mutation of story.before) await world.client.run(story.id, mutation)
  for (const session of [world.alpha, world.beta]) await watchStatements(session, tenant, when)
  await copyProject({ stack: world, ...original(story) }, [`${story.id}-calm`])
}

async function told(world: World, story: Story, copy: string, faults: readonly Fault[]): Promise<Course> {
  const project = `${story.id}-${copy}`
  const scene = { world, project, operationId: `${project}.1` }
  const { during } = story
  const course = newCourse(faults, during ? { label: during.label, act: () => during.act(scene) } : null)
  world.courses.set(project, course)
  await story.given?.(scene)
  course.isOpen = true
  const where = faults.map(nameOf).join(', ')
  await story.happens(scene).catch((cause: unknown) => {
    throw new Error(`It did not go on: ${where}`, { cause })
  })
  expect.soft(await abandonedWork(course), where).toEqual([])
  return course
}

async function endOf(world: World, { id, tenants, looksAt = tenants }: Story, copy: string): Promise<Snapshot> {
  const project = `${id}-${copy}`
  const end = await takeSnapshot(world, project, looksAt, `${project}.1`)
  // Tenants that were imported are named for their namespaces.
  return JSON.parse(JSON.stringify(end).replaceAll(project, 'PROJECT')) as Snapshot
}

/** A target at which somebody stops the operation may have been changed and undone by then, or not have been begun. */
function withoutTries({ during }: Story, end: Snapshot): Snapshot {
  const stopped = during?.label.split(' of ')[1]
  if (stopped === undefined) return end
  const { markers, statements, ...others } = end.targets[stopped] as Readonly<Record<string, unknown>>
  expect.soft([markers, statements]).toEqual([expect.any(Array), expect.any(Array)])
  return { ...end, targets: { ...end.targets, [stopped]: others } }
}
