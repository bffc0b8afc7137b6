/** Some operations of a story under one worker that dies when each of them has come to its point. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import pMap from 'p-map'
import { inject } from 'vitest'
import { connectSchemaSaga, type SchemaSagaClient } from '../../src/client.ts'
import { readConfig } from '../../src/config.ts'
import type { OperationOptions } from '../../src/contract.ts'
import type { Stack } from '../whole/stack.ts'
import type { FaultPlan } from './faultPlan.ts'
import { watchForQuiet } from './quiet.ts'
import { untilClosed } from './untilClosed.ts'
import type { Begun } from './waitedFor.ts'
import { type Doomed, kill, reportedPoints, startFaultyWorker, untilKilled, untilStanding } from './workers.ts'

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

/**
 * Begins the operations under one worker, waits until it has died at their points, and lets another worker bring them to
 * their ends. Without points nothing dies.
 */
export async function runTogether(scene: Scene, points: ReadonlyMap<number, number | null>): Promise<Reached> {
  const { stack } = scene
  const env = { ...stack.env, SCHEMA_SAGA_TASK_QUEUE: `faults-${randomUUID()}` }
  const plan = planOf(scene, points)
  const isDeadly = Object.keys(plan.points).length > 0
  const begun = [...points.keys()].map((copy) => ({ project: projectOf(copy), operationId: operationOf(copy) }))
  const client = await connectSchemaSaga({ config: readConfig(env) })
  let worker = await startFaultyWorker(env, plan)
  let goesOn = plan.reportPath
  try {
    await whileReported(plan.reportPath, async (late) => {
      const doomed: Doomed = { worker, plan, begun, late }
      await beginInTurn(scene, client, doomed)
      if (isDeadly) await untilKilled(stack, doomed)
    })
    if (isDeadly) {
      goesOn = `${plan.reportPath}.after`
      worker = await startFaultyWorker(env, { ...plan, points: {}, reportPath: goesOn })
    }
    await whileReported(goesOn, (late) => untilClosed(stack, begun, late))
    return reportedPoints(plan.reportPath)
  } finally {
    await kill(worker)
    await client.close()
  }
}

function planOf({ story, stack, folder }: Scene, points: ReadonlyMap<number, number | null>): FaultPlan {
  const each = [...points].flatMap(([copy, point]) => (point === null ? [] : [[operationOf(copy), point]]))
  return {
    points: Object.fromEntries(each),
    messages: story.messages ?? false,
    signal: 'SIGKILL',
    catalogDatabase: new URL(stack.env.SCHEMA_SAGA_CATALOG_URL ?? '').pathname.slice(1),
    workflowBundlePath: inject('workflowBundlePath'),
    reportPath: join(folder, `${randomUUID()}.tsv`),
  }
}

/** Begins the next operation when one stands: all at once, they would ask more of the dev server than it can give in time. */
async function beginInTurn({ story }: Scene, client: SchemaSagaClient, doomed: Doomed): Promise<void> {
  const submit = async ({ project, operationId }: Begun): Promise<void> => {
    await client.apply(project, story.mutation, { ...story.options, operationId })
    if (operationId in doomed.plan.points) await untilStanding(doomed, operationId)
  }
  await pMap(doomed.begun, submit, { concurrency: ON_THEIR_WAY })
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
