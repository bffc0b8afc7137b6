/** Duty 5, the ledger's part: operations older than the project keeps are forgotten, their markers first. */
import { writeAudit } from '../../postgres/catalog/audit.ts'
import { requireProject } from '../../postgres/catalog/projects.ts'
import { forgetOperations, listForgettable } from '../../postgres/catalog/prune.ts'
import { listAsideTargets } from '../../postgres/catalog/setAside.ts'
import { forgetMarkers } from '../../postgres/forgetMarkers.ts'
import type { ProjectDuty } from '../reconcileActivities.ts'

export const pruneLedger: ProjectDuty = async ({ catalog, targetPools }, project, { dryRun, actor }) => {
  const { settings } = await requireProject(catalog, project)
  const ids = await listForgettable(catalog, project, settings.retention_ms)
  if (ids.length === 0) return { found: 0, done: 0, left: 0, notes: [] }
  const count = `${ids.length} operations are older than the project keeps them`
  if (dryRun) return { found: ids.length, done: 0, left: ids.length, notes: [count] }
  const lost = await forgetMarkers(targetPools, await listAsideTargets(catalog, project), ids)
  // A marker without its operation could never be told from somebody else's: all or none.
  if (lost.length > 0) {
    return {
      found: ids.length,
      done: 0,
      left: ids.length,
      notes: [count, `${lost.length} targets could not be reached`],
    }
  }
  await forgetOperations(catalog, ids)
  await writeAudit(catalog, { projectId: project, actor, action: 'prune', details: { operations: ids } })
  return { found: ids.length, done: ids.length, left: 0, notes: [count] }
}
