/** Duty 3: tenants that failed are brought up, tenants and bases on their way go on, what was accepted is marked. */

import { type DutyInput, type DutyResult, type ReconcileProblem, resultOf } from '../../contract/reconcile.ts'
import { MOST_IN_BATCH } from '../../contract.ts'
import { SagaError } from '../../errors.ts'
import { groupedBy } from '../../groupedBy.ts'
import { writeAudit } from '../../postgres/catalog/audit.ts'
import { listDebts } from '../../postgres/catalog/debts/settle.ts'
import { recordAccepted } from '../../postgres/catalog/operations/holding.ts'
import { loadPlan } from '../../postgres/catalog/operations/plans.ts'
import { listUnmarked, postponeUnmarked, type UnmarkedTenant } from '../../postgres/catalog/tenants/accepted.ts'
import {
  claimCatchUps,
  listActiveBehind,
  listFailedTenants,
  listProvisionings,
  recordProvisionAgain,
} from '../../postgres/catalog/tenants/due.ts'
import { acceptTarget } from '../../postgres/target/acceptTarget.ts'
import { payDebts } from '../debts/payDebts.ts'
import { type DutyDependencies, problemWith, subjectOf } from './dutyDependencies.ts'

/** Operations settled on tenants in one run. */
const MOST_DEBTS = 500

/** Starts what is due; `started` names the tenants whose end can be waited for. */
export async function startCatchUps(
  deps: DutyDependencies,
  input: DutyInput,
): Promise<{ result: DutyResult; started: readonly string[] }> {
  const { catalog, fleetRuns } = deps
  const { project, dryRun, actor } = input
  const problems: ReconcileProblem[] = []
  // Counted before any of them may have come up.
  const { total, first } = await listFailedTenants(catalog, project)
  const caughtUp = dryRun ? [] : await claimCatchUps(catalog, project)
  for (const tenants of inBatches(caughtUp)) await fleetRuns.startCatchUps({ project, tenants, actor })
  for (const { tenant, code, reason } of first.filter(({ tenant }) => !caughtUp.includes(tenant))) {
    problems.push({ subject: subjectOf(tenant), error_code: code ?? 'UNEXPECTED', error: reason ?? 'It was parked.' })
  }
  const behind = await listActiveBehind(catalog, project)
  for (const tenant of behind) {
    const error = 'It is active although it is behind its project: park it and bring it up again.'
    problems.push({ subject: subjectOf(tenant), error_code: 'TARGET_DRIFTED', error })
  }
  const provisioned = await provisionAgain(deps, input, problems)
  const unmarked = await listUnmarked(catalog, project)
  let marked = 0
  for (const tenant of unmarked) if (await markAccepted(deps, input, tenant, problems)) marked += 1
  const debts = await settleOwed(deps, input, problems)
  const waiting = total + behind.length + unmarked.length + provisioned.found + debts.found
  const started = [...caughtUp, ...provisioned.started]
  return { result: resultOf(Math.max(0, waiting - started.length), marked + debts.paid, problems), started }
}

/** A workflow for each. */
function inBatches(tenants: readonly string[]): readonly (readonly string[])[] {
  return [...groupedBy(tenants, (_, index) => Math.floor(index / MOST_IN_BATCH)).values()]
}

/** What is half-way is not counted: it is needed until the tenant has caught up. */
async function settleOwed(
  deps: DutyDependencies,
  { project, dryRun }: DutyInput,
  problems: ReconcileProblem[],
): Promise<{ found: number; paid: number }> {
  if (dryRun) {
    const owed = await listDebts(deps.catalog, project, { dueAtMost: MOST_DEBTS })
    const text = (id: string) =>
      `${id === '' ? 'An operation' : `Operation ${id}`} has left something active there, which must be removed first.`
    for (const { target, operationId } of owed)
      problems.push({ subject: subjectOf(target.scope), error_code: 'NOT_SETTLED', error: text(operationId) })
    return { found: owed.length, paid: 0 }
  }
  const { paid, problems: left } = await payDebts(deps, project, { dueAtMost: MOST_DEBTS }, deps.signal)
  for (const { scope, operationId, errorCode, error } of left) {
    const text = `What ${operationId === '' ? 'an operation' : `operation ${operationId}`} has left active there could not be removed: ${error}`
    problems.push({ subject: subjectOf(scope), error_code: errorCode, error: text })
  }
  return { found: paid + left.length, paid }
}

async function provisionAgain(
  { catalog, fleetRuns }: DutyDependencies,
  { project, dryRun, actor }: DutyInput,
  problems: ReconcileProblem[],
): Promise<{ found: number; started: readonly string[] }> {
  const started: string[] = []
  let found = 0
  for (const each of await listProvisionings(catalog, project)) {
    if (await fleetRuns.isProvisioning(project, each.scope)) continue
    found += 1
    if (dryRun) {
      const error = 'It is being provisioned, and no workflow does it.'
      problems.push({ subject: subjectOf(each.scope), error_code: 'RUN_GONE', error })
      continue
    }
    await recordProvisionAgain(catalog, { ...each, actor })
    await fleetRuns.startProvisioning({ ...each, actor })
    started.push(each.scope)
  }
  return { found, started }
}

async function markAccepted(
  { catalog, targetPools, signal }: DutyDependencies,
  { project, dryRun, actor }: DutyInput,
  { operationId, planHash, epoch, ...target }: UnmarkedTenant,
  problems: ReconcileProblem[],
): Promise<boolean> {
  const subject = subjectOf(target.scope)
  if (dryRun) {
    const error = `Its markers do not say yet that ${operationId} was accepted there.`
    problems.push({ subject, error_code: 'ACCEPTED', error })
    return false
  }
  try {
    const { plan } = await loadPlan(catalog, operationId, planHash)
    const work = { target, projectId: project, operationId, epoch, plan, ...(signal !== undefined && { signal }) }
    await acceptTarget(targetPools, work)
    await recordAccepted(catalog, { operationId, tenant: target.scope })
    const details = { tenant: target.scope }
    await writeAudit(catalog, { projectId: project, operationId, actor, action: 'accept_recorded', details })
    return true
  } catch (error) {
    if (!(error instanceof SagaError)) throw error
    await postponeUnmarked(catalog, project, target.scope)
    problems.push(problemWith(subject, error))
    return false
  }
}
