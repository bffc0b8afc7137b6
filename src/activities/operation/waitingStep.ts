/** Which record of the ledger an activity works on: where it says what it waits for. */
import type pg from 'pg'
import { BASE_SCOPE, type StepKey, type TargetWork } from '../../contract.ts'
import { endWait, recordWait } from '../../postgres/catalog/operations/waits.ts'

/** A step of an operation, and the target within it. */
export interface StepOfWork {
  readonly operationId: string
  readonly key: StepKey
  readonly scope: string
}

/** Null for work that is no step of an operation. */
export function stepOfWork(activityType: string, args: readonly unknown[]): StepOfWork | null {
  const { operationId, target, closing } = (args[0] ?? {}) as Partial<TargetWork & { closing: boolean }>
  if (typeof operationId !== 'string') return null
  switch (activityType) {
    case 'applyToTarget':
    case 'compensateTarget':
      return target === undefined ? null : { operationId, ...recordOf(target.scope) }
    case 'sweepCohort':
      return { operationId, key: 'tenant_ddl', scope: '' }
    case 'preflightTargets':
      return { operationId, key: 'preflight', scope: '' }
    case 'syncTenants':
      return { operationId, key: closing === true ? 'tenant_ddl' : 'preflight', scope: '' }
    case 'settleTargets':
      return { operationId, key: 'settle', scope: '' }
    default:
      return null
  }
}

/** The record of a target's DDL. */
export function recordOf(scope: string): { readonly key: 'base_project_ddl' | 'tenant_ddl'; readonly scope: string } {
  return { key: scope === BASE_SCOPE ? 'base_project_ddl' : 'tenant_ddl', scope }
}

/** Puts on record that batches wait for a replica, and that they go on; without the catalog they wait all the same. */
export function waitingForReplicas(catalog: pg.Pool, step: StepOfWork): (words: string | null) => Promise<void> {
  return async (words) => {
    const errorCode = 'REPLICA_BEHIND'
    const noted =
      words === null
        ? endWait(catalog, { ...step, errorCode })
        : recordWait(catalog, { ...step, error: words, errorCode })
    await noted.catch(() => {})
  }
}
