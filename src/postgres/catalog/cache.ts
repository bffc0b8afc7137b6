/** The cache document: what readers use, written from the current revision of the catalog, only forwards. */
import type pg from 'pg'
import { localesOf } from '../../logical/fields/locales.ts'
import { graphqlNamesOf, relationKey } from '../../logical/names/graphqlNames.ts'
import { isRelationField, relationFieldIdentifier } from '../../logical/relations/relationFields.ts'
import { keyColumnsOf, pivotOf, type Relation, relationsOf } from '../../logical/relations/relations.ts'
import type { Field, LogicalSchema, Model } from '../../logical/schema.ts'
import type { CacheStore } from './cacheStore.ts'
import { requireOperation } from './operations/read.ts'
import { inTransaction, onCatalog } from './pool.ts'
import { requireProject } from './projects/projects.ts'
import { beginStep, endSteps } from './steps/aggregate.ts'

/** One project for readers; `generation` is its revision. */
export interface CacheDocument {
  /** The id of the project. */
  readonly project_id: string
  /** The revision of its schema. */
  readonly generation: number
  /** Models with their fields, connections and physical names. */
  readonly models: readonly unknown[]
  /** Relations with their keys and pivots. */
  readonly relations: readonly unknown[]
}

/** The document of a schema: models with fields and connections, relations, physical names and GraphQL names. */
export function cacheDocument(projectId: string, generation: number, schema: LogicalSchema): CacheDocument {
  const relations = relationsOf(schema)
  const models = schema.models.map((model) => modelDocument(model, relations))
  return { project_id: projectId, generation, models, relations: relations.map(relationDocument) }
}

/** Where the cache keeps anybody waiting for longer, it is a step of its own that waits. */
const AT_ONCE_MS = 1_000

/** The same as `publishCache`, if it takes no longer than a second: false where it does, or does not succeed. */
export async function publishAtOnce(pool: pg.Pool, operationId: string): Promise<boolean> {
  try {
    await publishCache(pool, operationId, AT_ONCE_MS)
    return true
  } catch {
    // Whoever publishes next meets the same, and tells it.
    return false
  }
}

/**
 * Publishes the project of an operation, announces it on `schema_saga_cache`, and records the step of the operation.
 * `withinMs` limits each of its statements.
 */
export async function publishCache(
  pool: pg.Pool,
  operationId: string,
  withinMs?: number,
): Promise<{ generation: number }> {
  const published = inTransaction(pool, async (client) => {
    if (withinMs !== undefined) await client.query(`set local statement_timeout = ${withinMs}`)
    const { generation } = await keep(client, operationId)
    await endSteps(client, operationId, ['cache'])
    return { generation }
  })
  // Side by side, because what has ended is not begun any more. One that has failed stays so until it succeeds: a person
  // may have been asked for.
  const [outcome] = await Promise.all([published, beginStep(pool, operationId, 'cache')])
  return outcome
}

/** The same, and to an embedder's store as well: the step has not ended before both have the document. */
export async function publishCacheTo(
  store: CacheStore,
  pool: pg.Pool,
  operationId: string,
): Promise<{ generation: number }> {
  await beginStep(pool, operationId, 'cache')
  for (;;) {
    const document = await inTransaction(pool, (client) => keep(client, operationId))
    const { project_id: projectId, generation } = document
    await store.put(projectId, document)
    // Of two that publish at once, the one with the older document may have come last.
    if ((await requireProject(pool, projectId)).revision !== generation) continue
    await inTransaction(pool, (client) => endSteps(client, operationId, ['cache']))
    return { generation }
  }
}

/** Writes the document of the current revision, and announces it. */
async function keep(client: pg.PoolClient, operationId: string): Promise<CacheDocument> {
  const { projectId } = await requireOperation(client, operationId)
  const { revision, schema } = await requireProject(client, projectId)
  const document = cacheDocument(projectId, revision, schema)
  await client.query(
    `insert into schema_saga.cache_document as c (project_id, generation, document) values ($1, $2, $3)
     on conflict (project_id) do update
        set generation = excluded.generation, document = excluded.document, at = now()
      where c.generation <= excluded.generation`,
    [projectId, revision, JSON.stringify(document)],
  )
  await client.query(`select pg_notify('schema_saga_cache', $1)`, [`${projectId}:${revision}`])
  return document
}

/** The published document of a project, if it is newer than `generation`; null where it is not, or where there is none. */
export async function readCacheBehind(
  pool: pg.Pool,
  projectId: string,
  generation: number | null,
): Promise<CacheDocument | null> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<{ document: CacheDocument }>(
      `select document from schema_saga.cache_document
        where project_id = $1 and ($2::int is null or generation > $2)`,
      [projectId, generation],
    )
    return rows[0]?.document ?? null
  })
}

function modelDocument(model: Model, relations: readonly Relation[]): unknown {
  const { fields, connections, ...rest } = model
  return {
    ...rest,
    physical_name: model.name,
    graphql: graphqlNamesOf(model.name),
    fields: fields.map((field) => fieldDocument(field, model, relations)),
    connections: connections.map((each) => ({ ...each, graphql_name: relationKey(each.model, each.known_as) })),
  }
}

function fieldDocument(field: Field, model: Model, relations: readonly Relation[]): unknown {
  if (!isRelationField(field)) return { ...field, columns: localesOf(field) }
  const keys = relations.flatMap((relation) =>
    keyColumnsOf(relation).filter(
      ({ table, references }) =>
        table === model.name && relationFieldIdentifier(references, relation.knownAs) === field.identifier,
    ),
  )
  return { ...field, columns: keys.map(({ column }) => ({ locale: '', column })) }
}

/** Where a relation is in the tables: its key columns, or its pivot. */
function relationDocument(relation: Relation): unknown {
  const { from, to, knownAs, forward, reverse, onDelete } = relation
  return {
    from: from.name,
    to: to.name,
    known_as: knownAs ?? null,
    forward,
    reverse,
    on_delete: onDelete,
    keys: keyColumnsOf(relation).map(({ table, column, references }) => ({ table, column, references })),
    pivot: pivotOf(relation),
  }
}
