/** The tenants' databases, as their own application reaches them: no schema-saga involved. */
import pg from 'pg'
import type { SchemaSagaClient, TenantDocument } from '../../client/types.ts'
import type { DevStack } from '../../config.ts'
import { DEMO_SERVERS } from '../stack.ts'
import type { Insert } from './rows.ts'

/** The application's side of the tenants. */
export interface TenantDatabases {
  readonly insert: (tenant: TenantDocument, insert: Insert) => Promise<void>
  /** Rows of each tenant over all tables of the project's models. */
  readonly countRows: (client: SchemaSagaClient, project: string) => Promise<ReadonlyMap<string, number>>
  readonly close: () => Promise<void>
}

/** One small pool per server. */
export function openTenantDatabases(stack: DevStack): TenantDatabases {
  const pools = new Map(
    DEMO_SERVERS.map(({ id, dsnEnv }) => [id as string, new pg.Pool({ connectionString: stack.dsn[dsnEnv], max: 2 })]),
  )
  const poolOf = ({ server }: TenantDocument): pg.Pool => {
    const pool = pools.get(server)
    if (pool === undefined) throw new Error(`The demo does not know the server ${server}.`)
    return pool
  }
  return {
    insert: async (tenant, { table, rows }) => {
      for (const row of rows) {
        const columns = Object.keys(row).map(pg.escapeIdentifier).join(', ')
        const places = Object.keys(row).map((_, index) => `$${index + 1}`)
        await poolOf(tenant).query(
          `insert into ${qualified(tenant, table)} (${columns}) values (${places.join(', ')})`,
          Object.values(row),
        )
      }
    },
    countRows: async (client, project) => {
      const { schema } = await client.showSchema(project)
      const tenants = await client.listTenants(project)
      const tables = schema.models.map((model) => model.name)
      const counts = tenants.map(async (tenant) => [tenant.id, await countIn(poolOf(tenant), tenant, tables)] as const)
      return new Map(await Promise.all(counts))
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.end()))
    },
  }
}

async function countIn(pool: pg.Pool, tenant: TenantDocument, tables: readonly string[]): Promise<number> {
  let total = 0
  for (const table of tables) {
    const { rows } = await pool.query<{ n: number }>(`select count(*)::int as n from ${qualified(tenant, table)}`)
    total += rows[0]?.n ?? 0
  }
  return total
}

function qualified({ namespace }: TenantDocument, table: string): string {
  return `${pg.escapeIdentifier(namespace)}.${pg.escapeIdentifier(table)}`
}
