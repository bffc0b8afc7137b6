/** Runs one story with the worker killed at each of its points, and compares each end with that of an undisturbed run. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pMap from 'p-map'
import { expect, inject } from 'vitest'
import { connectSchemaSaga } from '../../../src/client.ts'
import { readConfig } from '../../../src/config.ts'
import { type OperationOptions, operationWorkflowId } from '../../../src/contract.ts'
import { groupedBy } from '../../../src/groupedBy.ts'
import { createStack, type Stack } from '../stack.ts'
import { copyProject } from './copies.ts'
import type { FaultPlan } from './faultPlan.ts'
import { type Snapshot, takeSnapshot, watchStatements } from './snapshot.ts'
import { kill, reportedPoints, startFaultyWorker, untilKilled } from './workers.ts'

/** One course of events, on a stack of its own. */
export interface Story {
  readonly name: string
  readonly tenants: readonly string[]
  /** The changes before the story's own. */
  readonly before: readonly unknown[]
  /** Put into every target; `:ns` is its namespace. */
  readonly rows?: string
  readonly mutation: unknown
  readonly options: OperationOptions
  /** The tenant whose DDL is refused going forward, and from when on, as a condition of PL/pgSQL. */
  readonly refuses?: { readonly tenant: string; readonly when: string }
  /** Whether messages to targets are points, too. */
  readonly messages?: boolean
  /** The end of the course that nobody disturbs. */
  readonly ends: Readonly<Record<string, unknown>>
}

/** Operations whose worker is one process. */
const TOGETHER = 30
const PROCESSES = 3
/** Of each server: what stands still keeps its place in the budget, and nobody dies before all of its operations stand. */
const SESSIONS = TOGETHER * PROCESSES
const KILLED_WITHIN_MS = 300_000

/** How many points a story has, and at how many of them the worker was killed. */
export interface Coverage {
  readonly points: number
  readonly covered: number
}

/** The project that the others are copies of. */
const ORIGINAL = 'shop'

interface Scene {
  readonly story: Story
  readonly stack: Stack
  readonly folder: string
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
  const worker = await stack.startWorker()
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
  const covered = await pMap(
    batches,
    async (batch) => {
      const reached = await runTogether(scene, new Map(batch.map((number) => [number, number])))
      looking = looking.then(() => compare(scene, batch, reached, end))
      await looking
      return [...reached.values()].filter((points) => points.at(-1)?.number !== 0).length
    },
    { concurrency: PROCESSES },
  )
  return covered.reduce((sum, count) => sum + count, 0)
}

async function compare(scene: Scene, batch: readonly number[], reached: Reached, end: Snapshot): Promise<void> {
  for (const number of batch) {
    const at = reached.get(operationOf(number))?.at(-1)?.name ?? 'nowhere'
    expect(await snapshotOf(scene, number), `${scene.story.name}, killed at point ${number}: ${at}`).toEqual(end)
  }
}

type Reached = ReturnType<typeof reportedPoints>

/** Begins the operations under one worker, waits for its death, and lets another worker bring them to their ends. */
async function runTogether(scene: Scene, points: ReadonlyMap<number, number | null>): Promise<Reached> {
  const { stack, folder } = scene
  const { mutation, options, messages = false } = scene.story
  const env = { ...stack.env, SCHEMA_SAGA_TASK_QUEUE: `faults-${randomUUID()}` }
  const plan: FaultPlan = {
    points: Object.fromEntries(
      [...points].flatMap(([copy, point]) => (point === null ? [] : [[operationOf(copy), point]])),
    ),
    messages,
    signal: 'SIGKILL',
    catalogDatabase: new URL(stack.env.SCHEMA_SAGA_CATALOG_URL ?? '').pathname.slice(1),
    workflowBundlePath: inject('workflowBundlePath'),
    reportPath: join(folder, `${randomUUID()}.tsv`),
  }
  const copies = [...points.keys()]
  const client = await connectSchemaSaga({ config: readConfig(env) })
  let worker = await startFaultyWorker(env, plan)
  try {
    const submit = (copy: number) =>
      client.apply(projectOf(copy), mutation, { ...options, operationId: operationOf(copy) })
    await pMap(copies, submit, { concurrency: 8 })
    if (Object.keys(plan.points).length > 0) {
      await untilKilled(worker, plan, KILLED_WITHIN_MS)
      worker = await startFaultyWorker(env, { ...plan, points: {}, reportPath: join(folder, 'after.tsv') })
    }
    await Promise.all(copies.map((copy) => untilClosed(scene, copy)))
    return reportedPoints(plan.reportPath)
  } finally {
    await kill(worker)
    await client.close()
  }
}

/** The ledger says how it ended. */
async function untilClosed(scene: Scene, copy: number): Promise<void> {
  const handle = scene.stack.temporal.workflow.getHandle(operationWorkflowId(projectOf(copy), operationOf(copy)))
  await handle.result().catch(() => {})
}

function copy(scene: Scene, copies: readonly number[]): Promise<void> {
  const { stack, story } = scene
  const { tenants, rows = '' } = story
  return copyProject({ stack, project: ORIGINAL, tenants, rows }, copies.map(projectOf))
}

function projectOf(copy: number): string {
  return `${ORIGINAL}-${copy}`
}

function operationOf(copy: number): string {
  return `op-${copy}`
}

function snapshotOf(scene: Scene, copy: number): Promise<Snapshot> {
  const { stack, story } = scene
  return takeSnapshot(stack, projectOf(copy), story.tenants, operationOf(copy))
}

function kindsOf(names: readonly string[]): string {
  return [...groupedBy(names, (name) => name)].map(([name, each]) => `${name} ${each.length}`).join(', ')
}
