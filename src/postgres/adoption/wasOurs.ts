/** Whether a namespace that nobody vouches for has been a target of a project before. */
import { onCatalog, type Queryable } from '../catalog/pool.ts'
import { whoHid } from '../catalog/setAside/whoHid.ts'
import type { NamespaceLook } from './look.ts'

/**
 * Then its tables may be those of an older day, whatever they look like; one that never was is taken as it looks. What tells:
 * a registration for the project, what is set aside under the project's names, or a target of that name that was let go of.
 */
export async function wasOurs(
  db: Queryable,
  { project, namespace }: { project: string; namespace: string },
  { registration, asides }: Pick<NamespaceLook, 'registration' | 'asides'>,
): Promise<boolean> {
  if (registration?.projectId === project) return true
  const names = asides.map(({ asideName }) => asideName)
  if ((await whoHid(db, project, names)).size > 0) return true
  return await onCatalog(async () => {
    const { rowCount } = await db.query(
      'select from schema_saga.released_target where project_id = $1 and namespace = $2 limit 1',
      [project, namespace],
    )
    return rowCount !== 0
  })
}
