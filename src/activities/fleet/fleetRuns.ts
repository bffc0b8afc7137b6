/** What the reconciler asks of Temporal beside the runs of operations. */
import { randomUUID } from 'node:crypto'
import { activityInfo, getClient } from '@temporalio/activity'
import { WorkflowFailedError, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client'
import { type RepairDriftInput, repairDriftWorkflowId } from '../../contract/reconcile.ts'
import type { InputOf, Workflows } from '../../contract/workflows.ts'
import {
  type CatchUpInput,
  type CatchUpTenantsInput,
  catchUpBatchWorkflowId,
  catchUpWorkflowId,
  type ProvisionInput,
  provisionWorkflowId,
  type RepairRequest,
  SIGNAL_REPAIR,
  SIGNAL_TURN,
} from '../../contract.ts'
import { unwrapped } from '../../unwrapped.ts'
import { within } from '../../within.ts'

/** Workflows as the reconciler sees them; each start joins a run that is there. Tests give their own. */
export interface FleetRuns {
  readonly isProvisioning: (project: string, scope: string) => Promise<boolean>
  readonly startCatchUp: (input: CatchUpInput) => Promise<void>
  /** Those that failed and were claimed, together. */
  readonly startCatchUps: (input: CatchUpTenantsInput) => Promise<void>
  readonly startProvisioning: (input: ProvisionInput) => Promise<void>
  /** Resolves to what was repaired, or to null when that takes longer than a minute. */
  readonly repairDrift: (input: RepairDriftInput) => Promise<{ repaired: number; failed: number } | null>
  /** False when there is no run to be told. */
  readonly signalRepair: (workflowId: string, request: RepairRequest) => Promise<boolean>
  readonly signalTurn: (workflowId: string) => Promise<void>
}

/** How long a repair of drift is waited for, in ms. */
const REPAIR_WAIT_MS = 60_000

/** The workflows of the Temporal namespace that the worker belongs to. */
export const temporalFleetRuns: FleetRuns = {
  isProvisioning: async (project, scope) => {
    try {
      const { status } = await getClient().workflow.getHandle(provisionWorkflowId(project, scope)).describe()
      return status.name === 'RUNNING'
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false
      throw error
    }
  },
  startCatchUp: async (input) => {
    await start('catchUpTenant', catchUpWorkflowId(input.project, input.tenant), [input], input.project)
  },
  startCatchUps: async (input) => {
    await start('catchUpTenants', catchUpBatchWorkflowId(input.project, randomUUID()), [input], input.project)
  },
  startProvisioning: async (input) => {
    await start('provisionTenant', provisionWorkflowId(input.project, input.scope), [input], input.project)
  },
  repairDrift: async (input) => {
    const handle = await start('repairDrift', repairDriftWorkflowId(input.project), [input], input.project)
    try {
      // It goes on by itself; whoever runs next sees how it ended.
      return await within(REPAIR_WAIT_MS, handle.result() as ReturnType<Workflows['repairDrift']>)
    } catch (error) {
      throw error instanceof WorkflowFailedError ? (unwrapped(error.cause) ?? error) : error
    }
  },
  signalRepair: async (workflowId, request) => await signal(workflowId, SIGNAL_REPAIR, request),
  signalTurn: async (workflowId) => {
    await signal(workflowId, SIGNAL_TURN)
  },
}

async function start<Name extends keyof Workflows>(
  name: Name,
  workflowId: string,
  args: InputOf<Name>,
  project: string,
): Promise<WorkflowHandle> {
  return await getClient().workflow.start(name, {
    workflowId,
    taskQueue: activityInfo().taskQueue,
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `the reconciler, for ${project}`,
    args,
  })
}

async function signal(workflowId: string, name: string, ...args: [] | [RepairRequest]): Promise<boolean> {
  try {
    await getClient()
      .workflow.getHandle(workflowId)
      .signal(name, ...args)
    return true
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false
    throw error
  }
}
