/** The reconciler's duties: each goes over all projects, and what is wrong with one stops none of the others. */
import type { DutyInput, DutyResult, ReconcileActivities } from '../contract.ts'
import { SagaError } from '../errors.ts'
import { closeReconcile, openReconcile } from '../postgres/catalog/reconcileRun.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { whileHeartbeating } from './heartbeating.ts'
import { catchUpTenants } from './reconcile/catchUpTenants.ts'
import { pruneLedger } from './reconcile/pruneLedger.ts'
import { purgePastHold } from './reconcile/purgePastHold.ts'
import { reconcileDrift } from './reconcile/reconcileDrift.ts'
import { retryUndos } from './reconcile/retryUndos.ts'
import { reviveOperations } from './reconcile/reviveOperations.ts'

/** How one duty is done in one project. */
export type ProjectDuty = (
  deps: ActivityDependencies,
  project: string,
  input: Pick<DutyInput, 'dryRun' | 'actor'> & { readonly signal: AbortSignal },
) => Promise<Omit<DutyResult, 'project' | 'duty'>>

/** Lines of one result; the rest is in its counts. */
export const MOST_NOTES = 20

/** The activities over the worker's pools. */
export function createReconcileActivities(deps: ActivityDependencies): ReconcileActivities {
  const duty =
    (name: DutyResult['duty'], inProject: ProjectDuty) =>
    ({ projects, dryRun, actor }: DutyInput): Promise<DutyResult[]> =>
      whileHeartbeating(async (signal) => {
        const results: DutyResult[] = []
        for (const project of projects) {
          signal.throwIfAborted()
          const result = await inProject(deps, project, { dryRun, actor, signal }).catch(asNote)
          if (result.found > 0)
            results.push({ project, duty: name, ...result, notes: result.notes.slice(0, MOST_NOTES) })
        }
        return results
      })
  return {
    openReconcile: (input) => openReconcile(deps.catalog, input),
    reviveOperations: duty('operations', reviveOperations),
    retryUndos: duty('undos', retryUndos),
    catchUpTenants: duty('catch_up', catchUpTenants),
    reconcileDrift: duty('drift', reconcileDrift),
    purgePastHold: duty('purge', purgePastHold),
    pruneLedger: duty('prune', pruneLedger),
    closeReconcile: (input) => closeReconcile(deps.catalog, input),
  }
}

/** Without the catalog there is nothing to say of any project. */
function asNote(error: unknown): Omit<DutyResult, 'project' | 'duty'> {
  if (!(error instanceof SagaError) || error.code === 'CATALOG_UNREACHABLE') throw error
  return { found: 1, done: 0, left: 1, notes: [`${error.code}: ${error.message}`] }
}
