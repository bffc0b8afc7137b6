/** Some operations of a story under one worker that dies when each of them has come to its point. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import pMap from 'p-map'
import { inject } from 'vitest'
import { type OperationOptions, operationWorkflowId } from '../../src/contract.ts'
import type { RunningWorker } from '../../src/worker.ts'
import { QUICK_HEARTBEAT_EVERY_MS } from '../fixtures/quickPolicies.ts'
import { kill } from '../whole/realProgram.ts'
import type { Stack } from '../whole/stack.ts'
import { countKinds } from './coverage.ts'
import { watchForQuiet } from './quiet.ts'
import { endedOperations, reportedPoints } from './reports.ts'
import { untilClosed } from './untilClosed.ts'
import type { Begun } from './waitedFor.ts'
import type { FaultPlan, Point } from './worker/faultPlan.ts'
import { faultyOptions } from './worker/faultyOptions.ts'
import { type Doomed, startFaultyWorker, untilKilled, untilStanding } from './workers.ts'

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

/** A story on its stack; `folder` is for the reports of its workers. */
export interface Scene {
  readonly story: Story
  readonly stack: Stack
  readonly folder: string
}

/** Longer than any pause between two tries, or until a dead worker is noticed. */
const QUIET_MS = 150_000

/** Operations of one worker on their way to their points. */
const ON_THEIR_WAY = 5

/** The project that the others are copies of. */
export const ORIGINAL = 'shop'

/** The points of each operation. */
export type Reached = ReturnType<typeof reportedPoints>

/** Begins the operation of a copy, and lets one worker bring it to its end; returns its points. */
export async function runUndisturbed(scene: Scene, copy: number): Promise<readonly Point[]> {
  const env = ownQueue(scene)
  const begun = begunOf(copy)
  await begin(scene, env, begun)
  return (await bringToEnds(scene, env, [begun], reportIn(scene))).get(begun.operationId) ?? []
}

/**
 * Begins the operations, and lets one worker after the other die when they stand at points of the course: each operation
 * at the next point ahead of it that nobody has died at. Another worker brings them to their ends. Returns the deaths of
 * each.
 */
export async function runTogether(
  scene: Scene,
  copies: readonly number[],
  course: readonly Point[],
): Promise<ReadonlyMap<string, readonly Point[]>> {
  const env = ownQueue(scene)
  const begun = copies.map(begunOf)
  const deaths = new Map<string, Point[]>(begun.map(({ operationId }) => [operationId, []]))
  const reportPath = reportIn(scene)
  for (let left = course, isFirst = true; ; isFirst = false) {
    const points = nextPoints(begun, left, reportPath)
    if (points.size === 0) break
    const died = await oneLife(scene, env, {
      begun,
      isFirst,
      plan: { ...planOf(scene, reportPath), points: Object.fromEntries(points) },
    })
    for (const [operationId, point] of died) deaths.get(operationId)?.push(point)
    left = left.filter((point) => ![...points.values()].includes(point))
  }
  await bringToEnds(scene, env, begun, reportPath)
  return deaths
}

/** The next point of each operation; of one that has none ahead of it, nothing. */
function nextPoints(begun: readonly Begun[], left: readonly Point[], reportPath: string): Map<string, Point> {
  const ended = endedOperations(reportPath)
  const reached = reportedPoints(reportPath)
  const free = new Set(left)
  const next = new Map<string, Point>()
  for (const { operationId } of begun) {
    const passed = countKinds(reached.get(operationId) ?? [])
    const point = [...free].find(({ kind, nth }) => nth > (passed[kind] ?? 0))
    if (point === undefined || ended.has(operationId)) continue
    free.delete(point)
    next.set(operationId, point)
  }
  return next
}

interface Life {
  readonly begun: readonly Begun[]
  readonly isFirst: boolean
  readonly plan: FaultPlan
}

