/** Steps with tenants that have a history: long away, taken out and in again, restored, cloned. */
import fc from 'fast-check'
import pg from 'pg'
import type { LogicalSchema } from '../../../src/logical/schema.ts'
import { provisionSql } from '../../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../../src/physical/project.ts'
import { renderFor } from '../../../src/physical/sql.ts'
import { isAway } from '../world/away.ts'
import { insertRows } from '../world/rows.ts'
import { arbitraryChoice, chooseTenant, chosen, NothingToDo, type StepPlace, stepKind } from './kind.ts'

const DAY_MS = 86_400_000
const ANY = ['active', 'parked', 'suspended']

/** A tenant is put aside, and long times go by. */
export const longAbsence = stepKind<{ tenant: number; by: 'park' | 'suspend'; days: number }>({
  weight: 2,
  long: true,
  arguments: fc.record({
    tenant: arbitraryChoice,
    by: fc.constantFrom('park', 'suspend'),
    days: fc.constantFrom(8, 30, 500),
  }),
  run: async (place, { tenant, by, days }) => {
    const { client, clock } = place.world
    const { id } = await chooseTenant(place, tenant, ['active'])
    await (by === 'park' ? client.parkTenant : client.suspendTenant)(place.project, id)
    await clock.age(days * DAY_MS)
    await client.reconcile({ project: place.project })
    return `${by} ${id} for ${days} days`
  },
})

/** A tenant is taken out of the project and, after a while, in again. */
export const removeAndImport = stepKind<{ tenant: number; days: number }>({
  weight: 3,
  long: true,
  arguments: fc.record({ tenant: arbitraryChoice, days: fc.constantFrom(0, 0, 8, 500) }),
  run: async (place, { tenant, days }) => {
    const { client, clock } = place.world
    const { id, server, namespace } = await chooseTenant(place, tenant, ANY)
    await client.removeTenant(place.project, id)
    if (days > 0) await clock.age(days * DAY_MS)
    const { counts } = await client.importTenants(place.project, { server, like: namespace.replaceAll('_', '\\_') })
    return `remove ${id}, and import it after ${days} days: ${JSON.stringify(counts)}`
  },
})

/** A tenant's tables are those of a backup, of an earlier revision or of this one; the bookkeeping beside them stays. */
export const restoreTenant = stepKind<{ tenant: number; back: number; rows: number }>({
  weight: 3,
  of: 'models',
  long: true,
  arguments: fc.record({ tenant: arbitraryChoice, back: fc.nat(4), rows: fc.constantFrom(0, 2) }),
  run: async (place, { tenant, back, rows }) => {
    const { world, project } = place
    const { id, server, namespace } = await chooseTenant(place, tenant, ['parked', 'suspended', 'active'])
    if ((await stateOf(place, id)) === 'active') await world.client.parkTenant(project, id)
    const revisions = await revisionsOf(place)
    const found = revisions[Math.max(0, revisions.length - 1 - back)]
    if (found === undefined) throw new NothingToDo('no revision')
    const name = `${project}/${id}`
    world.byHand.add(name)
    world.replaced.add(name)
    await makeAnew(place, { server, namespace, schema: found.schema, rows })
    // What the application did meanwhile is void as well.
    world.replaced.add(name)
    await world.client.catchUpTenant(project, id)
    return `restore ${id} as it was at revision ${found.revision}, and bring it back`
  },
})

/** The tables of a tenant are copied to a namespace that nobody knows, which is then imported. */
export const cloneTenant = stepKind<{ server: number; back: number; rows: number }>({
  weight: 2,
  of: 'models',
  long: true,
  arguments: fc.record({ server: arbitraryChoice, back: fc.constantFrom(0, 0, 1, 3), rows: fc.constantFrom(0, 2) }),
  run: async (place, { server: number, back, rows }) => {
    const { world, project, id } = place
    const shared = [...world.servers.values()].filter(({ databasePerTenant }) => !databasePerTenant)
    const server = chosen(shared, number)
    const revisions = await revisionsOf(place)
    const found = revisions[Math.max(0, revisions.length - 1 - back)]
    if (server === undefined || found === undefined) throw new NothingToDo('nothing to clone')
    const namespace = `${world.prefix}_${project}_c${id}`
    await makeAnew(place, { server: server.id, namespace, schema: found.schema, rows })
    const like = namespace.replaceAll('_', '\\_')
    const { counts } = await world.client.importTenants(project, { server: server.id, like })
    return `import a clone of revision ${found.revision}: ${JSON.stringify(counts)}`
  },
})

async function stateOf({ world, project }: StepPlace, tenant: string): Promise<string | undefined> {
  return (await world.client.listTenants(project)).find(({ id }) => id === tenant)?.state
}

interface Past {
  readonly revision: number
  readonly schema: LogicalSchema
}

async function revisionsOf({ world, project }: StepPlace): Promise<readonly Past[]> {
  const { rows } = await world.catalog.query<Past>(
    'select revision, schema from schema_saga.schema_revision where project_id = $1 and revision > 0 order by revision',
    [project],
  )
  return rows
}

/** The namespace with the tables of a schema, which belong to the role of our sessions, and nothing else. */
async function makeAnew(
  { world }: StepPlace,
  {
    server: id,
    namespace: at,
    schema,
    rows,
  }: { server: string; namespace: string; schema: LogicalSchema; rows: number },
): Promise<void> {
  const server = world.servers.get(id)
  if (server === undefined) throw new NothingToDo('no such server')
  const namespace = server.tablesIn(at)
  const client = new pg.Client({ connectionString: server.urls(at).superuser, application_name: 'restore' })
  client.on('error', (error) => world.log(`restore: ${error.message}`))
  try {
    await client.connect()
    const sql = provisionSql(projectSchema(schema)).map((each) => renderFor(namespace, each))
    await client.query(`begin; set local lock_timeout = '2s'; drop schema if exists ${namespace} cascade;
      create schema ${namespace} authorization ${server.ddlRole};
      grant usage on schema ${namespace} to sim_application;
      set local role ${server.ddlRole}; ${sql.join(';')}; reset role`)
    for (const { name } of schema.models) if (rows > 0) await insertRows(client, namespace, name, rows)
    await client.query('commit')
  } catch (error) {
    // Somebody holds a table, or the database is away: another time.
    if (isAway(error) || (error instanceof pg.DatabaseError && error.code === '55P03'))
      throw new NothingToDo(String(error))
    throw error
  } finally {
    await client.end().catch(() => undefined)
  }
}
