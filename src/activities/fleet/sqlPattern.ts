/** What new tenants of a project of SQL are made of at its revision: read once for all tenants of a list. */
import type { ClientBase } from 'pg'
import type { Target } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import { catalogIdOf } from '../../postgres/catalog/projects/identity.ts'
import { requireMadeBase } from '../../postgres/catalog/projects/kind.ts'
import type { Project } from '../../postgres/catalog/projects/projects.ts'
import { readDumped } from '../../postgres/catalog/sql/givenBaseline.ts'
import { countingOf, readRecordOf } from '../../postgres/catalog/sql/sqlRevisions.ts'
import { whereOf } from '../../postgres/sessions/servers.ts'
import { buildFromTemplate, countedLines, requireAlike } from '../../postgres/template/buildFromTemplate.ts'
import { readForTenants, TENANT_MARK, type Template } from '../../postgres/template/template.ts'
import { rolesFor, tenantRoleOf } from '../../postgres/template/tenantRoles.ts'
import type { Baseline } from '../../sql/baseline.ts'
import type { NamespaceRecord } from '../../sql/record.ts'
import { countedRecord } from '../../sql/recordCounting.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import type { Pattern } from './makeTarget.ts'
import { requireTemplate } from './sqlTemplate.ts'

/** What all tenants have in common. */
interface Making {
  readonly project: Project
  readonly template: Template
  readonly baseline: Baseline
  readonly recorded: NamespaceRecord
  /** Of these the base's own role may be. */
  readonly namespaces: readonly string[]
  readonly baseRoles: readonly string[]
}

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
  const making: Making = { project, template, baseline, recorded, namespaces, baseRoles }
  return {
    projectId: id,
    revision,
    schemaHash,
    statements: [],
    alone: template.locksShared,
    make: (client, namespace, target) => makeOne(client, { namespace, target, making }),
    catalogId: await catalogIdOf(catalog),
  }
}

/** Within the transaction that registers it, which is rolled back when it is not what its revision says. */
async function makeOne(
  client: ClientBase,
  { namespace, target, making }: { namespace: string; target: Target; making: Making },
): Promise<void> {
  const { project, template, baseline, recorded, namespaces, baseRoles } = making
  const { source } = template
  const { tenant_role: tenantRole } = project.settings
  const saysOwnRole = baseline.statements.some(({ sql }) => sql.some((part) => part.includes(TENANT_MARK)))
  const tenant = { target, namespace, template, tenantRole, baseRoles, saysOwnRole }
  const { written, runAs } = await rolesFor(client, tenant)
  if (runAs !== null) await client.query("SELECT set_config('role', $1, true)", [runAs])
  await buildFromTemplate(client, { baseline, source: `${whereOf(target)}: ${source}`, namespace, recorded, written })
  if (runAs !== null) await client.query('SET LOCAL ROLE NONE')
  const counting = countingOf(project)
  const actual = await countedLines(client, namespace, { also: [target.namespace], counting })
  const expected = countedRecord(recorded, namespaces, counting)
  requireAlike(whereOf(target), { revision: project.revision, expected, actual })
}
