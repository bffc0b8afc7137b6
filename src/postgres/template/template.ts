/** What a new tenant of a project of SQL is made of: a text, and whose the objects are that it describes. */
import { type Baseline, readBaseline } from '../../sql/baseline.ts'

/** A template, as it is kept. */
export interface Template {
  readonly text: string
  /** For messages: what was dumped, or the name of a file. */
  readonly source: string
  /** The namespace that its names are qualified with; null when they are not. */
  readonly dumped: string | null
  /** A dump of the base has bodies that are compared with those of the revision; of another text they are read as it was. */
  readonly bodies: 'as they are' | 'rewritten' | 'checked'
  /** The role that owned the base's namespace. */
  readonly owner: string
  /** Whether that was the worker's own role: then the tenant's namespace belongs to the worker's role on its server. */
  readonly isOurs: boolean
  /** Whether making it locks tables that all tenants share, as a key that refers to one does: then it is done one at a time. */
  readonly locksShared: boolean
}

/** One that was not built yet. */
export type Unproven = Omit<Template, 'locksShared'>

/** What stands for the owner of the tenant's namespace in a text that was read for tenants. */
export const OWNER_MARK = '"schema_saga: owner"'

/** What stands for the role that the tenant has of its own. */
export const TENANT_MARK = '"schema_saga: tenant"'

/** The text as it is run in a copy of the base. Errors: those of `readBaseline`. */
export async function readForBase(template: Unproven): Promise<Baseline> {
  return rightsFirst(template, await readBaseline(template.source, template.text, readingOf(template)))
}

/** The text as it is run for tenants, with marks for the owner and for `tenantRoles`, the roles that the base has of its own. */
export async function readForTenants(template: Template, tenantRoles: readonly string[]): Promise<Baseline> {
  // Of one that is both the tenant's own role is meant.
  const marks = [[template.owner, OWNER_MARK] as const, ...tenantRoles.map((role) => [role, TENANT_MARK] as const)]
  const reading = { ...readingOf(template), roles: new Map(marks) }
  return rightsFirst(template, await readBaseline(template.source, template.text, reading))
}

const ON_NAMESPACE = /^ALTER SCHEMA\s|^(GRANT|REVOKE)\s.*\sON SCHEMA\s/s

/**
 * A dump ends with rights. Those on the namespace are needed before: no superuser, a worker may give a table only to a role that
 * may make tables there.
 */
function rightsFirst({ bodies }: Unproven, baseline: Baseline): Baseline {
  if (bodies !== 'as they are') return baseline
  const isFirst = ({ kind, sql }: Baseline['statements'][number]): boolean =>
    (kind === 'AlterOwnerStmt' || kind === 'GrantStmt') && ON_NAMESPACE.test(sql.join(''))
  const { statements } = baseline
  return { ...baseline, statements: [...statements.filter(isFirst), ...statements.filter((each) => !isFirst(each))] }
}

function readingOf({ dumped, bodies }: Unproven) {
  return {
    ...(dumped !== null && { namespace: dumped }),
    rewriteBodies: bodies === 'rewritten',
    keepBodies: bodies === 'as they are',
  }
}
