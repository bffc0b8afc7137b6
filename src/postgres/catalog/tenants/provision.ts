/** New bases and tenants: their rows and their places, until they become active. */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { BASE_SCOPE, type ProvisionInput, type Target } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import { writeAudit } from '../audit.ts'
import { checkId, checkNamespace } from '../checkIds.ts'
import { inTransaction } from '../pool.ts'
import { requireMadeBase } from '../projects/kind.ts'
import { reservePlace } from '../projects/namespaceOwners.ts'
import { requireProject } from '../projects/projects.ts'
import { release } from '../projects/released.ts'
import { requireServer } from '../projects/servers.ts'

interface Row {
  readonly server: string | null
  readonly namespace: string
  readonly incarnation: string
  readonly ready: boolean
}

/** Reserves the place of a base or tenant; repeating the same request while it is being provisioned is harmless. Errors: `NOT_APPLICABLE`. */
export async function openProvisioning(pool: pg.Pool, input: ProvisionInput): Promise<{ target: Target }> {
  const { project, scope, server, namespace } = input
  if (scope !== BASE_SCOPE) checkId('tenant', scope)
  checkNamespace(namespace)
  await requireServer(pool, server)
  return await inTransaction(pool, async (client) => {
    const owner = await requireProject(client, project, 'for update')
    if (scope !== BASE_SCOPE) requireMadeBase(owner)
    const { target, ready } = await reserve(client, input)
    if (ready) throw existsAlready(target)
    return { target }
  })
}

/**
 * Its row and its place; `ready`: it is there already. The project's row must be locked. Errors: `ALREADY_EXISTS` elsewhere,
 * `NAME_TAKEN`, `NOT_APPLICABLE`, before anything was written.
 */
export async function reserve(
  client: pg.PoolClient,
  input: ProvisionInput,
): Promise<{ readonly target: Target; readonly ready: boolean }> {
  const { project, scope, server, namespace } = input
  const known = await findTarget(client, project, scope)
  if (known !== null) return { target: sameRequest(known, input), ready: known.ready }
  if (scope === BASE_SCOPE) {
    throw new RequestRefused('NOT_APPLICABLE', `Project "${project}" was created without a base.`)
  }
  await reservePlace(client, input)
  const incarnation = (await abandonedBefore(client, input)) ?? randomUUID()
  await client.query(
    `insert into schema_saga.tenant (project_id, id, server_id, namespace, incarnation, state)
     values ($1, $2, $3, $4, $5, 'provisioning')`,
    [project, scope, server, namespace, incarnation],
  )
  await writeAudit(client, {
    projectId: project,
    actor: input.actor,
    action: 'tenant_add',
    details: { scope, server, namespace },
  })
  return { target: { scope, server, namespace, incarnation }, ready: false }
}

/**
 * Leaves nothing of a tenant that could not be made: neither its row nor its place. Should a late try make it all the same,
 * the same request takes up what that has made. A base stays the one of its project. Repeating it is harmless.
 */
export async function abandonProvisioning(
  pool: pg.Pool,
  { project, target, actor, error }: { project: string; target: Target; actor: string; error: string },
): Promise<void> {
  const { scope, server, namespace, incarnation } = target
  await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `delete from schema_saga.tenant
        where project_id = $1 and id = $2 and incarnation = $3 and state = 'provisioning'`,
      [project, scope, incarnation],
    )
    if (rowCount === 0) return
    await client.query(
      'delete from schema_saga.place where server_id = $1 and namespace = $2 and project_id = $3 and scope = $4',
      [server, namespace, project, scope],
    )
    await release(client, { project, target, why: 'abandoned' })
    const details = { tenant: scope, server, namespace, error }
    await writeAudit(client, { projectId: project, actor, action: 'tenant_add_failed', details })
  })
}

/** The incarnation of the same request that failed before. */
async function abandonedBefore(
  client: pg.PoolClient,
  { project, scope, server, namespace }: ProvisionInput,
): Promise<string | null> {
  const { rows } = await client.query<{ incarnation: string }>(
    `delete from schema_saga.released_target
      where server_id = $1 and namespace = $2 and project_id = $3 and scope = $4 and why = 'abandoned'
      returning incarnation`,
    [server, namespace, project, scope],
  )
  return rows[0]?.incarnation ?? null
}

async function findTarget(client: pg.PoolClient, project: string, scope: string): Promise<Row | null> {
  const { rows } = await client.query<Row>(
    scope === BASE_SCOPE
      ? `select base_server as server, base_namespace as namespace, base_incarnation as incarnation, base_ready as ready
           from schema_saga.project where id = $1 and $2 = '' and base_server is not null`
      : `select server_id as server, namespace, incarnation, state <> 'provisioning' as ready
           from schema_saga.tenant where project_id = $1 and id = $2`,
    [project, scope],
  )
  return rows[0] ?? null
}

function sameRequest(known: Row, { scope, server, namespace }: ProvisionInput): Target {
  if (known.server === server && known.namespace === namespace) {
    return { scope, server, namespace, incarnation: known.incarnation }
  }
  throw existsAlready({ scope, server: known.server ?? '', namespace: known.namespace })
}

function existsAlready({ scope, server, namespace }: Omit<Target, 'incarnation'>): RequestRefused {
  const what = scope === BASE_SCOPE ? 'The project has a base' : `Tenant "${scope}" exists`
  return new RequestRefused('ALREADY_EXISTS', `${what} already, at ${server}/${namespace}.`)
}
