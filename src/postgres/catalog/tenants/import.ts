/** Tenants that are taken over with their tables: registered first, active once they were found to fit. */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Target } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import { writeAudit } from '../audit.ts'
import { checkId, checkNamespace } from '../checkIds.ts'
import { inTransaction, onCatalog, type Queryable } from '../pool.ts'
import { reservePlace } from '../projects/namespaceOwners.ts'
import { requireProject } from '../projects/projects.ts'
import { delaysActivation } from '../steps/unfinished.ts'
import { lockTenant, setActive } from './row.ts'

/** What the project has on a server: its base (scope '') and its tenants. */
export async function placesOf(
  pool: pg.Pool,
  project: string,
  server: string,
): Promise<{ scope: string; namespace: string }[]> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<{ scope: string; namespace: string }>(
      'select scope, namespace from schema_saga.place where project_id = $1 and server_id = $2',
      [project, server],
    )
    return rows
  })
}

/** A namespace under the name that it is to have as a tenant. */
export interface ImportRequest {
  readonly project: string
  readonly tenant: string
  readonly server: string
  readonly namespace: string
  readonly actor: string
}

interface Known {
  readonly server: string
  readonly namespace: string
  readonly incarnation: string
  readonly revision: number | null
  readonly state: string
  readonly reason: string | null
}

/** A tenant that an earlier import has registered. */
export interface KnownImport {
  readonly target: Target
  /** Once it has a revision. */
  readonly taken: boolean
  /** Once an import has parked it for what its tables look like. */
  readonly compared: boolean
  /** Why it is parked. */
  readonly reason: string
}

const NOT_YET = 'It has not been compared with its project yet.'

/**
 * Registers a tenant as parked, by a person's wish, so that nobody but a person tries again; it is null when it was
 * taken over before. Errors: `INPUT_INVALID`, `ALREADY_EXISTS` with other values, `NAME_TAKEN`.
 */
export async function registerImport(pool: pg.Pool, request: ImportRequest): Promise<Target | null> {
  const { project, tenant, server, namespace, actor } = request
  return await inTransaction(pool, async (client) => {
    await requireProject(client, project, 'for update')
    const known = await findImport(client, request)
    if (known !== null) return known.taken ? null : known.target
    await reservePlace(client, { project, scope: tenant, server, namespace })
    const incarnation = randomUUID()
    await client.query(
      `insert into schema_saga.tenant (project_id, id, server_id, namespace, incarnation, state, cause, reason, reason_code)
       values ($1, $2, $3, $4, $5, 'parked', 'operator', $6, 'TARGET_DRIFTED')`,
      [project, tenant, server, namespace, incarnation, NOT_YET],
    )
    const details = { tenant, server, namespace }
    await writeAudit(client, { projectId: project, actor, action: 'tenant_import', details })
    return { scope: tenant, server, namespace, incarnation }
  })
}

/** Takes back what `registerImport` has written of a tenant that may not be taken after all. Repeating it is harmless. */
export async function withdrawImport(
  pool: pg.Pool,
  { project, target: { scope, server, namespace, incarnation } }: { project: string; target: Target },
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `delete from schema_saga.tenant
        where project_id = $1 and id = $2 and incarnation = $3 and state = 'parked' and revision is null and reason = $4`,
      [project, scope, incarnation, NOT_YET],
    )
    if (rowCount === 0) return
    await client.query('delete from schema_saga.place where server_id = $1 and namespace = $2 and project_id = $3', [
      server,
      namespace,
      project,
    ])
  })
}

/**
 * The tenant of that name when it is this namespace. Null when both are free.
 * Errors: `INPUT_INVALID`, `ALREADY_EXISTS`, `NAME_TAKEN`.
 */
export async function findImport(
  db: Queryable,
  { project, tenant, server, namespace }: ImportRequest,
): Promise<KnownImport | null> {
  checkId('tenant', tenant)
  checkNamespace(namespace)
  const { rows } = await db.query<Known>(
    `select server_id as server, namespace, incarnation, revision, state, reason
       from schema_saga.tenant where project_id = $1 and id = $2`,
    [project, tenant],
  )
  const [known] = rows
  if (known === undefined) {
    await requireFree(db, server, namespace)
    return null
  }
  if (known.server !== server || known.namespace !== namespace) {
    throw new RequestRefused(
      'ALREADY_EXISTS',
      `Tenant "${tenant}" exists already, at ${known.server}/${known.namespace}.`,
    )
  }
  const target = { scope: tenant, server, namespace, incarnation: known.incarnation }
  const taken = known.revision !== null || known.state !== 'parked'
  return { target, taken, compared: !taken && known.reason !== NOT_YET, reason: known.reason ?? NOT_YET }
}

/** Errors: `NAME_TAKEN`. */
async function requireFree(db: Queryable, server: string, namespace: string): Promise<void> {
  const taken = await db.query<{ owner: string }>(
    `select case scope when '' then 'the base' else 'tenant ' || scope end || ' of project ' || project_id as owner
       from schema_saga.place where server_id = $1 and namespace = $2`,
    [server, namespace],
  )
  const [row] = taken.rows
  if (row !== undefined) throw new RequestRefused('NAME_TAKEN', `Namespace "${namespace}" belongs to ${row.owner}.`)
}

/**
 * Activates a tenant that fits, under the lock of its project's row; one whose project moved meanwhile, or that does
 * not fit (`drift`), stays parked with that reason.
 */
export async function finishImport(
  pool: pg.Pool,
  outcome: {
    readonly project: string
    readonly target: Target
    readonly revision: number
    readonly drift: { readonly code: string; readonly text: string } | null
    readonly actor: string
  },
): Promise<{ active: boolean }> {
  const { project, target, revision, drift, actor } = outcome
  return await inTransaction(pool, async (client) => {
    const current = await requireProject(client, project, 'for update')
    const { incarnation, state } = await lockTenant(client, project, target.scope)
    if (incarnation !== target.incarnation || state !== 'parked') return { active: state === 'active' }
    const open = await delaysActivation(client, project, target.scope)
    if (drift === null && open === null && current.revision === revision) {
      await setActive(client, { project, target, revision, schemaHash: current.schemaHash })
      const details = { tenant: target.scope, revision, was: state }
      await writeAudit(client, { projectId: project, actor, action: 'tenant_activate', details })
      return { active: true }
    }
    const late = { code: 'IN_PROGRESS', text: 'Its project got a new revision while it was taken over: unpark it.' }
    const { code, text } = drift ?? late
    await client.query(
      `update schema_saga.tenant set reason = $4, reason_code = $5, since = now()
        where project_id = $1 and id = $2 and incarnation = $3`,
      [project, target.scope, incarnation, text, code],
    )
    return { active: false }
  })
}
