/** How a story is told: one operation on a real fleet and a real ledger, what gets in its way, and what a person does. */
import { randomUUID } from 'node:crypto'
import {
  ApplicationFailure,
  type WorkflowClient,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
} from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect } from 'vitest'
import { type OperationStatus, operationWorkflowId } from '../../src/contract.ts'
import type { applySchemaMutation } from '../../src/workflows/index.ts'
import { type OperationHandle, startTimeSkipping } from './environment.ts'
import { addTarget, type FleetDatabases, makeFleet, namespaceOf, openFleetDatabases } from './fleet.ts'
import { type Fleet, type WatchedFleet, watchFleet } from './fleetEvents.ts'
import { createFront } from './front.ts'
import { activitiesOf, createCounts, failure, type Story } from './story.ts'
import { createStoryWorkers, type StoryWorkers } from './storyWorkers.ts'

/** What the operations of stories do, unless a story has a mutation of its own. */
export const ADD_PRICE = { type: 'add_field', model_name: 'food', field_label: 'Price', field_type: 'number' }

/** How one operation ended. */
export interface Ending {
  readonly fleet: Fleet
  /** The failure with which the workflow ended, or undefined when it completed. */
  readonly cause: Error | undefined
}

/** What a person can do beside messages: the operation's workflow is started again after somebody terminated it. */
export interface Person {
  readonly startAgain: () => Promise<OperationHandle>
}

type Act = (handle: OperationHandle, fleet: Fleet, person: Person) => Promise<void>

/** The time-skipping server and the databases of a test file, and stories on them. */
export function useStories(): {
  readonly tell: (story: Story, act?: Act) => Promise<Ending>
  /** Starts workflows with whatever somebody sends; resolves to the failures with which they end. */
  readonly startAll: (sent: readonly Sent[], by?: Sender) => Promise<(Error | undefined)[]>
  /** The catalog of all stories, for what no activity does. */
  readonly catalog: () => FleetDatabases['catalog']
} {
  let stage: Stage
  beforeAll(async () => {
    const databases = await openFleetDatabases()
    const environment = await startTimeSkipping()
    stage = { databases, environment, workers: createStoryWorkers(environment, databases) }
  })
  afterAll(async () => {
    await stage?.workers.close()
    await stage?.environment.teardown()
    await stage?.databases.close()
  })
  return {
    tell: (story, act) => tell(stage, story, act),
    startAll: (sent, by) => startAll(stage, sent, by),
    catalog: () => stage.databases.catalog,
  }
}

/** The type of a workflow, and what it is started with. */
export type Sent = readonly [type: string, ...args: unknown[]]

/** Who sends it, instead of an ordinary client. */
type Sender = (client: WorkflowClient) => WorkflowClient

async function startAll(
  { workers, environment }: Stage,
  sent: readonly Sent[],
  by: Sender = (client) => client,
): Promise<(Error | undefined)[]> {
  const taskQueue = await workers.taskQueue('usual')
  const start = async ([type, ...args]: Sent): Promise<Error | undefined> => {
    const { workflow } = environment.client
    const { workflowId } = await by(workflow).start(type, { workflowId: randomUUID(), taskQueue, args })
    return await causeOf(workflow.getHandle(workflowId) as OperationHandle)
  }
  // One after the other: while several results are waited for, the server skips time that workflows still need.
  const causes: (Error | undefined)[] = []
  for (const each of sent) causes.push(await start(each))
  return causes
}

/** What all stories of a file share. */
interface Stage {
  readonly databases: FleetDatabases
  readonly environment: TestWorkflowEnvironment
  readonly workers: StoryWorkers
}

