/** Runs one story with the worker killed at each of its points, and compares each end with that of an undisturbed run. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pMap from 'p-map'
import { expect } from 'vitest'
import { copyProject } from '../whole/copyProject.ts'
import { createStack } from '../whole/stack.ts'
import { countKinds, coverageOf, type StoryCoverage } from './coverage.ts'
import {
  ORIGINAL,
  operationOf,
  projectOf,
  runHere,
  runTogether,
  runUndisturbed,
  type Scene,
  type Story,
} from './runTogether.ts'
import { type Snapshot, takeSnapshot, watchStatements } from './snapshot.ts'
import type { Point } from './worker/faultPlan.ts'

/** Operations whose worker is one process. What stands still is tried again and again: more would only keep each other busy. */
const TOGETHER = 10
const PROCESSES = 2
/** Of one operation, each at a later point: beginning another one costs more than that. */
const DEATHS = 6
/** Where there are few points, so that some are come to side by side. */
const FEWEST = 4
/** Of each server: what stands still keeps its place in the budget, and nobody dies before all of its operations stand. */
const SESSIONS = TOGETHER * PROCESSES

/**
 * Plays the story once undisturbed, and again until a worker was killed at each chosen point. `choose` is told the points
 * of the story in their order. Throws at the first end that differs from the undisturbed one.
 */
export async function killEverywhere(
  story: Story,
  choose: (course: readonly Point[]) => readonly Point[],
): Promise<StoryCoverage> {
  const folder = await mkdtemp(join(tmpdir(), 'schema-saga-faults-'))
  const stack = await createStack()
  try {
    const scene: Scene = { story, stack, folder }
    await prepare(scene)
    const { end, course } = await undisturbed(scene)
    return coverageOf(countKinds(course), await killedAt(scene, choose(course), end))
  } finally {
    await stack.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function prepare(scene: Scene): Promise<void> {
  const { story, stack } = scene
  const { tenant = 'nobody', when = 'false' } = story.refuses ?? {}
  for (const server of ['alpha', 'beta']) await stack.client.setServer({ id: server, maxSessions: SESSIONS })
  const worker = await runHere(scene, stack.env)
  await stack.client.createProject({ id: ORIGINAL, base: null })
  for (const mutation of story.before) await stack.client.run(ORIGINAL, mutation)
  await worker.stop()
  for (const client of [stack.alpha, stack.beta]) await watchStatements(client, tenant, when)
}

/** The end as it comes without a kill, and the points on the way. */
async function undisturbed(scene: Scene): Promise<{ end: Snapshot; course: readonly Point[] }> {
  const { ends, name } = scene.story
  await copy(scene, [0])
  const course = await runUndisturbed(scene, 0)
  const end = await snapshotOf(scene, 0)
  expect(end.operation, name).toMatchObject(ends)
  return { end, course }
}

/** Some operations at a time; returns the points at which a worker was killed. */
async function killedAt(scene: Scene, points: readonly Point[], end: Snapshot): Promise<Point[]> {
  const groups = groupsOf(points)
  await copy(
    scene,
    groups.flatMap(({ copies }) => copies),
  )
  // One after the other: they share the sessions of the stack.
  let looking = Promise.resolve()
  const begun: Promise<Point[]>[] = []
  const killed = async ({ copies, course }: Group): Promise<Point[]> => {
    const deaths = await runTogether(scene, copies, course)
    looking = looking.then(() => compare(scene, copies, deaths, end))
    await looking
    return [...deaths.values()].flat()
  }
  const begin = (group: Group): Promise<Point[]> => {
    const running = killed(group)
    begun.push(running)
    return running
  }
  try {
    return (await pMap(groups, begin, { concurrency: PROCESSES })).flat()
  } finally {
    // After a failure the others go on until their ends: the stack is theirs, too.
    await Promise.allSettled(begun)
  }
}

/** Operations that share a worker, and the points at which it dies, in their order. */
interface Group {
  readonly copies: readonly number[]
  readonly course: readonly Point[]
}

/** Each group has points of the whole course, with as few operations as its deaths allow. Copy 0 is the undisturbed one. */
function groupsOf(points: readonly Point[]): Group[] {
  const count = Math.ceil(points.length / (TOGETHER * DEATHS))
  return Array.from({ length: count }, (_, group) => {
    const course = points.filter((_, index) => index % count === group)
    const operations = Math.max(Math.ceil(course.length / DEATHS), Math.min(course.length, FEWEST))
    return { copies: Array.from({ length: operations }, (_, index) => 1 + group * TOGETHER + index), course }
  })
}

async function compare(
  scene: Scene,
  copies: readonly number[],
  deaths: ReadonlyMap<string, readonly Point[]>,
  end: Snapshot,
): Promise<void> {
  for (const copy of copies) {
    const points = deaths.get(operationOf(copy)) ?? []
    const at = points.map(({ kind, nth }) => `${kind} ${nth}`).join(', ') || 'nowhere'
    expect(await snapshotOf(scene, copy), `${scene.story.name}, killed at ${at}`).toEqual(end)
  }
}

function copy(scene: Scene, copies: readonly number[]): Promise<void> {
  const { stack, story } = scene
  const { tenants, rows = '' } = story
  return copyProject({ stack, project: ORIGINAL, tenants, rows }, copies.map(projectOf))
}

function snapshotOf(scene: Scene, copy: number): Promise<Snapshot> {
  const { stack, story } = scene
  return takeSnapshot(stack, projectOf(copy), story.tenants, operationOf(copy))
}
