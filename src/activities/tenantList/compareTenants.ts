/** What the list of an embedder means for the tenants that the catalog has. */
import type { ListedTenant } from '../../contract/hooks/tenantList.ts'
import { RequestRefused } from '../../errors.ts'
import type { TenantRow } from '../../postgres/catalog/tenants/list.ts'

/** Why a tenant is suspended that the list lacks; one with that reason returns when the list has it again. */
export const NOT_LISTED = 'It is not in the list of tenants any more (hook listTenants).'

/** Of a hundred known tenants so many may be missing: a list that lacks more is taken for a broken one. */
const MOST_MISSING_PERCENT = 5

/** What is to be done. */
export interface TenantChanges {
  /** New ones, and those whose provisioning was cut off. */
  readonly arriving: readonly (ListedTenant & { readonly isBegun: boolean })[]
  readonly missing: readonly string[]
  readonly returning: readonly string[]
  /** In another place than the list says: nobody moves them. */
  readonly moved: readonly { readonly listed: ListedTenant; readonly known: TenantRow }[]
}

/** Compares the list with the catalog. Errors: `TENANTS_MISSING`. */
export function compareTenants(
  project: string,
  listed: ReadonlyMap<string, ListedTenant>,
  known: readonly TenantRow[],
): TenantChanges {
  const counted = known.filter(isCounted)
  const missing = counted.filter(({ id }) => !listed.has(id)).map(({ id }) => id)
  if (missing.length * 100 > counted.length * MOST_MISSING_PERCENT) {
    throw tooMany(project, missing, counted.length)
  }
  const byId = new Map(known.map((tenant) => [tenant.id, tenant]))
  const arriving: (ListedTenant & { isBegun: boolean })[] = []
  const moved: { listed: ListedTenant; known: TenantRow }[] = []
  for (const each of listed.values()) {
    const tenant = byId.get(each.id)
    if (tenant !== undefined && (tenant.server !== each.server || tenant.namespace !== each.namespace)) {
      moved.push({ listed: each, known: tenant })
    } else if (tenant === undefined || tenant.state === 'provisioning') {
      arriving.push({ ...each, isBegun: tenant !== undefined })
    }
  }
  const returning = known
    .filter(({ id, state, reason }) => state === 'suspended' && reason === NOT_LISTED && listed.has(id))
    .map(({ id }) => id)
  return { arriving, missing, returning, moved }
}

/** What a person has put aside stays where it is, and what is being made is not there yet. */
function isCounted({ state, cause }: TenantRow): boolean {
  return state === 'active' || (state === 'parked' && cause === 'failure')
}

function tooMany(project: string, missing: readonly string[], known: number): RequestRefused {
  const named = missing.slice(0, 10).map((id) => `"${id}"`)
  const more = missing.length > named.length ? ` and ${missing.length - named.length} more` : ''
  const text = `The list of tenants lacks ${missing.length} of the ${known} tenants of project "${project}" (${named.join(', ')}${more}), which is more than ${MOST_MISSING_PERCENT} %: correct the list, or suspend them with \`tenant suspend\` first.`
  return new RequestRefused('TENANTS_MISSING', text)
}
