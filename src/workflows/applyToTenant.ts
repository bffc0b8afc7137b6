/** One tenant's share of an operation, visible in the Web UI with its own retries and its own result. */
import { isCancellation } from '@temporalio/workflow'
import type { ApplyToTenantInput, TenantResult } from '../contract.ts'
import { reasonOf } from './failures.ts'
import { catalog, targets } from './proxies.ts'

/** Applies or undoes the plan on one tenant, and records the outcome; fails only when it is cancelled. */
export async function applyToTenant(input: ApplyToTenantInput): Promise<TenantResult> {
  return input.direction === 'forward' ? await applyForward(input) : await undo(input)
}

async function applyForward({ operationId, planHash, target }: ApplyToTenantInput): Promise<TenantResult> {
  const step = { operationId, key: 'tenant_ddl', scope: target.scope } as const
  const { epoch } = await catalog.startTarget(step)
  try {
    const applied = await targets.applyToTarget({ operationId, planHash, target, epoch })
    await catalog.recordStep({ ...step, state: 'succeeded' })
    return { outcome: 'succeeded', touched: applied.stagesRun > 0, setAside: [] }
  } catch (error) {
    if (isCancellation(error)) throw error
    const reason = reasonOf(error)
    await catalog.recordStep({ ...step, state: 'failed', error: reason.message, errorCode: reason.code })
    return failed(target.scope, reason)
  }
}

async function undo({ operationId, planHash, target, epoch }: ApplyToTenantInput): Promise<TenantResult> {
  const step = { operationId, key: 'tenant_ddl', scope: target.scope } as const
  try {
    const undone = await targets.compensateTarget({ operationId, planHash, target, epoch })
    await catalog.recordUndone({ ...step, touched: undone.touched })
    return { outcome: 'succeeded', ...undone }
  } catch (error) {
    if (isCancellation(error)) throw error
    const reason = reasonOf(error)
    const message = `compensation: ${reason.message}`
    await catalog.recordStep({ ...step, state: 'failed', error: message, errorCode: 'COMPENSATION_FAILED' })
    return failed(target.scope, { ...reason, message })
  }
}

function failed(scope: string, reason: { type: string; code: string; message: string }): TenantResult {
  return {
    outcome: 'failed',
    problem: { scope, errorType: reason.type, errorCode: reason.code, error: reason.message },
  }
}
