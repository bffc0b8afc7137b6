/** Gives an empty base the tables of its project's first schema. */
import type { Target } from '../../contract.ts'
import { TargetDrifted } from '../../errors.ts'
import { renderFor } from '../../physical/sql.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { whereOf } from '../sessions/servers.ts'
import { ensureBookkeeping } from './bookkeeping/bookkeeping.ts'
import { prepareSession } from './stage/execution.ts'

/** From which revision to which; both with the hash of their schema. */
export interface RaiseBase {
  readonly target: Target
  readonly from: { readonly revision: number; readonly schemaHash: string }
  readonly to: { readonly revision: number; readonly schemaHash: string }
  readonly statements: readonly string[]
}

/** All in one transaction; repeating it is harmless. Errors: `TARGET_DRIFTED` when the base stands elsewhere. */
export async function raiseBase(pools: TargetPools, { target, from, to, statements }: RaiseBase): Promise<void> {
  await pools.withClient(target, async (client, namespace) => {
    await prepareSession(client, { operationId: 'baseline', target })
    await ensureBookkeeping(client)
    await client.query('BEGIN')
    try {
      const { rows } = await client.query<{ revision: number; hash: string }>(
        `SELECT revision, schema_hash AS hash FROM schema_saga_target.target
          WHERE namespace = $1 AND incarnation = $2 FOR UPDATE`,
        [namespace, target.incarnation],
      )
      const [at] = rows
      const isAt = (place: RaiseBase['from']) => at?.revision === place.revision && at.hash === place.schemaHash
      if (!isAt(from) && !isAt(to)) {
        const text = `${whereOf(target)}: the base is not at revision ${from.revision} of this project.`
        throw new TargetDrifted('TARGET_DRIFTED', text)
      }
      if (isAt(from)) {
        if (statements.length > 0) await client.query(statements.map((sql) => renderFor(namespace, sql)).join(';\n'))
        await client.query(
          `UPDATE schema_saga_target.target SET revision = $2, schema_hash = $3, updated_at = now() WHERE namespace = $1`,
          [namespace, to.revision, to.schemaHash],
        )
      }
      await client.query('COMMIT')
    } catch (error) {
      await client.query('ROLLBACK')
      throw error
    }
  })
}
