/** A project that is described by SQL, before the story begins: its base, first changes, tenants of the product's make and others. */
import type pg from 'pg'
import { withConnection } from '../../../src/postgres/sessions/connection.ts'
import type { ProjectPlan, SqlPlan, TenantPlan } from '../types.ts'
import type { WeatheredWorld } from '../world/world.ts'

/** Makes it. */
export async function populateSql(world: WeatheredWorld, project: ProjectPlan, sql: SqlPlan): Promise<void> {
  const { client } = world
  const { id, base, settings, tenants } = project
  const named = (scope: string): string => `${world.prefix}_${id}_${scope}`
  const baseline = { text: sql.baseline }
  await client.createProject({
    id,
    base: base === null ? null : { server: base, namespace: named('base') },
    baseline,
  })
  if (settings.length > 0) await client.setProject(id, settings)
  // Those of the product are made of the baseline, and get every change.
  for (const tenant of tenants.filter(({ behind }) => behind === null)) {
    await client.addTenant(id, { id: tenant.id, server: tenant.server, namespace: named(tenant.id) })
  }
  for (const [index, change] of sql.first.entries()) {
    await client.run(id, { type: 'run_sql', ...change }, { operationId: `${id}-first-${index}` })
  }
  for (const tenant of tenants) await furnish(world, tenant, named(tenant.id), sql)
  const like = `${named('').replaceAll('_', '\\_')}%`
  for (const { id: server } of world.plan.servers) await client.importTenants(id, { server, like })
}

async function furnish(world: WeatheredWorld, tenant: TenantPlan, namespace: string, sql: SqlPlan): Promise<void> {
  const server = world.servers.get(tenant.server)
  if (server === undefined) return
  const { behind = null } = tenant
  await withConnection(server.urls(namespace).superuser, async (client) => {
    await client.query(`begin; set local role ${server.ddlRole}; set local search_path = ${namespace}`)
    if (behind !== null) {
      const changes = sql.first.slice(0, Math.max(0, sql.first.length - behind)).map(({ up }) => up)
      await client.query(`create schema ${namespace}; ${[sql.baseline, ...changes].join('\n')}`)
    }
    await insertRows(client, namespace, tenant.rows)
    await client.query('commit')
  })
}

/** Some columns of each row are left empty. */
async function insertRows(client: pg.Client, namespace: string, rows: number): Promise<void> {
  const found = await client.query<{ name: string }>('select tablename as name from pg_tables where schemaname = $1', [
    namespace,
  ])
  const VALUES: Readonly<Record<string, string>> = {
    customer: `customer (name, email) select 'name ' || n, 'mail ' || n`,
    invoice: `invoice (total, title) select n, 'title ' || n`,
    item: `item (qty, label) select n, 'label ' || n`,
    event: `event (body) select 'body ' || n`,
  }
  for (const { name } of found.rows) {
    if (rows > 0) await client.query(`insert into ${VALUES[name]} from generate_series(1, ${rows}) as n`)
  }
}