/** A worker from its start until it has died at the points of its plan; returns those that were come to. */
async function oneLife(scene: Scene, env: Stack['env'], { begun, isFirst, plan }: Life): Promise<Map<string, Point>> {
  const doomed = begun.filter(({ operationId }) => plan.points[operationId] !== undefined)
  const worker = await startFaultyWorker(env, plan)
  try {
    await whileReported(plan.reportPath, async (late) => {
      if (isFirst) await beginInTurn(scene, env, begun, { worker, plan, begun: doomed, late })
      await untilKilled(scene.stack, { worker, plan, begun: doomed, late })
    })
  } finally {
    await kill(worker)
  }
  const reached = reportedPoints(plan.reportPath)
  return new Map(
    Object.entries(plan.points).filter(([operationId, point]) =>
      reached.get(operationId)?.some(({ kind, nth }) => kind === point.kind && nth === point.nth),
    ),
  )
}

async function bringToEnds(
  scene: Scene,
  env: Stack['env'],
  begun: readonly Begun[],
  reportPath: string,
): Promise<Reached> {
  const plan = planOf(scene, reportPath)
  const worker = await runHere(scene, env, plan)
  try {
    await whileReported(plan.reportPath, (late) => untilClosed(scene.stack, begun, late))
    return reportedPoints(plan.reportPath)
  } finally {
    await worker.stop()
  }
}

/** A worker that nobody kills: it needs no process of its own. */
export function runHere(
  scene: Scene,
  env: Stack['env'],
  plan: FaultPlan = planOf(scene, reportIn(scene)),
): Promise<RunningWorker> {
  return scene.stack.startWorker({ env, ...faultyOptions(plan) })
}

/** Workers of one run share a task queue with no others. */
function ownQueue({ stack }: Scene): Stack['env'] {
  return { ...stack.env, SCHEMA_SAGA_TASK_QUEUE: `faults-${randomUUID()}` }
}

function reportIn({ folder }: Scene): string {
  return join(folder, `${randomUUID()}.tsv`)
}

/** Of a worker that nobody kills. */
function planOf({ story, stack }: Scene, reportPath: string): FaultPlan {
  return {
    points: {},
    messages: story.messages ?? false,
    signal: 'SIGKILL',
    catalogDatabase: new URL(stack.env.SCHEMA_SAGA_CATALOG_URL ?? '').pathname.slice(1),
    workflowBundlePath: inject('quickWorkflowBundlePath'),
    heartbeatEveryMs: QUICK_HEARTBEAT_EVERY_MS,
    reportPath,
  }
}

/** Begins the next operation when one stands: all at once, they would ask more of the dev server than it can give in time. */
async function beginInTurn(scene: Scene, env: Stack['env'], begun: readonly Begun[], doomed: Doomed): Promise<void> {
  const submit = async (operation: Begun): Promise<void> => {
    await begin(scene, env, operation)
    await untilStanding(doomed, operation.operationId)
  }
  await pMap(begun, submit, { concurrency: ON_THEIR_WAY })
}

/** As any client may, without a connection to the catalog. */
async function begin({ stack, story }: Scene, env: Stack['env'], operation: Begun): Promise<void> {
  const { project, operationId } = operation
  const { mutation, options } = story
  await stack.temporal.workflow.start('applySchemaMutation', {
    workflowId: operationWorkflowId(project, operationId),
    taskQueue: env.SCHEMA_SAGA_TASK_QUEUE ?? '',
    args: [{ project, operationId, mutation, options, actor: 'a test' }],
  })
}

function begunOf(copy: number): Begun {
  return { project: projectOf(copy), operationId: operationOf(copy) }
}

async function whileReported(reportPath: string, work: (late: AbortSignal) => Promise<void>): Promise<void> {
  const quiet = watchForQuiet(reportPath, QUIET_MS)
  try {
    await work(quiet.signal)
  } finally {
    quiet.stop()
  }
}

/** The project of a copy. */
export function projectOf(copy: number): string {
  return `${ORIGINAL}-${copy}`
}

/** Its operation. */
export function operationOf(copy: number): string {
  return `op-${copy}`
}
