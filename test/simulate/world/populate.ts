/** The projects of a world as its plan has them, before the story begins. */

import { withConnection } from '../../../src/postgres/sessions/connection.ts'
import { populateSql } from '../sql/populate.ts'
import type { ProjectPlan, TenantPlan } from '../types.ts'
import { FEATURES } from './features.ts'
import { insertRows } from './rows.ts'
import { settle } from './settle.ts'
import type { WeatheredWorld } from './world.ts'

/** Makes all projects at once: base, models, tenants, rows, peculiarities. */
export async function populate(world: WeatheredWorld): Promise<void> {
  await Promise.all(world.plan.projects.map((project) => settle(world, populateProject(world, project))))
}

async function populateProject(world: WeatheredWorld, project: ProjectPlan): Promise<void> {
  if (project.sql !== undefined) return await populateSql(world, project, project.sql)
  const { client } = world
  const { id, base, settings, mutations, tenants } = project
  const named = (scope: string): string => `${world.prefix}_${id}_${scope}`
  await client.createProject({ id, base: base === null ? null : { server: base, namespace: named('base') } })
  if (settings.length > 0) await client.setProject(id, settings)
  await client.run(id, { type: 'publish_schema_changeset', mutations }, { operationId: `${id}-first` })
  await Promise.all(
    tenants.map(async (tenant) => {
      const namespace = named(tenant.id)
      await client.addTenant(id, { id: tenant.id, server: tenant.server, namespace })
      await furnish(world, tenant, namespace)
    }),
  )
}

async function furnish(world: WeatheredWorld, { server: id, rows, features }: TenantPlan, at: string): Promise<void> {
  const server = world.servers.get(id)
  if (server === undefined || (rows === 0 && features.length === 0)) return
  const namespace = server.tablesIn(at)
  await withConnection(server.urls(at).superuser, async (client) => {
    await client.query('begin')
    const found = await client.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = $1 and tablename !~ '^_aside_' order by 1`,
      [namespace],
    )
    const tables = found.rows.map(({ name }) => name)
    for (const table of tables) await insertRows(client, namespace, table, rows)
    for (const name of features) await FEATURES[name]?.prepare(client, { namespace, tables })
    await client.query('commit')
  })
}
