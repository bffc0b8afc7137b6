/** Activities which work on targets: load the plan, find the server, let `postgres/` do it. */
import type { TargetActivities, TargetWork } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import { readOperationDocument } from '../../postgres/catalog/operations/documents.ts'
import { loadPlan } from '../../postgres/catalog/operations/plans.ts'
import { readRequest } from '../../postgres/catalog/operations/read.ts'
import { beginWork, closeUntouched } from '../../postgres/catalog/steps/begun.ts'
import { recordStep } from '../../postgres/catalog/steps/one.ts'
import { acceptTarget } from '../../postgres/target/acceptTarget.ts'
import { applyPlanToTarget, compensatePlanOnTarget, type TargetExecution } from '../../postgres/target/execute.ts'
import { payDebts, requirePaid } from '../debts/payDebts.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { callAfterCommit } from '../hooks/afterCommit.ts'
import { markAccepted } from '../operation/markAccepted.ts'
import { planOnce } from '../operation/planOperation.ts'
import { recordOf, waitingForReplicas } from '../operation/waitingStep.ts'
import { settleTargets } from './settleTargets.ts'

/** The target activities over the worker's pools. */
export function createTargetActivities({
  catalog,
  targetPools,
  hooks,
  whileHeartbeating,
}: ActivityDependencies): Omit<TargetActivities, 'preflightTargets'> {
  const execution = async (
    work: TargetWork,
    signal: AbortSignal,
    report?: (progress: unknown, urgent?: boolean) => void,
  ): Promise<TargetExecution> => {
    const { plan, projectId, replicaLagMs } = await loadPlan(catalog, work.operationId, work.planHash)
    const { target, operationId, epoch } = work
    const limits = { replicaLagMs }
    const reportWait = waitingForReplicas(catalog, { operationId, ...recordOf(target.scope) })
    const execution = { target, projectId, operationId, epoch, plan, signal, limits, reportWait }
    if (report === undefined) return execution
    // At once: a try that waits for a lock is over before the next heartbeat.
    return { ...execution, report, reportBlockers: (blockers) => report({ blockers }, true) }
  }
  const accept = async (work: TargetWork, signal: AbortSignal): Promise<void> => {
    const accepting = await execution(work, signal)
    await acceptTarget(targetPools, accepting)
    // What cannot be taken off now is owed, and tried by the reconciler.
    await payDebts({ catalog, targetPools }, accepting.projectId, { scopes: [work.target.scope] }, signal)
  }
  return {
    proveAndPlan: ({ operationId }) => whileHeartbeating(() => planOnce({ catalog, targetPools }, operationId)),
    applyToTarget: (work) =>
      whileHeartbeating(async (signal, report) => {
        const { operationId, target, epoch } = work
        const record = { operationId, ...recordOf(target.scope), epoch }
        // A catch-up has no record in the operations that it brings.
        const begin = work.records === undefined ? undefined : () => beginWork(catalog, record)
        const execute = { ...(await execution(work, signal, report)), ...(begin !== undefined && { begin }) }
        await requirePaid({ catalog, targetPools }, execute.projectId, target, { before: operationId, signal })
        const applied = await applyPlanToTarget(targetPools, execute)
        if (work.records === undefined) return applied
        await recordStep(catalog, { ...record, state: 'succeeded' })
        return { ...applied, recorded: true }
      }),
    compensateTarget: (work) =>
      whileHeartbeating(async (signal, report) => {
        const { key, scope } = recordOf(work.target.scope)
        const closed = await closeUntouched(catalog, { operationId: work.operationId, key, scopes: [scope] })
        if (closed.length > 0) return { touched: false, setAside: [] }
        return await compensatePlanOnTarget(targetPools, await execution(work, signal, report))
      }),
    settleTargets: (operation) =>
      whileHeartbeating((signal) => settleTargets({ catalog, targetPools }, operation, signal)),
    acceptTarget: (work) => whileHeartbeating((signal) => accept(work, signal)),
    markAccepted: (request) =>
      whileHeartbeating((signal) => markAccepted({ catalog }, request, (work) => accept(work, signal))),
    afterCommit: async ({ operationId }) => {
      if (hooks.afterCommit === undefined) return
      const [operation, { options }] = await Promise.all([
        readOperationDocument(catalog, operationId),
        readRequest(catalog, operationId),
      ])
      if (operation === null) throw new RequestRefused('OPERATION_NOT_FOUND', `Operation "${operationId}" is gone.`)
      await callAfterCommit(hooks, operation, { physicalDDLRequired: options.physicalDDLRequired ?? false })
    },
  }
}
