/** Duty 5, in the ledger: closed operations past the retention are forgotten, their markers first. */
import { type DutyInput, type DutyResult, resultOf } from '../../contract/reconcile.ts'
import { forgetOperations, listPastRetention, readRemembered } from '../../postgres/catalog/reconcile/retention.ts'
import { listAsideTargets } from '../../postgres/catalog/setAside/purges.ts'
import { pruneMarkers } from '../../postgres/target/pruneMarkers.ts'
import { type DutyDependencies, subjectOf } from './dutyDependencies.ts'

/** Counts operations. While a target is out of reach nothing is forgotten, because its markers would be orphans. */
export async function pruneDuty(
  { catalog, targetPools, signal }: DutyDependencies,
  { project, dryRun, actor }: DutyInput,
): Promise<DutyResult> {
  const ids = await listPastRetention(catalog, project)
  if (ids.length === 0) return resultOf(0, 0, [])
  if (dryRun) {
    const past = (id: string) => `Operation ${id} is past the retention.`
    return resultOf(
      ids.length,
      0,
      ids.map((id) => ({ subject: `operation ${id}`, error_code: 'PAST_RETENTION', error: past(id) })),
    )
  }
  const targets = await listAsideTargets(catalog, project)
  const { lost, kept } = await pruneMarkers(targetPools, targets, await readRemembered(catalog, project, ids), signal)
  if (lost.length > 0) {
    const problems = lost.map(({ scope, errorCode, error }) => ({
      subject: subjectOf(scope),
      error_code: errorCode,
      error,
    }))
    return resultOf(ids.length, 0, problems)
  }
  // What has not come back somewhere is no history yet: purge and drift tell of it.
  const forgotten = await forgetOperations(catalog, { project, ids: ids.filter((id) => !kept.has(id)), actor })
  return resultOf(forgotten, forgotten, [])
}
