/** Duty 2: undos that did not succeed are tried again, with growing pauses, and are left to a person after some tries. */
import { activityInfo, Context } from '@temporalio/activity'
import { listOpenUndos } from '../../postgres/catalog/lostOperations.ts'
import { requireProject } from '../../postgres/catalog/projects.ts'
import type { ProjectDuty } from '../reconcileActivities.ts'

export const retryUndos: ProjectDuty = async ({ catalog, runs }, project, { dryRun, actor }) => {
  const { settings } = await requireProject(catalog, project)
  const open = await listOpenUndos(catalog, project)
  const tried: string[] = []
  const given: string[] = []
  for (const { id, workflowId, tries, due } of open) {
    if (tries >= settings.auto_repair_attempts) given.push(id)
    else if (due) {
      if (!dryRun) await runs.signalRepair(workflowId, { action: 'retry', actor, note: `try ${tries + 1}` })
      tried.push(id)
    }
  }
  countLeft(project, given.length)
  const notes = [
    ...tried.map((id) => `the undo of operation ${id} is ${dryRun ? 'to be ' : ''}tried again`),
    ...given.map(
      (id) => `operation ${id} needs a person: its undo has been tried ${settings.auto_repair_attempts} times`,
    ),
  ]
  const done = dryRun ? 0 : tried.length
  return { found: open.length, done, left: open.length - done, notes }
}

/** What people are to be woken for. */
function countLeft(project: string, count: number): void {
  const meter = Context.current().metricMeter.withTags({ project, workflow: activityInfo().workflowType ?? 'none' })
  meter.createGauge('schema_saga_needs_repair', 'int', 'operations', 'undos that are left to a person').set(count)
}
