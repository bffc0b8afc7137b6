/** A new tenant of a project of SQL: its objects from the template, its first rows from the base. */
import type { ClientBase } from 'pg'
import type { Target } from '../../contract.ts'
import type { Project } from '../../postgres/catalog/projects/projects.ts'
import { countingOf } from '../../postgres/catalog/sql/sqlRevisions.ts'
import { whereOf } from '../../postgres/sessions/servers.ts'
import { spend } from '../../postgres/sessions/spent.ts'
import { buildFromTemplate, countedLines, requireAlike } from '../../postgres/template/buildFromTemplate.ts'
import { copySeeds, type SeedCopy } from '../../postgres/template/seeds/copySeeds.ts'
import { TENANT_MARK, type Template } from '../../postgres/template/template.ts'
import { rolesFor } from '../../postgres/template/tenantRoles.ts'
import type { Baseline } from '../../sql/baseline.ts'
import type { NamespaceRecord } from '../../sql/record.ts'
import { countedRecord } from '../../sql/recordCounting.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { requireStill } from './sqlTemplate.ts'

type Access = Pick<ActivityDependencies, 'catalog' | 'targetPools'>

/** What all tenants have in common. */
export interface TenantMaking {
  readonly project: Project
  readonly base: Target
  readonly template: Template
  readonly baseline: Baseline
  readonly recorded: NamespaceRecord
  /** The base's, and the one that its baseline was dumped from: its own role may be that of either. */
  readonly namespaces: readonly string[]
  readonly baseRoles: readonly string[]
}

/** One of them, on the session whose transaction registers it. */
export interface TenantPlace {
  readonly client: ClientBase
  readonly namespace: string
  readonly target: Target
}

/** What is not as its revision says is an error, so that the transaction is rolled back. */
export async function makeSqlTenant(access: Access, making: TenantMaking, place: TenantPlace): Promise<void> {
  const { project, template, baseline, recorded, namespaces, baseRoles } = making
  const { client, namespace, target } = place
  // Views and checks may run code, which must not be met by the next namespace.
  spend(client)
  const { tenant_role: tenantRole, seed } = project.settings
  const saysOwnRole = baseline.statements.some(({ sql }) => sql.some((part) => part.includes(TENANT_MARK)))
  const tenant = { target, namespace, template, tenantRole, baseRoles, saysOwnRole }
  const { written, runAs } = await rolesFor(client, tenant)
  const as = async (role: string | null): Promise<void> => {
    if (runAs !== null) await client.query("SELECT set_config('role', $1, true)", [role ?? 'none'])
  }
  const addRows = async (): Promise<void> => {
    await as(null)
    await addSeeds(access, making, place)
    await as(runAs)
  }
  await as(runAs)
  const source = `${whereOf(target)}: ${template.source}`
  const rows = seed.length === 0 ? {} : { addRows }
  await buildFromTemplate(client, { baseline, source, namespace, recorded, written, ...rows })
  await as(null)
  const counting = countingOf(project)
  const actual = await countedLines(client, namespace, { also: [target.namespace], counting })
  const expected = countedRecord(recorded, namespaces, counting)
  requireAlike(whereOf(target), { revision: project.revision, expected, actual })
}

/** An operation that changes the base has, or has not, brought its rows to the next revision. */
async function addSeeds(
  { catalog, targetPools }: Access,
  { project, base }: TenantMaking,
  { client, namespace, target }: TenantPlace,
): Promise<void> {
  const { revision, settings } = project
  const [here, there] = await Promise.all([targetPools.locate(target), targetPools.locate(base)])
  const onBase: SeedCopy['onBase'] =
    here.connectionString === there.connectionString
      ? (work) => work({ client, namespace: there.namespace })
      : // Beside the budget: the session of the tenant is held meanwhile.
        (work) => targetPools.withSideClient(base, (session, own) => inSnapshot(session, own, work))
  await requireStill(catalog, { project, base })
  const names = { where: whereOf(target), base: whereOf(base) }
  await copySeeds({ tenant: { client, namespace }, tables: settings.seed, revision, onBase, ...names })
  await requireStill(catalog, { project, base })
}

async function inSnapshot(
  client: ClientBase,
  namespace: string,
  work: Parameters<SeedCopy['onBase']>[0],
): Promise<void> {
  await client.query(
    `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s'`,
  )
  try {
    await work({ client, namespace })
  } finally {
    await client.query('ROLLBACK')
  }
}
