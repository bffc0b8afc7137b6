/** Tells a story once undisturbed, and once with a fault at each boundary that it passes, or at a few; all have to end alike. */
import pMap from 'p-map'
import { expect, test } from 'vitest'
import { drawn } from '../../faults/draw.ts'
import { type Snapshot, takeSnapshot, watchStatements } from '../../faults/snapshot.ts'
import { copyProject } from '../../whole/copyProject.ts'
import { abandonedWork, type Course, type Fault, type Kind, newCourse, type Passed } from './boundaries.ts'
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
  const calm = await told(world, story, 'calm', null)
  const end = await endOf(world, story, 'calm')
  expect(end).toMatchObject(story.ends)
  const all = faultsOf(story, calm.passed)
  const faults = drawn(all, { story: story.id, most: DRAWN, kindOf: ({ kind }) => kind })
  const copies = faults.map((_, index) => `${index}`)
  await copyProject(
    { stack: world, ...original(story) },
    copies.map((copy) => `${story.id}-${copy}`),
  )
  const courses = await pMap(faults, (fault, index) => told(world, story, `${index}`, fault), { concurrency: AT_ONCE })
  for (const [index, course] of courses.entries()) {
    const where = `${course.fault?.kind} ${course.fault?.at}`
    expect.soft(course.isHit, where).toBe(true)
    expect.soft(await abandonedWork(course), where).toBeNull()
    expect.soft(await endOf(world, story, `${index}`), where).toEqual(end)
  }
  console.info(
    `${story.id}: ${calm.passed.length} boundaries, a worker lost at ${faults.length} of ${all.length} points`,
  )
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

async function told(world: World, story: Story, copy: string, fault: Fault | null): Promise<Course> {
  const project = `${story.id}-${copy}`
  const scene = { world, project, operationId: `${project}.1` }
  const { during } = story
  const course = newCourse(fault, during ? { label: during.label, act: () => during.act(scene) } : null)
  world.courses.set(project, course)
  await story.given?.(scene)
  course.isOpen = true
  await story.happens(scene).catch((cause: unknown) => {
    throw new Error(`It did not go on: ${fault?.kind} ${fault?.at}`, { cause })
  })
  await abandonedWork(course)
  return course
}

async function endOf(world: World, { id, tenants, looksAt = tenants }: Story, copy: string): Promise<Snapshot> {
  const project = `${id}-${copy}`
  const end = await takeSnapshot(world, project, looksAt, `${project}.1`)
  // Tenants that were imported are named for their namespaces.
  return JSON.parse(JSON.stringify(end).replaceAll(project, 'PROJECT')) as Snapshot
}

/** Work on targets, whose tries may meet there. */
const ON_TARGETS = /^(applyTo|compensate|sweep|settle|accept|provision)/
/** Nothing is left of a late try that only reads. */
const READS = /^(read|count)/

/**
 * The kinds of faults that make a difference at each boundary. A worker that is lost before a local activity is lost
 * behind the one in front of it; that such an activity may fail before its effect is told by the stories that ask for it.
 */
function faultsOf({ kinds }: Story, passed: readonly Passed[]): Fault[] {
  return passed.flatMap(({ at, activity, isLocal }) => {
    const usual: Kind[] = isLocal ? ['task'] : ['before', 'after']
    if (!READS.test(activity)) usual.push('late')
    if (ON_TARGETS.test(activity)) usual.push('beside')
    return (kinds ?? usual).filter((kind) => usual.includes(kind) || isOfAll(kind)).map((kind) => ({ kind, at }))
  })
}

/** Any try can fail, before its effect and after it. */
function isOfAll(kind: Kind): boolean {
  return kind === 'before' || kind === 'after'
}
