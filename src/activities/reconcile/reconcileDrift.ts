/** Duty 4: drift is reported always, and what is missing is added where the project's settings say so. */
import { beginMaintenance, endMaintenance } from '../../postgres/catalog/maintenance.ts'
import { requireProject } from '../../postgres/catalog/projects.ts'
import { type DriftedShape, scanDrift } from '../../postgres/drift.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { createFleetActivities } from '../fleetActivities.ts'
import type { ProjectDuty } from '../reconcileActivities.ts'

export const reconcileDrift: ProjectDuty = async (deps, project, { dryRun, actor, signal }) => {
  const { catalog, targetPools: pools } = deps
  const { settings } = await requireProject(catalog, project)
  const { drift } = await scanDrift({ catalog, pools, project, signal })
  const found = drift.reduce((sum, { targets }) => sum + targets.length, 0)
  const repairable = drift.filter(({ repair }) => repair.length > 0)
  const notes = drift.map((shape) => noteOf(shape))
  if (dryRun || settings.auto_repair === 'off' || repairable.length === 0) return { found, done: 0, left: found, notes }
  const done = await repair(deps, project, repairable, actor)
  return { found, done, left: found - done, notes: [...notes, `repaired: ${done} targets`] }
}

/** Holding the project, so that no operation comes in between; skipped while one is at work, until the next run. */
async function repair(
  deps: ActivityDependencies,
  project: string,
  shapes: readonly DriftedShape[],
  actor: string,
): Promise<number> {
  if (!(await beginMaintenance(deps.catalog, project, actor))) return 0
  try {
    const scopes = shapes.flatMap(({ targets }) => targets.map(({ scope }) => scope))
    const { repaired } = await createFleetActivities(deps).repairDriftAdditively({ project, scopes, actor })
    return repaired
  } finally {
    const next = await endMaintenance(deps.catalog, project, actor)
    if (next !== null) await deps.runs.wake(next)
  }
}

function noteOf({ targets, differences }: DriftedShape): string {
  const named = targets.slice(0, 5).map(({ scope }) => (scope === '' ? 'base' : scope))
  const more = targets.length > named.length ? ` and ${targets.length - named.length} more` : ''
  const what = differences.slice(0, 3).map(({ object, kind }) => `${object} is ${kind}`)
  return `${named.join(', ')}${more}: ${what.join(', ')}${differences.length > what.length ? ', ...' : ''}`
}
