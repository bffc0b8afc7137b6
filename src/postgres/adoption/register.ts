/** Writes down, in a target's own database, whose it is and at which revision; none of its tables is touched. */
import type { Target } from '../../contract.ts'
import { RequestRefused, TargetDrifted } from '../../errors.ts'
import type { Queryable } from '../catalog/pool.ts'
import { whoHid } from '../catalog/setAside/whoHid.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { whereOf } from '../sessions/servers.ts'
import { ensureBookkeeping } from '../target/bookkeeping/bookkeeping.ts'
import type { Registration } from '../target/bookkeeping/registration.ts'
import { prepareSession } from '../target/stage/execution.ts'
import { transact } from '../target/stage/transaction.ts'
import { type AsideThere, unlistedAmong } from './unlisted.ts'

/** A registration as it is to be. */
export interface NewRegistration {
  readonly target: Target
  readonly projectId: string
  readonly catalogId: string
  readonly revision: number
  readonly schemaHash: string
}

/** Ids of another catalog's operations may be those of ours, which say nothing of what these hid. Said once, it is kept. */
const HIDDEN_ELSEWHERE = `
  UPDATE schema_saga_target.set_aside s
     SET hidden_by = format('%s of catalog %s', coalesce(s.hidden_by, s.operation_id), $3::text)
   WHERE s.namespace = $1 AND s.incarnation = $2 AND coalesce(s.hidden_by, '') NOT LIKE '% of catalog %'`

/**
 * Registers a namespace, and carries over what is set aside there. Repeating it is harmless.
 * Errors: `IN_PROGRESS` when it is not registered any more as it was `seen`.
 */
export async function registerTarget(
  pools: TargetPools,
  { target, projectId, catalogId, revision, schemaHash }: NewRegistration,
  seen: Registration | null,
): Promise<void> {
  await pools.withClient(target, async (client, namespace) => {
    await prepareSession(client, { operationId: 'import', target })
    await ensureBookkeeping(client)
    const outcome = await transact(client, async () => {
      if (seen !== null && seen.formerly !== null) {
        await client.query('SELECT schema_saga_target.follow_namespace_v1($1, $2)', [seen.formerly, namespace])
      }
      const { rows } = await client.query<{ outcome: string }>(
        'SELECT schema_saga_target.register_target_v2($1, $2, $3, $4, $5, $6, $7) AS outcome',
        [namespace, target.incarnation, projectId, revision, schemaHash, catalogId, seen?.incarnation ?? null],
      )
      const owner = seen?.catalogId ?? null
      if (owner !== null && owner !== catalogId) {
        await client.query(HIDDEN_ELSEWHERE, [namespace, target.incarnation, owner])
      }
      return rows[0]?.outcome
    })
    if (outcome !== 'changed') return
    throw new RequestRefused('IN_PROGRESS', `${whereOf(target)} was registered by somebody else meanwhile: try again.`)
  })
}

/** Lets the rows of a registered target follow its tables to another revision. Errors: `TARGET_DRIFTED` when they moved. */
export async function restateTarget(
  pools: TargetPools,
  { target, projectId, revision, schemaHash }: Omit<NewRegistration, 'catalogId'>,
  { from, later }: { from: Registration; later: readonly string[] },
): Promise<void> {
  await pools.withClient(target, async (client, namespace) => {
    await prepareSession(client, { operationId: 'unpark', target })
    await ensureBookkeeping(client)
    if (from.incarnation !== target.incarnation) {
      throw new TargetDrifted('TARGET_DRIFTED', `${whereOf(target)} is not registered as this target.`)
    }
    await client.query('SELECT schema_saga_target.restate_target_v1($1, $2, $3, $4, $5, $6, $7, $8)', [
      namespace,
      target.incarnation,
      projectId,
      from.revision,
      from.schemaHash,
      revision,
      schemaHash,
      later,
    ])
  })
}

/** Lets the list of what is set aside name what is there and in no list, where the ledger knows whose it is. */
export async function listAsides(
  { catalog, targetPools }: { readonly catalog: Queryable; readonly targetPools: TargetPools },
  { project, target, asides }: { project: string; target: Target; asides: readonly AsideThere[] },
): Promise<void> {
  if (asides.length === 0) return
  await targetPools.withClient(target, async (client, namespace) => {
    await ensureBookkeeping(client)
    const unlisted = await unlistedAmong(client, asides)
    const known = await whoHid(
      catalog,
      project,
      unlisted.map(({ asideName }) => asideName),
    )
    const rows = unlisted.flatMap(({ table, asideName }) => {
      const by = known.get(asideName)
      if (by === undefined || (by.kind === 'table') !== (table === null)) return []
      const { operationId: operation_id, stage, direction, kind, column } = by
      return [{ operation_id, stage, direction, kind, table: table ?? by.table, column, aside_name: asideName }]
    })
    if (rows.length === 0) return
    const values = [namespace, target.incarnation, JSON.stringify(rows)]
    await client.query('SELECT schema_saga_target.list_asides_v1($1, $2, $3)', values)
  })
}

/** Lets a registration say whose it is, where it does not yet. */
export async function signTarget(
  pools: TargetPools,
  { target, projectId, catalogId }: Pick<NewRegistration, 'target' | 'projectId' | 'catalogId'>,
): Promise<void> {
  await pools.withClient(target, async (client, namespace) => {
    await ensureBookkeeping(client)
    const values = [namespace, target.incarnation, projectId, catalogId]
    await client.query('SELECT schema_saga_target.sign_target_v1($1, $2, $3, $4)', values)
  })
}
