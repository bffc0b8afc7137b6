/** What of a base's server a template depends on. */
import { TargetDrifted } from '../../errors.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { type Place, whereOf } from '../sessions/servers.ts'

/** Its major, and whose the base's namespace is. */
export interface BaseServer {
  readonly major: number
  readonly owner: string
  /** Whether that is the worker's own role. */
  readonly isOurs: boolean
}

/** Errors: `TARGET_GONE`. */
export async function readServerOf(pools: TargetPools, base: Place): Promise<BaseServer> {
  return await pools.withClient(base, async (client, namespace) => {
    const { rows } = await client.query<BaseServer>(
      `SELECT current_setting('server_version_num')::int / 10000 AS major, pg_get_userbyid(n.nspowner)::text AS owner,
              n.nspowner = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) AS "isOurs"
         FROM pg_catalog.pg_namespace n WHERE n.nspname = $1`,
      [namespace],
    )
    const [found] = rows
    if (found === undefined) throw new TargetDrifted('TARGET_GONE', `${whereOf(base)} is not there.`)
    return found
  })
}
