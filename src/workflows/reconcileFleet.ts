/** Looks after all projects: lost operations, open undos, tenants left behind, drift, what is past its hold. */
import { setCurrentDetails, workflowInfo } from '@temporalio/workflow'
import type { DutyResult, ReconcileDocument, ReconcileInput } from '../contract.ts'
import { reasonOf, workflowFailure } from './failures.ts'
import { reconciling } from './proxies.ts'

/** Completes with what it found and did; one duty that fails keeps none of the others from being done. */
export async function reconcileFleet(input: ReconcileInput = {}): Promise<ReconcileDocument> {
  const { project = null, dryRun = false, trigger = 'person', actor = 'reconciler' } = input
  const id = workflowInfo().runId
  try {
    const { projects } = await reconciling.openReconcile({ id, project, dryRun, trigger })
    const work = { projects, dryRun, actor: dryRun ? actor : 'reconciler' }
    const results: DutyResult[] = []
    for (const duty of [
      reconciling.reviveOperations,
      reconciling.retryUndos,
      reconciling.catchUpTenants,
      reconciling.reconcileDrift,
      reconciling.purgePastHold,
      reconciling.pruneLedger,
    ]) {
      results.push(...(await duty(work)))
      setCurrentDetails(detailsOf(projects.length, results))
    }
    return await reconciling.closeReconcile({ id, results })
  } catch (error) {
    throw workflowFailure(reasonOf(error))
  }
}

function detailsOf(projects: number, results: readonly DutyResult[]): string {
  const rows = results.map(
    ({ project, duty, found, done, left }) => `| ${project} | ${duty} | ${found} | ${done} | ${left} |`,
  )
  const table = ['| project | duty | found | done | left |', '|---|---|---|---|---|', ...rows].join('\n')
  return `${projects} projects\n\n${rows.length === 0 ? 'Nothing to do.' : table}`
}
