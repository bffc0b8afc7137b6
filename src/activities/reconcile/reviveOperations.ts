/** Duty 1: operations whose run is over although the ledger says that they are not. */
import { type DutyInput, type DutyResult, type ReconcileProblem, resultOf } from '../../contract/reconcile.ts'
import { writeAudit } from '../../postgres/catalog/audit.ts'
import { requireOperation } from '../../postgres/catalog/operations/read.ts'
import { listSilentOperations } from '../../postgres/catalog/operations/unfinished.ts'
import { reviveOperation } from '../operation/turnActivities.ts'
import { type DutyDependencies, problemWith } from './dutyDependencies.ts'

/** Starts each of them again; it goes on in the direction of the ledger, the markers tell how far it had come. */
export async function reviveOperations(
  { catalog, runs }: Pick<DutyDependencies, 'catalog' | 'runs'>,
  { project, operation, dryRun, actor }: DutyInput,
): Promise<DutyResult> {
  const problems: ReconcileProblem[] = []
  let found = 0
  let done = 0
  for (const operationId of await listSilentOperations(catalog, project, operation)) {
    const subject = `operation ${operationId}`
    try {
      const { workflowId, runId, status } = await requireOperation(catalog, operationId)
      if (!(await runs.isClosed(workflowId, runId))) continue
      found += 1
      if (dryRun) {
        problems.push({ subject, error_code: 'RUN_GONE', error: `It is ${status}, and no workflow drives it.` })
      } else if (await reviveOperation({ catalog, runs }, operationId)) {
        done += 1
        const details = { status }
        await writeAudit(catalog, { projectId: project, operationId, actor, action: 'revive', details })
      }
    } catch (error) {
      problems.push(problemWith(subject, error))
    }
  }
  return resultOf(found, done, problems)
}
