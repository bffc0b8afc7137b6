/** Looks at where a target stands: its registration, and the markers that operations left. Changes nothing. */
import type { ClientBase } from 'pg'
import type { Target } from '../../../contract.ts'
import { TargetDrifted } from '../../../errors.ts'
import { whereOf } from '../../sessions/servers.ts'
import { waitForDisk } from '../stage/waitForDisk.ts'
import { bookkeepingVersion } from './bookkeeping.ts'
import { renamedText, renamedTo } from './sameTables.ts'

/** The markers of one plan of an operation on a target, in the last epoch that has any. */
export interface OperationMarkers {
  readonly operationId: string
  readonly planHash: string
  readonly epoch: number
  /** Whether something that ran, in any epoch, is not undone. */
  readonly open: boolean
  /** Whether the last epoch was undone or shut by a tombstone. */
  readonly compensated: boolean
}

/** Where a target stands by its own bookkeeping. */
export interface TargetLook {
  readonly revision: number
  readonly schemaHash: string
  readonly markers: readonly OperationMarkers[]
}

const MARKERS = `
  SELECT operation_id AS "operationId", max(epoch) AS epoch,
         (array_agg(plan_hash ORDER BY (state IN ('started', 'applied')) DESC, epoch DESC))[1] AS "planHash",
         bool_or(state IN ('started', 'applied')) AS open,
         (array_agg(state = 'compensated' ORDER BY epoch DESC, state = 'compensated' DESC))[1] AS compensated
    FROM schema_saga_target.marker
   WHERE namespace = $1 AND incarnation = $2
   GROUP BY operation_id ORDER BY max(at) DESC`

/** Errors: `TARGET_GONE` without the namespace, `TARGET_DRIFTED` when it is not registered as this target. */
export async function lookAtTarget(
  client: ClientBase,
  { target, projectId, namespace }: { target: Target; projectId: string; namespace: string },
): Promise<TargetLook> {
  await requireNamespace(client, target, namespace)
  const row = (await bookkeepingVersion(client)) === 0 ? undefined : await registration(client, namespace)
  if (row === undefined || row.incarnation !== target.incarnation || row.projectId !== projectId) {
    const text = `${whereOf(target)}: its bookkeeping is not that of this target; the namespace was made or restored by others.`
    throw new TargetDrifted('TARGET_DRIFTED', text)
  }
  const markers = await client.query<OperationMarkers>(MARKERS, [namespace, target.incarnation])
  await waitForDisk(client)
  return { revision: row.revision, schemaHash: row.schemaHash, markers: markers.rows }
}

/** Errors: `TARGET_GONE`. */
export async function requireNamespace(client: ClientBase, target: Target, namespace: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1', [namespace])
  if (rowCount !== 0) return
  const name = await renamedTo(client, namespace)
  const why = name === null ? '' : `: ${renamedText(namespace, name)}`
  throw new TargetDrifted('TARGET_GONE', `${whereOf(target)}: its namespace does not exist${why}.`)
}

interface Registration {
  readonly incarnation: string
  readonly projectId: string
  readonly revision: number
  readonly schemaHash: string
}

async function registration(client: ClientBase, namespace: string): Promise<Registration | undefined> {
  const { rows } = await client.query<Registration>(
    `SELECT incarnation, project_id AS "projectId", revision, schema_hash AS "schemaHash"
       FROM schema_saga_target.target WHERE namespace = $1`,
    [namespace],
  )
  return rows[0]
}
