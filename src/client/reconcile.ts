/** The reconciler: one run now, or a Schedule; a workflow does the work, because only workers reach targets and runs. */
import { randomUUID } from 'node:crypto'
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client'
import type pg from 'pg'
import { defaultActor } from '../config.ts'
import {
  type ReconcileDocument,
  type ReconcileFleetInput,
  reconcileScheduleId,
  reconcileWorkflowId,
} from '../contract/reconcile.ts'
import { DEFAULT_TASK_QUEUE } from '../contract.ts'
import { InputInvalid } from '../errors.ts'
import { requireOperation } from '../postgres/catalog/operations/read.ts'
import { requireProject } from '../postgres/catalog/projects/projects.ts'
import type { TenantRecord } from '../postgres/catalog/tenants/record.ts'
import type { TenantClient } from './tenantTypes.ts'
import { runWorkflow, type WorkflowAccess } from './workflows.ts'

/** What a run is to look at: one project or all. */
export interface ReconcileRequest {
  /** Absent: all projects. */
  readonly project?: string
  /** Says what it would do, and changes nothing. */
  readonly dryRun?: boolean
  /** Recorded in the audit; the OS user by default. */
  readonly actor?: string
}

/** The client's methods for fleets that are to converge by themselves. */
export interface ReconcileMethods {
  /** Runs the reconciler now, on one project or all, and waits for its end. Errors: `PROJECT_NOT_FOUND`. */
  readonly reconcile: (request?: string | ReconcileRequest) => Promise<ReconcileDocument>
  /**
   * Starts one operation again if its run is gone, or tries its undo again if that did not succeed, however often it was
   * tried before. One that is held is left to a person. Errors: `OPERATION_NOT_FOUND`.
   */
  readonly reconcileOneOperation: (operationId: string, by?: { actor?: string }) => Promise<ReconcileDocument>
  /**
   * Creates the Schedule of the reconciler or changes how often it runs (`every` in ms, at least 10,000; default 5
   * minutes); one that is paused stays so. Errors: `INPUT_INVALID`.
   */
  readonly runBackgroundReconciler: (options?: { readonly every?: number }) => Promise<{ readonly schedule: string }>
  /** Brings one tenant that is parked or suspended to its project's revision. Errors: those of `unparkTenant`. */
  readonly catchUp: (project: string, tenant: string, by?: { actor?: string }) => Promise<TenantRecord>
}

interface Dependencies extends WorkflowAccess {
  readonly catalog: pg.Pool
}

const EVERY_MS = 5 * 60_000
const LEAST_MS = 10_000
/** A run that was missed for longer is not caught up with: the next one finds the same. */
const CATCHUP_WINDOW = '3 minutes'

/** The methods; `catchUp` is the one that the client has for tenants. */
export function reconcileMethods(deps: Dependencies, catchUp: TenantClient['catchUpTenant']): ReconcileMethods {
  return {
    reconcile: async (request = {}) => {
      const {
        project,
        dryRun = false,
        actor = defaultActor(),
      } = typeof request === 'string' ? { project: request } : request
      // Found out here, a wrong name needs no worker.
      if (project !== undefined) await requireProject(deps.catalog, project)
      return await run(deps, { ...(project !== undefined && { project }), dryRun, actor, trigger: 'person' })
    },
    reconcileOneOperation: async (operation, { actor = defaultActor() } = {}) => {
      const { projectId: project } = await requireOperation(deps.catalog, operation)
      return await run(deps, { project, operation, actor, trigger: 'person' })
    },
    runBackgroundReconciler: async ({ every = EVERY_MS } = {}) => {
      if (!Number.isFinite(every) || every < LEAST_MS) {
        const text = `The reconciler runs at most every ${LEAST_MS / 1_000} seconds: give at least ${LEAST_MS} ms.`
        throw new InputInvalid('INPUT_INVALID', text, { path: 'every' })
      }
      if (!(await createSchedule(deps, every))) await changeSchedule(deps, every)
      return { schedule: scheduleIdOf(deps) }
    },
    catchUp,
  }
}

/** Creates the Schedule unless it is there: how often it runs may have been changed since. */
export async function ensureSchedule(deps: WorkflowAccess): Promise<void> {
  await createSchedule(deps, EVERY_MS)
}

function scheduleIdOf({ config }: Pick<WorkflowAccess, 'config'>): string {
  return reconcileScheduleId(config.taskQueue, DEFAULT_TASK_QUEUE)
}

/** False when it is there already. */
async function createSchedule(deps: WorkflowAccess, every: number): Promise<boolean> {
  const scheduleId = scheduleIdOf(deps)
  const input: ReconcileFleetInput = { trigger: 'schedule' }
  const { schedule } = await deps.temporal.client()
  try {
    await schedule.create({
      scheduleId,
      spec: { intervals: [{ every }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP_WINDOW },
      action: {
        type: 'startWorkflow',
        workflowType: 'reconcileFleet',
        workflowId: scheduleId,
        taskQueue: deps.config.taskQueue,
        staticSummary: 'the reconciler, on all projects',
        args: [input],
      },
    })
    return true
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return false
    throw error
  }
}

async function changeSchedule(deps: Dependencies, every: number): Promise<void> {
  const { schedule } = await deps.temporal.client()
  await schedule.getHandle(scheduleIdOf(deps)).update((now) => ({ ...now, spec: { intervals: [{ every }] } }))
}

async function run(deps: WorkflowAccess, input: ReconcileFleetInput): Promise<ReconcileDocument> {
  const what = input.operation === undefined ? (input.project ?? 'all projects') : `operation ${input.operation}`
  return await runWorkflow(deps, 'reconcileFleet', [input], {
    workflowId: reconcileWorkflowId(input.project, randomUUID()),
    staticSummary: `the reconciler, on ${what}${input.dryRun ? ', dry run' : ''}`,
  })
}
