/** Tenants of which drift can say only that nobody knows of which revision their rows are. */
import { groupedBy } from '../../groupedBy.ts'
import type { Difference } from '../../physical/equality.ts'
import { doubtAbout, doubtDifference } from '../adoption/doubt.ts'
import { recordDoubtAbout } from '../adoption/recordStanding.ts'
import type { Queryable } from '../catalog/pool.ts'
import type { Project } from '../catalog/projects/projects.ts'
import type { FleetTarget } from '../catalog/projects/targets.ts'
import type { SeenTarget } from './fleetShapes.ts'

/** By scope, of tenants whose tables were put there anew: nobody knows of which revision their rows are. */
export async function doubtsOf(
  catalog: Queryable,
  project: Project,
  seen: readonly SeenTarget<FleetTarget>[],
): Promise<ReadonlyMap<string, readonly Difference[]>> {
  const inDoubt = seen.filter(({ target, shape }) => shape.doubted && target.scope !== '')
  const found = new Map<string, readonly Difference[]>()
  for (const [revision, alike] of groupedBy(inDoubt, ({ target }) => target.revision)) {
    const doubt =
      project.kind === 'sql'
        ? await recordDoubtAbout(catalog, project, revision)
        : await doubtAbout(catalog, project.id, revision)
    if (doubt !== null) for (const { target } of alike) found.set(target.scope, [doubtDifference(revision, doubt)])
  }
  return found
}
