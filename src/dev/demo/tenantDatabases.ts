/** The tenants' databases, as their own application reaches them: no schema-saga involved. */
import pg from 'pg'
import type { SchemaSagaClient, TenantDocument } from '../../client/types.ts'
import type { DevStack } from '../../config.ts'
import { DEMO_SERVERS } from '../stack.ts'
import type { Insert } from './inserts.ts'

/** The application's side of the tenants. */
export interface TenantDatabases {
  readonly insert: (tenant: TenantDocument, insert: Insert) => Promise<void>
  /** Rows of each tenant over all tables of the project's models. */
  readonly countRows: (client: SchemaSagaClient, project: string) => Promise<ReadonlyMap<string, number>>
  /** From now on the tenant's database refuses DDL in its namespace, as an administrator may want it. */
  readonly freeze: (tenant: TenantDocument) => Promise<void>
  readonly thaw: (tenant: TenantDocument) => Promise<void>
  readonly close: () => Promise<void>
}

const REFUSE_DDL = `
  create table if not exists public.under_audit (namespace text primary key);
  create or replace function public.refuse_under_audit() returns event_trigger language plpgsql as $$
  begin
    if exists (select from pg_event_trigger_ddl_commands() c
                 join public.under_audit a on a.namespace = c.schema_name) then
      raise exception 'under audit';
    end if;
  end $$;
  drop event trigger if exists refuse_under_audit;
  create event trigger refuse_under_audit on ddl_command_end execute function public.refuse_under_audit()`

/** One small pool per server. */
export function openTenantDatabases(stack: DevStack): TenantDatabases {
  const pools = new Map(
    DEMO_SERVERS.map(({ id, dsnEnv }) => [id as string, new pg.Pool({ connectionString: stack.dsn[dsnEnv], max: 2 })]),
  )
  // A session that ends while it is idle is replaced by the next use; without a listener it would end the process.
  for (const pool of pools.values()) pool.on('error', () => undefined)
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
    freeze: async (tenant) => {
      await poolOf(tenant).query(REFUSE_DDL)
      await poolOf(tenant).query('insert into public.under_audit values ($1)', [tenant.namespace])
    },
    thaw: async (tenant) => {
      await poolOf(tenant).query('delete from public.under_audit where namespace = $1', [tenant.namespace])
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
