/** The moment in which a base or tenant that was made becomes active. */
import type pg from 'pg'
import type { MadeTarget } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import { inTransaction } from '../pool.ts'
import { type Project, requireProject } from '../projects/projects.ts'
import { delaysActivation } from '../steps/unfinished.ts'
import { lockTenant, setActive } from './row.ts'

/** The base is there. */
export async function activateBase(pool: pg.Pool, project: string): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('update schema_saga.project set base_ready = true where id = $1', [project])
  })
}

/**
 * Activates a tenant which is at the project's revision, under the lock of the project's row, so that no operation can
 * commit in between. Repeating it is harmless.
 */
export async function activateTenant(
  pool: pg.Pool,
  { project, target, revision }: MadeTarget & { readonly project: string },
): Promise<{ active: boolean }> {
  return await inTransaction(pool, async (client) => {
    const current = await requireProject(client, project, 'for update')
    return { active: await activateAt(client, current, { target, revision }) }
  })
}

/** The same with the project's row locked already; false where an operation has overtaken the tenant. */
export async function activateAt(
  client: pg.PoolClient,
  { id: project, revision: current, schemaHash }: Pick<Project, 'id' | 'revision' | 'schemaHash'>,
  { target, revision }: MadeTarget,
): Promise<boolean> {
  // The tenant's id may have belonged to another one when the operation at work began, or that one is about to
  // commit: then it must end first.
  if ((await delaysActivation(client, project, target.scope)) !== null) return false
  if (revision !== current) return false
  await activate(client, { project, target, revision, schemaHash })
  return true
}

/** A repetition finds it active and changes nothing: an operation may have moved it since. */
async function activate(
  client: pg.PoolClient,
  tenant: MadeTarget & { readonly project: string; readonly schemaHash: string },
): Promise<void> {
  const { project, target, revision, schemaHash } = tenant
  const { state, incarnation } = await lockTenant(client, project, target.scope)
  if (incarnation !== target.incarnation || (state !== 'provisioning' && state !== 'active')) {
    throw new RequestRefused('NOT_APPLICABLE', `Tenant "${target.scope}" is not being provisioned here any more.`)
  }
  if (state === 'provisioning') await setActive(client, { project, target, revision, schemaHash })
}
