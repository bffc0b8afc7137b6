/** The targets of an operation. */
import type pg from 'pg'
import type { Target } from '../../contract.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import { listActiveTargets } from '../../postgres/catalog/tenants/list.ts'

/** The base and all active tenants of a project. */
export async function operationTargets(catalog: pg.Pool, project: string): Promise<readonly Target[]> {
  const { base } = await requireProject(catalog, project)
  const tenants = await listActiveTargets(catalog, project)
  return base === null ? tenants : [base, ...tenants]
}
