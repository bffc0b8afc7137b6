/** Duty 2: undos that did not succeed are tried again, a few times, with growing pauses. */
import type { DutyInput, DutyResult, ReconcileProblem, StartedRepair } from '../../contract/reconcile.ts'
import { operationWorkflowId } from '../../contract.ts'
import { claimRepair, listWaitingRepairs, type WaitingRepair } from '../../postgres/catalog/operations/unfinished.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import type { DutyDependencies } from './dutyDependencies.ts'

/** Signals those that are due. What is held waits for a person, and so does what was tried often enough. */
export async function retryUndos(
  { catalog, fleetRuns }: Pick<DutyDependencies, 'catalog' | 'fleetRuns'>,
  { project, operation, dryRun, actor }: DutyInput,
): Promise<{ result: DutyResult; started: readonly StartedRepair[] }> {
  const { settings } = await requireProject(catalog, project)
  const problems: ReconcileProblem[] = []
  const started: StartedRepair[] = []
  const waiting = await listWaitingRepairs(catalog, project, operation)
  for (const repair of waiting) {
    const why = whyNot(repair, settings.auto_repair_attempts, operation !== undefined)
    const subject = `operation ${repair.id}`
    if (why !== null || dryRun) {
      problems.push({ subject, error_code: repair.errorCode ?? 'UNEXPECTED', error: why ?? 'Its undo is due.' })
      continue
    }
    if (!(await claimRepair(catalog, { project, repair, actor }))) continue
    const workflowId = operationWorkflowId(project, repair.id)
    if (await fleetRuns.signalRepair(workflowId, { action: 'retry', actor })) {
      started.push({ operationId: repair.id, attempt: repair.attempt })
    } else {
      problems.push({ subject, error_code: 'RUN_GONE', error: 'No workflow drives it: it is started again soon.' })
    }
  }
  const found = waiting.length - started.length
  return { result: { found, done: 0, left: found, problems }, started }
}

function whyNot({ held, tries, due }: WaitingRepair, most: number, asked: boolean): string | null {
  if (held) return 'It is held: a person must decide how it continues.'
  if (asked) return null
  if (tries >= most) return `Its undo was tried again ${tries} times: a person must look.`
  return due ? null : 'Its undo is tried again after a pause.'
}
