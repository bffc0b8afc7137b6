/** Names of tenants for namespaces that others have named. */

/** A namespace with the tenant's id that it gives, or why it gives none. */
export type NamedTenant =
  | { readonly namespace: string; readonly tenant: string }
  | { readonly namespace: string; readonly tenant: null; readonly reason: string }

const LONGEST = 40

/**
 * The id is what stands behind the fixed beginning of the pattern, in lower case, with `-` for what an id cannot hold.
 * Of two namespaces that give the same id the second one gets none.
 */
export function tenantNames(namespaces: readonly string[], like: string): NamedTenant[] {
  const fixed = fixedLength(like)
  const owners = new Map<string, string>()
  return namespaces.map((namespace) => {
    const tenant = idOf(namespace, fixed)
    if (tenant === '') return { namespace, tenant: null, reason: 'Nothing is left of its name for the id of a tenant.' }
    const owner = owners.get(tenant)
    if (owner !== undefined)
      return { namespace, tenant: null, reason: `It would be tenant "${tenant}", as "${owner}" is.` }
    owners.set(tenant, namespace)
    return { namespace, tenant }
  })
}

/** Characters in front of the first `%`; `_` stands for one, and so does an escaped character. */
function fixedLength(like: string): number {
  const tokens = [...like.matchAll(/\\.|[^\\]/gsu)].map(([token]) => token)
  const end = tokens.indexOf('%')
  return end === -1 ? 0 : end
}

function idOf(namespace: string, fixed: number): string {
  return [...namespace]
    .slice(fixed)
    .join('')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[_-]+/, '')
    .slice(0, LONGEST)
}
