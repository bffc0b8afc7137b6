/** Whose the objects of a new tenant are, and which role it has of its own. */
import pg, { type ClientBase } from 'pg'
import type { Target } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import { whereOf } from '../sessions/servers.ts'
import { OWNER_MARK, TENANT_MARK, type Template } from './template.ts'

/** A tenant that is being made. */
export interface TenantToMake {
  readonly target: Target
  /** Where its tables are. */
  readonly namespace: string
  readonly template: Template
  /** The setting of the project, with `{namespace}` in it. */
  readonly tenantRole: string | null
  /** The roles that the base has of its own by that setting. */
  readonly baseRoles: readonly string[]
  /** Whether the text says one of them. */
  readonly saysOwnRole: boolean
}

/** The roles of one tenant. */
export interface TenantRoles {
  /** Puts them in place of their marks. */
  readonly written: (sql: string) => string
  /** The role that statements are run as, where it is not ours. */
  readonly runAs: string | null
}

/** The name of the role that the tenants of a project have of their own, for one of them. */
export function tenantRoleOf(pattern: string, namespace: string): string {
  return pattern.replaceAll('{namespace}', namespace)
}

/**
 * The namespace belongs to whoever made it before; one that is ours goes to whom the base's belongs, which is the tenant's own role
 * where the base's is the base's own. Errors: `NOT_APPLICABLE` where a role is missing.
 */
export async function rolesFor(client: ClientBase, tenant: TenantToMake): Promise<TenantRoles> {
  const { target, namespace, template, tenantRole, baseRoles, saysOwnRole } = tenant
  const { ours, owner } = await ownerOf(client, namespace)
  const own = tenantRole === null ? null : tenantRoleOf(tenantRole, target.namespace)
  if (own !== null && saysOwnRole) await requireRole(client, target, own, `tenant_role is ${tenantRole}`)
  if (owner === ours && !template.isOurs && !baseRoles.includes(template.owner)) {
    await requireRole(client, target, template.owner, 'what the base has belongs to it')
  }
  const wanted = owner !== ours ? owner : template.isOurs ? ours : template.owner
  const marks: readonly (readonly [mark: string, role: string | null])[] = [
    [OWNER_MARK, wanted],
    [TENANT_MARK, own],
  ]
  return {
    written: (sql) =>
      marks.reduce(
        (text, [mark, role]) => (role === null ? text : text.replaceAll(mark, () => pg.escapeIdentifier(role))),
        sql,
      ),
    runAs: template.isOurs && owner !== ours ? owner : null,
  }
}

async function ownerOf(client: ClientBase, namespace: string): Promise<{ ours: string; owner: string }> {
  const { rows } = await client.query<{ ours: string; owner: string }>(
    `SELECT current_user::text AS ours, pg_catalog.pg_get_userbyid(n.nspowner)::text AS owner
       FROM pg_catalog.pg_namespace n WHERE n.nspname = $1`,
    [namespace],
  )
  const [found] = rows
  if (found === undefined) throw new Error('A namespace that was made a moment ago is not there.')
  return found
}

async function requireRole(client: ClientBase, target: Target, role: string, why: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_catalog.pg_roles WHERE rolname = $1', [role])
  if (rowCount === 1) return
  const text = `${whereOf(target)}: there is no role ${pg.escapeIdentifier(role)} on its server, which the tenant needs because ${why}: create the role, and try again.`
  throw new RequestRefused('NOT_APPLICABLE', text)
}
