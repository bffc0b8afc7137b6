/** Runs one story with the worker killed at each of its points, and compares each end with that of an undisturbed run. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pMap from 'p-map'
import { expect } from 'vitest'
import { groupedBy } from '../../src/groupedBy.ts'
import { copyProject } from '../whole/copyProject.ts'
import { createStack } from '../whole/stack.ts'
import { countKinds, coverageOf, type Kinds, type StoryCoverage } from './coverage.ts'
import {
  ORIGINAL,
  operationOf,
  projectOf,
  type Reached,
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
/** Of each server: what stands still keeps its place in the budget, and nobody dies before all of its operations stand. */
const SESSIONS = TOGETHER * PROCESSES

/**
 * Plays the story once undisturbed, and once for each chosen point with the worker killed there. `choose` is told how many
 * points there are of each kind. Throws at the first end that differs from the undisturbed one.
 */
export async function killEverywhere(story: Story, choose: (kinds: Kinds) => readonly Point[]): Promise<StoryCoverage> {
  const folder = await mkdtemp(join(tmpdir(), 'schema-saga-faults-'))
  const stack = await createStack()
  try {
    const scene: Scene = { story, stack, folder }
    await prepare(scene)
    const { end, kinds } = await undisturbed(scene)
    const points = choose(kinds)
    await copy(scene, [...points.keys()].map(copyOf))
    return coverageOf(kinds, await killedAt(scene, points, end))
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

/** The course as it goes without a kill, and its points. */
async function undisturbed(scene: Scene): Promise<{ end: Snapshot; kinds: Kinds }> {
  const { ends, name } = scene.story
  await copy(scene, [0])
  const points = await runUndisturbed(scene, 0)
  const end = await snapshotOf(scene, 0)
  expect(end.operation, name).toMatchObject(ends)
  return { end, kinds: countKinds(points) }
}

/** The copy in which the worker is killed at the point of that index; 0 is the undisturbed one. */
function copyOf(index: number): number {
  return index + 1
}

/** Some operations at a time; returns the points to which one came. */
async function killedAt(scene: Scene, points: readonly Point[], end: Snapshot): Promise<Point[]> {
  const batches = groupedBy([...points.entries()], ([index]) => Math.floor(index / TOGETHER))
  // One after the other: they share the sessions of the stack.
  let looking = Promise.resolve()
  const begun: Promise<Point[]>[] = []
  const killed = async (batch: readonly (readonly [number, Point])[]): Promise<Point[]> => {
    const copies = new Map(batch.map(([index, point]) => [copyOf(index), point]))
    const reached = await runTogether(scene, copies)
    looking = looking.then(() => compare(scene, copies, reached, end))
    await looking
    return [...copies].filter(([copy]) => came(reached, copy)).map(([, point]) => point)
  }
  const begin = (batch: readonly (readonly [number, Point])[]): Promise<Point[]> => {
    const running = killed(batch)
    begun.push(running)
    return running
  }
  try {
    return (await pMap(batches.values(), begin, { concurrency: PROCESSES })).flat()
  } finally {
    // After a failure the others go on until their ends: the stack is theirs, too.
    await Promise.allSettled(begun)
  }
}

function came(reached: Reached, copy: number): boolean {
  return reached.get(operationOf(copy))?.at(-1)?.nth !== 0
}

async function compare(
  scene: Scene,
  copies: ReadonlyMap<number, Point>,
  reached: Reached,
  end: Snapshot,
): Promise<void> {
  for (const [copy, { kind, nth }] of copies) {
    const at = came(reached, copy) ? `${kind} ${nth}` : 'nowhere'
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
