/** The demo: a fleet of restaurants, the examples, a failure with its repair, and where everybody ended. */
import type { SchemaSagaClient, TenantDocument } from '../../client/types.ts'
import type { Surroundings } from '../../commands/io.ts'
import { table } from '../../commands/render/table.ts'
import type { DevStack } from '../../config.ts'
import { applyExamples } from './applyExamples.ts'
import type { Demo } from './demo.ts'
import { failAndRepair } from './failAndRepair.ts'
import { createFleet } from './fleet.ts'
import { RESTAURANTS } from './restaurants.ts'
import { openTenantDatabases } from './tenantDatabases.ts'

/** Runs the demo on a fresh project; returns where its tenants ended. */
export async function runDemo(options: {
  readonly stack: DevStack
  readonly client: SchemaSagaClient
  readonly say: (text: string) => void
  readonly surroundings: Pick<Surroundings, 'liveProgress' | 'colour'>
}): Promise<{ readonly project: string; readonly tenants: readonly TenantDocument[] }> {
  const { stack, ...rest } = options
  const project = await createFleet(options.client)
  options.say(`\nProject ${project}: a base and ${RESTAURANTS.length} restaurants on two servers.\n`)
  const databases = openTenantDatabases(stack)
  try {
    const demo: Demo = { ...rest, project, databases }
    await applyExamples(demo)
    await failAndRepair(demo)
    return { project, tenants: await report(demo) }
  } finally {
    await databases.close()
  }
}

async function report({ client, project, databases, say }: Demo): Promise<readonly TenantDocument[]> {
  const tenants = await client.listTenants(project)
  const counts = await databases.countRows(client, project)
  const rows = tenants.map((tenant) => [
    tenant.id,
    tenant.server,
    tenant.namespace,
    tenant.revision,
    tenant.state,
    counts.get(tenant.id) ?? null,
  ])
  say(`\n${table(['tenant', 'server', 'namespace', 'revision', 'state', 'rows'], rows)}`)
  return tenants
}
