/** New projects: their row, the place of their base, and what their base is to be made of. */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { BASE_SCOPE, type Target } from '../../../contract.ts'
import { InputInvalid, RequestRefused } from '../../../errors.ts'
import { EMPTY_SCHEMA } from '../../../logical/schema.ts'
import { schemaHashOf } from '../../../physical/plan/planMutation.ts'
import { writeAudit } from '../audit.ts'
import { checkId, checkNamespace, checkTexts } from '../checkIds.ts'
import { inTransaction } from '../pool.ts'
import { type GivenBaseline, keepBaseline } from '../sql/givenBaseline.ts'
import type { ProjectKind } from './kind.ts'
import { reservePlace } from './namespaceOwners.ts'
import { requireServer } from './servers.ts'

/** A project that is to be; one that is described by SQL has a base, because its record is read there. */
export interface NewProject {
  readonly id: string
  readonly base: Pick<Target, 'server' | 'namespace'> | null
  /** What its base is made of, for one that is described by SQL. */
  readonly baseline?: GivenBaseline
  /** Tables whose rows new tenants begin with, for one that is described by SQL. */
  readonly seed?: readonly string[]
  readonly actor: string
}

/**
 * Registers a project without a model and reserves the place of its base, which is then provisioned. Repeating it while
 * the base is not ready is harmless. Errors: `INPUT_INVALID`, `SERVER_NOT_FOUND`, `ALREADY_EXISTS`, `NAME_TAKEN`.
 */
export async function createProject(
  pool: pg.Pool,
  { id, base, actor, baseline, seed = [] }: NewProject,
): Promise<{ readonly isNew: boolean }> {
  checkId('project', id)
  checkTexts({ actor })
  if (base !== null) checkNamespace(base.namespace)
  else if (baseline !== undefined) throw needsBase()
  const kind: ProjectKind = baseline === undefined ? 'models' : 'sql'
  if (kind === 'models' && seed.length > 0) throw seedsOfSql()
  const hash = schemaHashOf(0, EMPTY_SCHEMA)
  const schema = JSON.stringify(EMPTY_SCHEMA)
  return await inTransaction(pool, async (client) => {
    if (base !== null) await requireServer(client, base.server)
    const added = await client.query(
      `insert into schema_saga.project (id, schema, schema_hash, base_server, base_namespace, base_incarnation, kind)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
      [id, schema, hash, base?.server, base?.namespace, base === null ? null : randomUUID(), kind],
    )
    if (added.rowCount === 0) {
      await requireUnfinished(client, { id, base, kind })
      if (baseline !== undefined) await keepGiven(client, id, { baseline, seed })
      return { isNew: false }
    }
    if (baseline !== undefined) await keepGiven(client, id, { baseline, seed })
    if (base !== null) await reservePlace(client, { project: id, scope: BASE_SCOPE, ...base })
    await client.query(
      `insert into schema_saga.schema_revision (project_id, revision, schema, schema_hash) values ($1, 0, $2, $3)`,
      [id, schema, hash],
    )
    await writeAudit(client, {
      projectId: id,
      actor,
      action: 'project_create',
      details: { base, ...(kind !== 'models' && { kind }) },
    })
    return { isNew: true }
  })
}

async function keepGiven(
  client: pg.PoolClient,
  id: string,
  { baseline, seed }: { readonly baseline: GivenBaseline; readonly seed: readonly string[] },
): Promise<void> {
  await keepBaseline(client, id, baseline)
  await client.query('update schema_saga.project set settings = settings || $2 where id = $1', [
    id,
    JSON.stringify({ seed }),
  ])
}

function seedsOfSql(): InputInvalid {
  const text = 'Only a project that is described by SQL has seed tables: give a baseline.'
  return new InputInvalid('INPUT_INVALID', text, { path: 'seed' })
}

function needsBase(): InputInvalid {
  const text = 'A project that is described by SQL has a base: give --server and --namespace.'
  return new InputInvalid('INPUT_INVALID', text, { path: 'base' })
}

/** A creation that was cut off before its base was there may be repeated; anything else exists already. */
async function requireUnfinished(
  client: pg.PoolClient,
  { id, base, kind }: Pick<NewProject, 'id' | 'base'> & { readonly kind: ProjectKind },
): Promise<void> {
  const { rows } = await client.query(
    `select from schema_saga.project
      where id = $1 and not base_ready and base_server = $2 and base_namespace = $3 and kind = $4`,
    [id, base?.server ?? null, base?.namespace ?? null, kind],
  )
  if (rows.length === 0) throw new RequestRefused('ALREADY_EXISTS', `Project "${id}" exists already.`)
}