async function tell(stage: Stage, story: Story, act: Act = async () => {}): Promise<Ending> {
  const id = randomUUID().slice(0, 8)
  const [project, operationId] = [`shop_${id}`, `op_${id}`]
  const fleet = await setUp(stage, story, project, operationId)
  const taskQueue = await stage.workers.taskQueue(story.quick ? 'quick' : 'usual')
  const input = { project, operationId, mutation: story.mutation ?? ADD_PRICE, options: story.options ?? {} }
  const start = (): Promise<OperationHandle> =>
    stage.environment.client.workflow.start<typeof applySchemaMutation>('applySchemaMutation', {
      workflowId: operationWorkflowId(project, operationId),
      taskQueue,
      args: [{ ...input, actor: 'ana' }],
    })
  let last = await start()
  const startAgain = async (): Promise<OperationHandle> => {
    last = await start()
    return last
  }
  // Until somebody waits for the result, time does not skip while a person acts.
  await act(last, fleet, { startAgain })
  return { fleet, cause: await causeOf(last) }
}

/** Makes the fleet, and says what gets in the way of its operation. */
async function setUp(
  { databases, workers }: Stage,
  story: Story,
  project: string,
  operationId: string,
): Promise<WatchedFleet> {
  const { catalog, pools } = databases
  await makeFleet(databases, { project, base: story.base ?? true, tenants: story.tenants ?? ['t1', 't2', 't3'] })
  for (const scope of story.drifted ?? []) await alter(databases, namespaceOf(project, scope))
  if (story.cached !== undefined) await catalog.query('insert into public.cache_refused values ($1)', [project])
  const fleet = watchFleet(catalog, {
    project,
    operationId,
    addTenant: (tenant) => addTarget(databases, project, tenant),
  })
  const count = createCounts()
  const front = await createFront(workers.activities, project, story.free !== undefined)
  const allowCache = async (): Promise<void> => {
    await catalog.query('delete from public.cache_refused where project_id = $1', [project])
  }
  const meddled = activitiesOf(story, workers.activities, { fleet, pools, allowCache, freeTurn: front.leave })
  workers.cast(project, {
    activities: fleet.watched(meddled),
    afterCommit: async () => await story.hooked?.(count('hook')),
  })
  return fleet
}

/** Somebody takes a column away that the catalog knows of. */
async function alter({ pools }: FleetDatabases, namespace: string): Promise<void> {
  const place = { server: 'alpha', namespace, scope: '', incarnation: '' }
  await pools.withClient(place, (client) => client.query(`alter table "${namespace}".food drop column size`))
}

/** For polls that ask the workflow: each question is a task of it, and too many keep it from its work. */
export const SELDOM = { timeout: 30_000, interval: 300 } as const

/** Waits for a status of the ledger. */
export async function until(fleet: Fleet, status: OperationStatus): Promise<void> {
  await expect.poll(() => fleet.status(), { timeout: 30_000 }).toBe(status)
}

/** Waits until something happened to the fleet. */
export async function untilEvent(fleet: Fleet, event: string): Promise<void> {
  await expect.poll(() => fleet.events, { timeout: 30_000 }).toContain(event)
}

/** Rows of one target forbid the change. */
export function forbid(who: string): (scope: string) => void {
  return (scope) => {
    if (scope === who) throw failure('DataRejected', 'DATA_REJECTED', `${who || 'base'} holds rows that forbid it.`)
  }
}

/** A place in a story at which it stands still until it is let go. */
export function createGate(): {
  readonly pass: () => Promise<void>
  readonly reached: Promise<void>
  readonly open: () => void
} {
  let open = (): void => {}
  let arrive = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const reached = new Promise<void>((resolve) => {
    arrive = resolve
  })
  return {
    reached,
    open,
    pass: () => {
      arrive()
      return opened
    },
  }
}

/** The sentence and code with which an Update is refused. */
export async function refusalOf(update: Promise<unknown>): Promise<string> {
  const error: unknown = await update.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure)) {
    throw new Error(`expected a refused Update, got ${String(error)}`)
  }
  const { code } = (error.cause.details?.[0] ?? {}) as { code?: string }
  return `${code}: ${error.cause.message}`
}

async function causeOf(handle: OperationHandle): Promise<Error | undefined> {
  try {
    await handle.result()
    return undefined
  } catch (error) {
    if (error instanceof WorkflowFailedError) return error.cause
    throw error
  }
}
