/** How reports call a target: with what is peculiar about it, so that a known defect can be told by that. */
import type { PlacedTenant, World } from '../types.ts'

/** For example `shop1/t4`, `shop1/base` or `shop1/t4 (forcedPolicy, owner)`. */
export function nameOf({ plan, servers }: World, { project, tenant, server }: PlacedTenant): string {
  const name = `${project}/${tenant === '' ? 'base' : tenant}`
  const tenants = plan.projects.find(({ id }) => id === project)?.tenants ?? []
  const features = tenants.find(({ id }) => id === tenant)?.features ?? []
  return features.length === 0 ? name : `${name} (${[...features, servers.get(server)?.role].join(', ')})`
}
