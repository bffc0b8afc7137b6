/** The rows and places of many new tenants, in one transaction: one wait for the disk, and one for the project's row. */
import type pg from 'pg'
import type { MadeTarget, NotProvisioned, ProvisionTenantsInput, Target, WantedTenant } from '../../../contract.ts'
import { InputInvalid, RequestRefused } from '../../../errors.ts'
import { checkId, checkNamespace } from '../checkIds.ts'
import { inTransaction } from '../pool.ts'
import { requireMadeBase } from '../projects/kind.ts'
import { requireProject } from '../projects/projects.ts'
import { requireServer } from '../projects/servers.ts'
import { activateAt } from './activation.ts'
import { reserve } from './provision.ts'

/** What became of the requests: to be made, there already, refused. */
export interface Opened {
  readonly opened: readonly Target[]
  readonly there: number
  readonly refused: readonly NotProvisioned[]
}

/**
 * Reserves the places of those that may have them; one that is refused stops no other. Repeating it is harmless. Errors:
 * `PROJECT_NOT_FOUND`.
 */
export async function openProvisionings(pool: pg.Pool, input: ProvisionTenantsInput): Promise<Opened> {
  const { project, actor, tenants } = input
  return await inTransaction(pool, async (client) => {
    requireMadeBase(await requireProject(client, project, 'for update'))
    const opened = new Map<string, Target>()
    const refused: NotProvisioned[] = []
    let there = 0
    for (const wanted of tenants) {
      const { id: scope, server, namespace } = wanted
      try {
        await requireSound(client, wanted, opened)
        const { target, ready } = await reserve(client, { project, scope, server, namespace, actor })
        if (ready) there += 1
        else opened.set(scope, target)
      } catch (error) {
        // Nothing was written for it; whatever else goes wrong concerns all of them.
        if (!(error instanceof RequestRefused || error instanceof InputInvalid)) throw error
        refused.push({ ...wanted, code: error.code, error: error.message })
      }
    }
    return { opened: [...opened.values()], there, refused }
  })
}

async function requireSound(
  client: pg.PoolClient,
  { id, server, namespace }: WantedTenant,
  opened: ReadonlyMap<string, Target>,
): Promise<void> {
  checkId('tenant', id)
  checkNamespace(namespace)
  await requireServer(client, server)
  if (opened.has(id)) throw new RequestRefused('ALREADY_EXISTS', `Tenant "${id}" is named twice.`)
}

/** Activates those that no operation has overtaken; the others are `late`. Repeating it is harmless. */
export async function activateTenants(
  pool: pg.Pool,
  { project, made }: { readonly project: string; readonly made: readonly MadeTarget[] },
): Promise<{ active: number; late: readonly Target[] }> {
  return await inTransaction(pool, async (client) => {
    const current = await requireProject(client, project, 'for update')
    const late: Target[] = []
    for (const each of made) if (!(await activateAt(client, current, each))) late.push(each.target)
    return { active: made.length - late.length, late }
  })
}
