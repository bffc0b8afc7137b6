/** Duty 5: what was set aside is dropped once its hold is over and nobody needs it. */
import { findAsideObjects } from '../../postgres/asideObjects.ts'
import { purgePastHold as purgeProject } from '../../postgres/purgeSetAside.ts'
import type { ProjectDuty } from '../reconcileActivities.ts'

export const purgePastHold: ProjectDuty = async (deps, project, { dryRun, actor, signal }) => {
  if (dryRun) {
    const { objects } = await findAsideObjects(deps, project)
    const due = objects.filter(({ purgeableFrom }) => purgeableFrom !== null && purgeableFrom <= new Date())
    const notes = due.map(({ name, rows }) => `${name}, set aside on ${rows.length} targets, is past its hold`)
    return { found: due.length, done: 0, left: due.length, notes }
  }
  const { purged } = await purgeProject({ ...deps, signal }, { project, actor })
  const kept = purged.filter((each) => each.kept > 0)
  const notes = purged.map((each) => `${each.object}: dropped on ${each.purged} targets, kept on ${each.kept}`)
  return { found: purged.length, done: purged.length - kept.length, left: kept.length, notes }
}
