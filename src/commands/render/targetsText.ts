/** Targets of one group: their number, and the first names. */
const MOST_NAMED = 10

/** `3 targets (base, ada, bob)`; the rest is in the JSON document. */
export function targetsText(group: { readonly tenants: readonly string[]; readonly tenant_count: number }): string {
  const { tenants, tenant_count: count } = group
  const named = tenants.slice(0, MOST_NAMED).join(', ')
  const more = count > MOST_NAMED ? `, and ${count - MOST_NAMED} more` : ''
  return `${count} ${count === 1 ? 'target' : 'targets'} (${named}${more})`
}
