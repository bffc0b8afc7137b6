/** The reconciler from outside: a run now, one operation, or the Schedule. */
import { randomUUID } from 'node:crypto'
import { ScheduleNotFoundError, ScheduleOverlapPolicy, WorkflowFailedError } from '@temporalio/client'
import type pg from 'pg'
import { type Config, defaultActor } from '../config.ts'
import {
  DEFAULT_TASK_QUEUE,
  operationWorkflowId,
  type ReconcileDocument,
  type ReconcileInput,
  reconcileScheduleId,
  reconcileWorkflowId,
  SIGNAL_REPAIR,
} from '../contract.ts'
import { RequestRefused } from '../errors.ts'
import { readRequest, requireOperation } from '../postgres/catalog/operations.ts'
import { requireProject } from '../postgres/catalog/projects.ts'
import { asSagaError, type TemporalAccess } from './temporal.ts'

/** Every 5 minutes unless said otherwise (spec: saga, section 7). */
const EVERY_MS = 300_000
/** Runs missed while Temporal was away are made good if they are this young. */
const CATCH_UP_WINDOW_MS = 300_000

interface Dependencies {
  readonly config: Config
  readonly catalog: pg.Pool
  readonly temporal: TemporalAccess
}

/** The client's methods that reconcile. */
export interface ReconcileMethods {
  /** Runs all duties now and waits for the end; `dryRun` only says what there is. Errors: `PROJECT_NOT_FOUND`. */
  readonly reconcile: (
    which?: string | { readonly project?: string; readonly dryRun?: boolean; readonly actor?: string },
  ) => Promise<ReconcileDocument>
  /**
   * Takes one operation up again: starts it if its workflow is gone, tries its undo again if that did not succeed. Says
   * which; `nothing` when it needs neither. Errors: `OPERATION_NOT_FOUND`.
   */
  readonly reconcileOneOperation: (
    operationId: string,
    by?: { readonly actor?: string },
  ) => Promise<'started_again' | 'undo_tried_again' | 'nothing'>
  /** Creates or updates the Schedule that reconciles; `every` in ms, at least 10 s. */
  readonly runBackgroundReconciler: (options?: { readonly every?: number }) => Promise<void>
}

/** The methods over the client's connections. */
export function reconcileMethods(deps: Dependencies): ReconcileMethods {
  return {
    reconcile: async (which = {}) => {
      const { project, dryRun = false, actor = defaultActor() } = typeof which === 'string' ? { project: which } : which
      if (project !== undefined) await requireProject(deps.catalog, project)
      return await runNow(deps, { dryRun, actor, trigger: 'person', ...(project !== undefined && { project }) })
    },
    reconcileOneOperation: (id, { actor = defaultActor() } = {}) => reconcileOne(deps, id, actor),
    runBackgroundReconciler: async ({ every = EVERY_MS } = {}) => {
      if (!Number.isInteger(every) || every < 10_000) {
        throw new RequestRefused('INPUT_INVALID', 'every is a whole number of ms, at least 10000.', { path: 'every' })
      }
      await schedule(deps, every)
    },
  }
}

async function runNow({ config, temporal }: Dependencies, input: ReconcileInput): Promise<ReconcileDocument> {
  const client = await temporal.client()
  try {
    return (await client.workflow.execute('reconcileFleet', {
      workflowId: reconcileWorkflowId(randomUUID()),
      taskQueue: config.taskQueue,
      staticSummary: `reconcile ${input.project ?? 'all projects'}${input.dryRun ? ', dry run' : ''}`,
      args: [input],
    })) as ReconcileDocument
  } catch (error) {
    throw error instanceof WorkflowFailedError ? asSagaError(error) : error
  }
}

async function reconcileOne(
  { config, catalog, temporal }: Dependencies,
  id: string,
  actor: string,
): Promise<'started_again' | 'undo_tried_again' | 'nothing'> {
  const operation = await requireOperation(catalog, id)
  if (['committed', 'failed', 'cancelled'].includes(operation.status)) return 'nothing'
  const client = await temporal.client()
  const handle = client.workflow.getHandle(operationWorkflowId(operation.projectId, id))
  const { status } = await handle.describe()
  if (status.name !== 'RUNNING') {
    const { projectId: project, mutation, options } = await readRequest(catalog, id)
    await client.workflow.start('applySchemaMutation', {
      workflowId: operationWorkflowId(project, id),
      taskQueue: config.taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `${id} goes on`,
      args: [{ project, operationId: id, mutation, options, actor: operation.actor }],
    })
    return 'started_again'
  }
  if (operation.status !== 'needs_repair' || operation.held || operation.persisted) return 'nothing'
  await handle.signal(SIGNAL_REPAIR, { action: 'retry', actor, note: 'reconcile' })
  return 'undo_tried_again'
}

/** Whether it is paused stays as it is. */
async function schedule({ config, temporal }: Dependencies, every: number): Promise<void> {
  const { taskQueue } = config
  const client = await temporal.client()
  const scheduleId = reconcileScheduleId(taskQueue, DEFAULT_TASK_QUEUE)
  const action = {
    type: 'startWorkflow',
    workflowType: 'reconcileFleet',
    taskQueue,
    args: [{ trigger: 'schedule' } satisfies ReconcileInput],
  } as const
  const spec = { intervals: [{ every }] }
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP_WINDOW_MS }
  const handle = client.schedule.getHandle(scheduleId)
  try {
    await handle.update(({ state }) => ({ action, spec, policies, state }))
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error
    await client.schedule.create({ scheduleId, action, spec, policies })
  }
}
