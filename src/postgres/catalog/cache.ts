/** The cache document: what readers use, written from the current revision of the catalog, only forwards. */
import type pg from 'pg'
import { localesOf } from '../../logical/locales.ts'
import type { Field, LogicalSchema, Model } from '../../logical/schema.ts'
import { requireOperation } from './operations.ts'
import { inTransaction, onCatalog } from './pool.ts'
import { requireProject } from './projects.ts'

/** One project for readers; `generation` is its revision. */
export interface CacheDocument {
  readonly project_id: string
  readonly generation: number
  readonly models: readonly unknown[]
}

/** The document of a schema: models with fields, connections and physical names. */
export function cacheDocument(projectId: string, generation: number, schema: LogicalSchema): CacheDocument {
  return { project_id: projectId, generation, models: schema.models.map(modelDocument) }
}

/** Publishes the project of an operation and announces it on `schema_saga_cache`. */
export async function publishCache(pool: pg.Pool, operationId: string): Promise<{ generation: number }> {
  return await inTransaction(pool, async (client) => {
    const { projectId } = await requireOperation(client, operationId)
    const { revision, schema } = await requireProject(client, projectId)
    await client.query(
      `insert into schema_saga.cache_document as c (project_id, generation, document) values ($1, $2, $3)
       on conflict (project_id) do update
          set generation = excluded.generation, document = excluded.document, at = now()
        where c.generation <= excluded.generation`,
      [projectId, revision, JSON.stringify(cacheDocument(projectId, revision, schema))],
    )
    await client.query(`select pg_notify('schema_saga_cache', $1)`, [`${projectId}:${revision}`])
    return { generation: revision }
  })
}

/** The published document of a project, or null when nothing was published yet. */
export async function readCache(pool: pg.Pool, projectId: string): Promise<CacheDocument | null> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<{ document: CacheDocument }>(
      'select document from schema_saga.cache_document where project_id = $1',
      [projectId],
    )
    return rows[0]?.document ?? null
  })
}

function modelDocument(model: Model): unknown {
  const { fields, ...rest } = model
  return { ...rest, physical_name: model.name, fields: fields.map(fieldDocument) }
}

function fieldDocument(field: Field): unknown {
  return { ...field, columns: localesOf(field) }
}
