/** Runs one story with the worker killed at each of its points, and compares each end with that of an undisturbed run. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pMap from 'p-map'
import { expect } from 'vitest'
import { groupedBy } from '../../src/groupedBy.ts'
import { copyProject } from '../whole/copyProject.ts'
import { createStack } from '../whole/stack.ts'
import { ORIGINAL, operationOf, projectOf, type Reached, runTogether, type Scene, type Story } from './runTogether.ts'
import { type Snapshot, takeSnapshot, watchStatements } from './snapshot.ts'
import { kill } from './workers.ts'

/** Operations whose worker is one process. What stands still is tried again and again: more would only keep each other busy. */
const TOGETHER = 15
const PROCESSES = 3
/** Of each server: what stands still keeps its place in the budget, and nobody dies before all of its operations stand. */
const SESSIONS = TOGETHER * PROCESSES

/** How many points a story has, and at how many of them the worker was killed. */
export interface Coverage {
  readonly points: number
  readonly covered: number
}

/** Kills the worker at every point; throws at the first end that differs from the undisturbed one. */
export async function killEverywhere(story: Story): Promise<Coverage> {
  const folder = await mkdtemp(join(tmpdir(), 'schema-saga-faults-'))
  const stack = await createStack()
  try {
    const scene: Scene = { story, stack, folder }
    await prepare(scene)
    const { end, names } = await undisturbed(scene)
    const numbers = names.map((_, index) => index + 1)
    await copy(scene, numbers)
    const covered = await killedAt(scene, numbers, end)
    console.info(`${story.name}: the worker was killed at ${covered} of ${numbers.length} points: ${kindsOf(names)}`)
    return { points: numbers.length, covered }
  } finally {
    await stack.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function prepare({ story, stack }: Scene): Promise<void> {
  const { tenant = 'nobody', when = 'false' } = story.refuses ?? {}
  for (const server of ['alpha', 'beta']) await stack.client.setServer({ id: server, maxSessions: SESSIONS })
  const worker = await stack.spawnWorker()
  await stack.client.createProject({ id: ORIGINAL, base: null })
  for (const mutation of story.before) await stack.client.run(ORIGINAL, mutation)
  await kill(worker)
  for (const client of [stack.alpha, stack.beta]) await watchStatements(client, tenant, when)
}

/** The course as it goes without a kill, and its points. */
async function undisturbed(scene: Scene): Promise<{ end: Snapshot; names: string[] }> {
  const { ends, name } = scene.story
  await copy(scene, [0])
  const passed = await runTogether(scene, new Map([[0, null]]))
  const end = await snapshotOf(scene, 0)
  expect(end.operation, name).toMatchObject(ends)
  return { end, names: (passed.get(operationOf(0)) ?? []).map((point) => point.name) }
}

/** Some operations at a time; returns how many came to their points. */
async function killedAt(scene: Scene, numbers: readonly number[], end: Snapshot): Promise<number> {
  const batches = numbers
    .filter((_, index) => index % TOGETHER === 0)
    .map((first) => numbers.slice(first - 1, first - 1 + TOGETHER))
  // One after the other: they share the sessions of the stack.
  let looking = Promise.resolve()
  const begun: Promise<number>[] = []
  const killed = async (batch: readonly number[]): Promise<number> => {
    const reached = await runTogether(scene, new Map(batch.map((number) => [number, number])))
    looking = looking.then(() => compare(scene, batch, reached, end))
    await looking
    return [...reached.values()].filter((points) => points.at(-1)?.number !== 0).length
  }
  const begin = (batch: readonly number[]): Promise<number> => {
    const running = killed(batch)
    begun.push(running)
    return running
  }
  try {
    const covered = await pMap(batches, begin, { concurrency: PROCESSES })
    return covered.reduce((sum, count) => sum + count, 0)
  } finally {
    // After a failure the others go on until their ends: the stack is theirs, too.
    await Promise.allSettled(begun)
  }
}

async function compare(scene: Scene, batch: readonly number[], reached: Reached, end: Snapshot): Promise<void> {
  for (const number of batch) {
    const at = reached.get(operationOf(number))?.at(-1)?.name ?? 'nowhere'
    expect(await snapshotOf(scene, number), `${scene.story.name}, killed at point ${number}: ${at}`).toEqual(end)
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

function kindsOf(names: readonly string[]): string {
  return [...groupedBy(names, (name) => name)].map(([name, each]) => `${name} ${each.length}`).join(', ')
}
