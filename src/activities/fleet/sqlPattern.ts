/** What new tenants of a project of SQL are made of at its revision: read once for all tenants of a list. */
import { RequestRefused } from '../../errors.ts'
import { catalogIdOf } from '../../postgres/catalog/projects/identity.ts'
import { requireMadeBase } from '../../postgres/catalog/projects/kind.ts'
import type { Project } from '../../postgres/catalog/projects/projects.ts'
import { readDumped } from '../../postgres/catalog/sql/givenBaseline.ts'
import { readRecordOf } from '../../postgres/catalog/sql/sqlRevisions.ts'
import { readForTenants } from '../../postgres/template/template.ts'
import { tenantRoleOf } from '../../postgres/template/tenantRoles.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { makeSqlTenant } from './makeSqlTenant.ts'
import type { Pattern } from './makeTarget.ts'
import { requireTemplate } from './sqlTemplate.ts'

/** Errors: those of `requireTemplate`, `NOT_APPLICABLE` before the base is made. */
export async function sqlPattern(
  deps: Pick<ActivityDependencies, 'catalog' | 'targetPools'>,
  project: Project,
): Promise<Pattern> {
  const { catalog } = deps
  const { id, revision, schemaHash, base, settings } = project
  requireMadeBase(project)
  const recorded = await readRecordOf(catalog, id, revision)
  if (base === null || recorded === null) {
    throw new RequestRefused('NOT_APPLICABLE', `Revision ${revision} of project "${id}" has no record.`)
  }
  const dumped = await readDumped(catalog, id)
  const namespaces = [base.namespace, ...(dumped === null ? [] : [dumped])]
  const template = await requireTemplate(deps, { project, base, recorded, namespaces })
  const { tenant_role: pattern } = settings
  const baseRoles = pattern === null ? [] : namespaces.map((each) => tenantRoleOf(pattern, each))
  const baseline = await readForTenants(template, baseRoles)
  const making = { project, base, template, baseline, recorded, namespaces, baseRoles }
  return {
    projectId: id,
    revision,
    schemaHash,
    statements: [],
    alone: template.locksShared,
    make: (client, namespace, target) => makeSqlTenant(deps, making, { client, namespace, target }),
    catalogId: await catalogIdOf(catalog),
  }
}
