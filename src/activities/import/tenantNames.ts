/** Names of tenants for namespaces that others have named. */

/** A namespace with the tenant's id that it gives, or why it gives none. */
export type NamedTenant =
  | { readonly namespace: string; readonly tenant: string }
  | { readonly namespace: string; readonly tenant: null; readonly reason: string }

/** Whence ids come, besides the pattern. */
export interface Names {
  readonly like: string
  /** By namespace, as the caller wants them. */
  readonly ids?: Readonly<Record<string, string>>
  /** By namespace, as the project has them: a tenant keeps its id, by whatever pattern it is found again. */
  readonly registered?: ReadonlyMap<string, string>
}

const LONGEST = 40

/**
 * The id that a namespace has, or is given; else what stands behind the fixed beginning of the pattern, in lower case, with
 * `-` for what an id cannot hold. Of two namespaces that give the same id the second one gets none.
 */
export function tenantNames(namespaces: readonly string[], { like, ids = {}, registered }: Names): NamedTenant[] {
  const fixed = fixedLength(like)
  const idGiven = (namespace: string): string | undefined =>
    registered?.get(namespace) ?? (Object.hasOwn(ids, namespace) ? ids[namespace] : undefined)
  const owners = new Map<string, string>()
  // Those that have an id come first, wherever they are in the list.
  for (const namespace of namespaces) {
    const id = idGiven(namespace)
    if (id !== undefined && !owners.has(id)) owners.set(id, namespace)
  }
  return namespaces.map((namespace) => {
    const tenant = idGiven(namespace) ?? idOf(namespace, fixed)
    if (tenant === '') return { namespace, tenant: null, reason: NO_NAME }
    const wanted = Object.hasOwn(ids, namespace) ? ids[namespace] : undefined
    if (wanted !== undefined && wanted !== tenant)
      return { namespace, tenant: null, reason: `It is tenant "${tenant}" already, and cannot become "${wanted}".` }
    const owner = owners.get(tenant) ?? namespace
    if (owner !== namespace) return { namespace, tenant: null, reason: takenText(tenant, owner) }
    owners.set(tenant, namespace)
    return { namespace, tenant }
  })
}

const NO_NAME = 'No part of its name can be the id of a tenant: give it an id with --ids (`ids` of the client).'

function takenText(tenant: string, owner: string): string {
  return `It would be tenant "${tenant}", as "${owner}" is: give one of them another id with --ids (\`ids\` of the client).`
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
