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
  SELECT namespace, operation_id AS "operationId", max(epoch) AS epoch,
         (array_agg(plan_hash ORDER BY (state IN ('started', 'applied')) DESC, epoch DESC))[1] AS "planHash",
         bool_or(state IN ('started', 'applied')) AS open,
         (array_agg(state = 'compensated' ORDER BY epoch DESC, state = 'compensated' DESC))[1] AS compensated
    FROM schema_saga_target.marker
   WHERE (namespace, incarnation) IN (SELECT * FROM unnest($1::text[], $2::text[]))
   GROUP BY namespace, operation_id ORDER BY max(at) DESC`

/** Errors: `TARGET_GONE` without the namespace, `TARGET_DRIFTED` when it is not registered as this target. */
export async function lookAtTarget(
  client: ClientBase,
  { target, projectId, namespace }: { target: Target; projectId: string; namespace: string },
): Promise<TargetLook> {
  const [look] = await lookAtTargets(client, projectId, [{ target, namespace }])
  if (look === undefined) throw new Error('every target that is looked at has a look or an error')
  if (look instanceof TargetDrifted) throw look
  return look
}

/** The same of many targets of one database, in their order. */
export async function lookAtTargets(
  client: ClientBase,
  projectId: string,
  located: readonly { readonly target: Target; readonly namespace: string }[],
): Promise<readonly (TargetLook | TargetDrifted)[]> {
  const namespaces = located.map(({ namespace }) => namespace)
  const there = await client.query<{ name: string }>(
    'SELECT nspname::text AS name FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1::text[])',
    [namespaces],
  )
  const known = new Set(there.rows.map(({ name }) => name))
  const rows = (await bookkeepingVersion(client)) === 0 ? [] : await registrations(client, namespaces)
  const registered = new Map(rows.map((row) => [row.namespace, row]))
  const isOf = ({ target, namespace }: (typeof located)[number]): boolean => {
    const row = registered.get(namespace)
    return row?.incarnation === target.incarnation && row.projectId === projectId
  }
  const found = located.filter((each) => known.has(each.namespace) && isOf(each))
  const markers = found.length === 0 ? new Map() : await markersOf(client, found)
  const looks: (TargetLook | TargetDrifted)[] = []
  for (const each of located) {
    const { target, namespace } = each
    const row = registered.get(namespace)
    if (!known.has(namespace)) looks.push(await gone(client, target, namespace))
    else if (row === undefined || !isOf(each)) looks.push(ofOthers(target))
    else looks.push({ revision: row.revision, schemaHash: row.schemaHash, markers: markers.get(namespace) ?? [] })
  }
  return looks
}

function ofOthers(target: Target): TargetDrifted {
  const text = `${whereOf(target)}: its bookkeeping is not that of this target; the namespace was made or restored by others.`
  return new TargetDrifted('TARGET_DRIFTED', text)
}

async function markersOf(
  client: ClientBase,
  found: readonly { readonly target: Target; readonly namespace: string }[],
): Promise<Map<string, OperationMarkers[]>> {
  const { rows } = await client.query<OperationMarkers & { namespace: string }>(MARKERS, [
    found.map(({ namespace }) => namespace),
    found.map(({ target }) => target.incarnation),
  ])
  await waitForDisk(client)
  const markers = new Map<string, OperationMarkers[]>()
  for (const { namespace, ...marker } of rows) markers.set(namespace, [...(markers.get(namespace) ?? []), marker])
  return markers
}

/** Errors: `TARGET_GONE`. */
export async function requireNamespace(client: ClientBase, target: Target, namespace: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1', [namespace])
  if (rowCount === 0) throw await gone(client, target, namespace)
}

async function gone(client: ClientBase, target: Target, namespace: string): Promise<TargetDrifted> {
  const name = await renamedTo(client, namespace)
  const why = name === null ? '' : `: ${renamedText(namespace, name)}`
  return new TargetDrifted('TARGET_GONE', `${whereOf(target)}: its namespace does not exist${why}.`)
}

interface Registration {
  readonly namespace: string
  readonly incarnation: string
  readonly projectId: string
  readonly revision: number
  readonly schemaHash: string
}

async function registrations(client: ClientBase, namespaces: readonly string[]): Promise<readonly Registration[]> {
  const { rows } = await client.query<Registration>(
    `SELECT namespace, incarnation, project_id AS "projectId", revision, schema_hash AS "schemaHash"
       FROM schema_saga_target.target WHERE namespace = ANY ($1::text[])`,
    [namespaces],
  )
  return rows
}
