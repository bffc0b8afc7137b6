/** What the parts of the demo share. */
import type { SchemaSagaClient } from '../../client/types.ts'
import type { Surroundings } from '../../commands/io.ts'
import type { TenantDatabases } from './tenantDatabases.ts'

/** One run of the demo. */
export interface Demo {
  readonly project: string
  readonly client: SchemaSagaClient
  readonly databases: TenantDatabases
  readonly say: (text: string) => void
  readonly surroundings: Pick<Surroundings, 'liveProgress' | 'colour'>
}

/** Rows of all tenants together. */
export async function totalRows({ databases, client, project }: Demo): Promise<number> {
  const counts = await databases.countRows(client, project)
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}
