/** What is true about a project and its targets, read from the catalog and the databases themselves, past all faults. */
import pg from 'pg'
import type { LogicalSchema } from '../../../src/logical/schema.ts'
import type { PlacedTenant, World } from '../types.ts'
import { differencesOf, referenceDump, targetDump } from './reference.ts'

/** One operation as the ledger has it. */
export interface OperationFact {
  readonly id: string
  readonly status: string
  readonly turn: string
  readonly revision: number | null
  readonly unchanged: boolean
  readonly persisted: boolean
  readonly error: string | null
  /** Targets that a person accepted as they are. */
  readonly accepted: readonly string[]
}

/** One marker that says that something was begun or done and not undone. */
export interface OpenMarker {
  readonly operation: string
  readonly epoch: number
  readonly stage: number
  readonly state: 'started' | 'applied'
}

/** Where a target is said to be. */
export interface Standing {
  readonly revision: number | null
  readonly hash: string | null
}

/** One target: what the catalog says of it, and what is there. */
export interface TargetFact {
  readonly place: PlacedTenant
  readonly name: string
  /** `active` for a base that is ready. */
  readonly state: string
  readonly cause: string | null
  readonly changed: string | null
  readonly catalog: Standing
  /** Null where it has no row in the bookkeeping of its database. */
  readonly registered: (Standing & { readonly project: string }) | null
  readonly markers: readonly OpenMarker[]
  /** Rules that an undo noted that it could not bring back. */
  readonly notes: readonly string[]
  readonly dump: readonly string[]
  /** Against a target that is made anew at its own revision; null where that schema is not known. */
  readonly differences: readonly string[] | null
}

/** One project. */
export interface ProjectFacts {
  readonly id: string
  readonly revision: number
  readonly hash: string
  readonly operations: readonly OperationFact[]
  /** By hash: the operation that made each durable schema. */
  readonly revisions: ReadonlyMap<string, { readonly operation: string | null; readonly schema: LogicalSchema }>
  readonly targets: readonly TargetFact[]
  /** Whether no operation was at work while all this was read. */
  readonly quiet: boolean
}

/** The facts of all projects. */
export async function readFacts(world: World): Promise<readonly ProjectFacts[]> {
  const places = await world.places()
  const { rows } = await world.catalog.query<{ id: string; revision: number; hash: string }>(
    'select id, revision, schema_hash as hash from schema_saga.project where archived_at is null order by id',
  )
  const facts: ProjectFacts[] = []
  for (const project of rows) {
    const operations = await readOperations(world.catalog, project.id)
    const revisions = await readRevisions(world.catalog, project.id)
    const targets: TargetFact[] = []
    for (const place of places.filter((each) => each.project === project.id)) {
      const target = await readTarget(world, place, revisions)
      if (target !== null) targets.push(target)
    }
    const after = await readOperations(world.catalog, project.id)
    const quiet = JSON.stringify(operations) === JSON.stringify(after) && !after.some(isAtWork)
    facts.push({ ...project, operations: after, revisions, targets, quiet })
  }
  return facts
}

/** Whether an operation may change its targets at any moment. */
export function isAtWork({ status, turn }: OperationFact): boolean {
  return turn === 'holding' || ((status === 'applying' || status === 'compensating') && turn !== 'released')
}

/** Statuses that an operation never leaves by itself. */
export function isFinal({ status }: OperationFact): boolean {
  return status === 'committed' || status === 'failed' || status === 'cancelled'
}

async function readOperations(catalog: pg.Pool, project: string): Promise<readonly OperationFact[]> {
  const { rows } = await catalog.query<OperationFact>(
    `select o.id, o.status, o.turn, o.revision, o.unchanged, o.persisted_at is not null as persisted, o.error,
            array(select s.scope from schema_saga.operation_step s
                   where s.operation_id = o.id and s.accepted order by 1) as accepted
       from schema_saga.operation o where o.project_id = $1 order by o.seq`,
    [project],
  )
  return rows
}

async function readRevisions(catalog: pg.Pool, project: string): Promise<ProjectFacts['revisions']> {
  const { rows } = await catalog.query<{ hash: string; operation: string | null; schema: LogicalSchema }>(
    `select schema_hash as hash, operation_id as operation, schema from schema_saga.schema_revision
      where project_id = $1`,
    [project],
  )
  return new Map(rows.map(({ hash, ...revision }) => [hash, revision]))
}

interface CatalogRow {
  readonly state: string
  readonly cause: string | null
  readonly changed: string | null
  readonly revision: number | null
  readonly hash: string | null
  readonly incarnation: string
}

async function readTarget(
  world: World,
  place: PlacedTenant,
  revisions: ProjectFacts['revisions'],
): Promise<TargetFact | null> {
  const { rows } = await world.catalog.query<CatalogRow>(
    `select state, cause, changed, revision, schema_hash as hash, incarnation from schema_saga.tenant
      where project_id = $1 and id = $2
     union all
     select 'active', null, null, revision, schema_hash, base_incarnation from schema_saga.project
      where id = $1 and $2 = '' and base_ready`,
    [place.project, place.tenant],
  )
  const [row] = rows
  const server = world.servers.get(place.server)
  if (row === undefined || server === undefined || row.state === 'provisioning' || row.state === 'deleting') return null
  const { revision, hash, state, cause, changed, incarnation } = row
  const namespace = server.tablesIn(place.namespace)
  const client = new pg.Client({ connectionString: server.urls(place.namespace).superuser })
  await client.connect()
  try {
    const own = await readBookkeeping(client, namespace, incarnation)
    const dump = await targetDump(client, namespace)
    const schema = revisions.get(own.registered?.hash ?? '')?.schema
    const expected = schema === undefined ? null : await referenceDump(client, schema)
    const name = `${place.project}/${place.tenant === '' ? 'base' : place.tenant}`
    const differences = expected === null ? null : differencesOf(expected, dump)
    return { place, name, state, cause, changed, catalog: { revision, hash }, ...own, dump, differences }
  } finally {
    await client.end()
  }
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
