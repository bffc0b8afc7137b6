/** One tenant's share of an operation, visible in the Web UI with its own retries and its own result. */
import { isCancellation } from '@temporalio/workflow'
import { parseTenant } from '../../contract/inputs/runInputs.ts'
import type { ApplyToTenantInput, Patience, TenantResult } from '../../contract.ts'
import { catalog, policy, targets } from '../activities.ts'
import { parsed } from '../messages/parsed.ts'
import { fenceOff } from '../messages/skipTenant.ts'
import { isFailure, type Reason, reasonFor, reasonOf } from '../run/failures.ts'

/** Applies or undoes the plan on one tenant, or leaves it behind, and records the outcome; fails only when cancelled. */
export async function applyToTenant(given: ApplyToTenantInput): Promise<TenantResult> {
  const input = parsed(parseTenant, given)
  switch (input.direction) {
    case 'forward':
      return await applyForward(input)
    case 'compensate':
      return await undo(input)
    case 'park':
      return await park(input)
  }
}

async function applyForward(input: ApplyToTenantInput): Promise<TenantResult> {
  const { operationId, planHash, target } = input
  const step = { operationId, key: 'tenant_ddl', scope: target.scope } as const
  const { epoch, skipped } = await catalog.startTarget(step)
  if (skipped) return { outcome: 'skipped' }
  try {
    const patience: Patience = input.patience ?? (input.policy === 'park' ? 'short' : 'long')
    const work = { operationId, planHash, target, epoch, patience, records: step.key }
    const applied = await targets.applyToTarget(work)
    if (!applied.recorded) await catalog.recordStep({ ...step, state: 'succeeded', epoch })
    return { outcome: 'succeeded', touched: applied.stagesRun > 0, setAside: [] }
  } catch (error) {
    if (isCancellation(error) || !isFailure(error)) throw error
    const reason = reasonOf(error)
    if (input.policy === 'park') return await leaveBehind(input, epoch, reason)
    await catalog.recordStep({ ...step, state: 'failed', error: reason.message, errorCode: reason.code, epoch })
    return failed(target.scope, reason)
  }
}

/** Policy `park`: the tenant is fenced and stays at its old revision, on record; over the limit it counts as failed. */
async function leaveBehind(input: ApplyToTenantInput, epoch: number, reason: Reason): Promise<TenantResult> {
  const { operationId, planHash, target } = input
  const tenant = target.scope
  const failure = { error: reason.message, errorCode: reason.code, epoch }
  // First of all on record as failed: if this worker dies now, the undo of the operation finds it.
  await catalog.recordStep({ operationId, key: 'tenant_ddl', scope: tenant, state: 'failed', ...failure })
  const changed = await fenceOff({ operationId, planHash, target, epoch })
  const { parked } = await policy.parkTenant({ operationId, tenant, changed, ...failure })
  return parked ? { outcome: 'parked', problem: problemOf(tenant, reason) } : failed(tenant, reason)
}

/** A person leaves behind what failed; the record keeps the failure. */
async function park({ operationId, planHash, target, epoch, parkedBy }: ApplyToTenantInput): Promise<TenantResult> {
  const { actor = 'unknown', note = '' } = parkedBy ?? {}
  const tenant = target.scope
  const message = `Left behind by ${actor}${note === '' ? '.' : `: ${note}`}`
  const changed = await fenceOff({ operationId, planHash, target, epoch })
  const { parked } = await policy.parkTenant({
    operationId,
    tenant,
    changed,
    epoch,
    actor,
    error: message,
    errorCode: 'HELD',
  })
  const problem = problemOf(tenant, reasonFor('HELD', message))
  return { outcome: parked ? 'parked' : 'failed', problem }
}

async function undo({ operationId, planHash, target, epoch, patience }: ApplyToTenantInput): Promise<TenantResult> {
  const step = { operationId, key: 'tenant_ddl', scope: target.scope } as const
  const work = { operationId, planHash, target, epoch, ...(patience !== undefined && { patience }) }
  try {
    const undone = await targets.compensateTarget(work)
    await catalog.recordUndone({ ...step, touched: undone.touched, epoch })
    return { outcome: 'succeeded', ...undone }
  } catch (error) {
    if (isCancellation(error) || !isFailure(error)) throw error
    const reason = reasonOf(error)
    const message = `compensation: ${reason.message}`
    await catalog.recordStep({ ...step, state: 'failed', error: message, errorCode: 'COMPENSATION_FAILED' })
    return failed(target.scope, { ...reason, message })
  }
}

function failed(scope: string, reason: Reason): TenantResult {
  return { outcome: 'failed', problem: problemOf(scope, reason) }
}

/** A tenant that did not come through. */
export function problemOf(
  scope: string,
  { type, code, message }: Reason,
): Extract<TenantResult, { outcome: 'failed' }>['problem'] {
  return { scope, errorType: type, errorCode: code, error: message }
}
