/** One target as it is: what the catalog says of it, its own bookkeeping, and its dump. */
import type pg from 'pg'
import { withConnection } from '../../../src/postgres/sessions/connection.ts'
import { nameOf } from '../application/nameOf.ts'
import { sqlDump } from '../sql/dump.ts'
import { isOfSql } from '../sql/plan.ts'
import type { PlacedTenant, World } from '../types.ts'
import type { OpenMarker, ProjectFacts, Standing, TargetFact } from './facts.ts'
import { differencesOf, referenceDump, targetDump } from './reference.ts'

interface CatalogRow {
  readonly state: string
  readonly cause: string | null
  readonly changed: string | null
  readonly revision: number | null
  readonly hash: string | null
  readonly incarnation: string
  readonly owes: readonly string[]
}

/** Reads a target; null for one that is being made or removed. */
export async function readTarget(
  world: World,
  place: PlacedTenant,
  revisions: ProjectFacts['revisions'],
): Promise<TargetFact | null> {
  const { rows } = await world.catalog.query<CatalogRow>(
    `select state, cause, changed, revision, schema_hash as hash, incarnation,
            array(select operation_id from schema_saga.settle_debt d where d.project_id = $1 and d.tenant_id = $2) as owes
       from schema_saga.tenant
      where project_id = $1 and id = $2
     union all
     select 'active', null, null, revision, schema_hash, base_incarnation,
            array(select operation_id from schema_saga.settle_debt d where d.project_id = $1 and d.tenant_id = $2)
       from schema_saga.project
      where id = $1 and $2 = '' and base_ready`,
    [place.project, place.tenant],
  )
  const [row] = rows
  const server = world.servers.get(place.server)
  if (row === undefined || server === undefined || row.state === 'provisioning') return null
  const { revision, hash, state, cause, changed, incarnation, owes } = row
  const namespace = server.tablesIn(place.namespace)
  return await withConnection(server.urls(place.namespace).superuser, async (client) => {
    // Definitions leave out the names of namespaces on the path.
    await client.query('set search_path = pg_catalog')
    const own = await readBookkeeping(client, namespace, incarnation)
    // Those of SQL are compared with what their base was at their revision.
    const sql = isOfSql(world.plan)
    const dump = await (sql ? sqlDump : targetDump)(client, namespace)
    const peculiar = await peculiarTables(client, namespace, server.ddlRole)
    const schema = revisions.get(own.registered?.hash ?? '')?.schema
    const expected = sql ? dump : schema === undefined ? null : await referenceDump(client, schema)
    const name = nameOf(world, place)
    const differences = expected === null ? null : differencesOf(expected, dump)
    const byHand = world.byHand.has(`${place.project}/${place.tenant}`)
    const said = { place, name, state, cause, changed, catalog: { revision, hash }, owes, byHand }
    return { ...said, ...own, dump, differences, peculiar }
  })
}

/** Not ordinary ones, or of an owner for whom our role may not act. */
async function peculiarTables(client: pg.Client, namespace: string, role: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relkind in ('r', 'p', 'f') and c.relname !~ '^_aside_'
        and (not pg_has_role($2, c.relowner, 'USAGE')
             or c.relrowsecurity or c.relforcerowsecurity or c.relpersistence <> 'p' or c.relkind <> 'r'
             or exists (select from pg_inherits h where c.oid in (h.inhrelid, h.inhparent)))`,
    [namespace, role],
  )
  return rows.map(({ name }) => name)
}

async function readBookkeeping(
  client: pg.Client,
  namespace: string,
  incarnation: string,
): Promise<Pick<TargetFact, 'registered' | 'markers' | 'notes'>> {
  const targets = await client.query<Standing & { project: string }>(
    `select revision, schema_hash as hash, project_id as project from schema_saga_target.target
      where namespace = $1 and incarnation = $2`,
    [namespace, incarnation],
  )
  const markers = await client.query<OpenMarker>(
    `select operation_id as operation, epoch, stage, state from schema_saga_target.marker
      where namespace = $1 and incarnation = $2 and state in ('started', 'applied') order by at`,
    [namespace, incarnation],
  )
  const notes = await client.query<{ what: string }>('select what from schema_saga_target.drift where namespace = $1', [
    namespace,
  ])
  return {
    registered: targets.rows[0] ?? null,
    markers: markers.rows,
    notes: notes.rows.map(({ what }) => what),
  }
}
