/** A look at a namespace that is to be taken over, or to come back: what is there, whose it is, what was left there. Reads only. */
import type { Target } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import type { PhysicalSchema } from '../../physical/schema.ts'
import type { Queryable } from '../catalog/pool.ts'
import { type KnownOperation, readOperations } from '../catalog/projects/history.ts'
import { introspect } from '../introspection/introspect.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { whereOf } from '../sessions/servers.ts'
import { requireNamespace } from '../target/bookkeeping/markers.ts'
import {
  type OpenMarker,
  type Registration,
  readNotedDrift,
  readOpenMarkers,
  readRegistration,
} from '../target/bookkeeping/registration.ts'
import { type AsideThere, readAsidesThere } from './unlisted.ts'

/** What was seen. */
export interface NamespaceLook {
  /** Where the tables are: not the target's own namespace in a database per tenant. */
  readonly namespace: string
  readonly actual: PhysicalSchema
  readonly registration: Registration | null
  /** Of the registration's incarnation. */
  readonly open: readonly OpenMarker[]
  /** Objects that are on record as not being what their revision says. */
  readonly noted: readonly string[]
  /** What is there under names of what is set aside. */
  readonly asides: readonly AsideThere[]
}

/** Errors: `TARGET_GONE`. */
export async function lookAtNamespace(pools: TargetPools, target: Target): Promise<NamespaceLook> {
  return await pools.withClient(target, async (client, namespace) => {
    await requireNamespace(client, target, namespace)
    const registration = await readRegistration(client, namespace)
    return {
      namespace,
      registration,
      actual: await introspect(client, namespace),
      open:
        registration === null
          ? []
          : await readOpenMarkers(client, registration.formerly ?? namespace, registration.incarnation),
      noted: await readNotedDrift(client, namespace),
      asides: await readAsidesThere(client, namespace),
    }
  })
}

/** What operations have left on a target, by what the ledger knows of them. */
export interface LeftBehind {
  /** Not final: they may go on at any moment. */
  readonly atWork: readonly string[]
  /** Final, and no part of what the registration says of the target. */
  readonly stale: readonly string[]
  /** Those of them that the ledger knows: they can be taken back. */
  readonly halfWay: readonly string[]
}

/** What an operation that the ledger does not know has finished counts as history; what it only began does not. */
export async function leftBehind(
  db: Queryable,
  { registration, open }: Pick<NamespaceLook, 'registration' | 'open'>,
): Promise<LeftBehind> {
  if (registration === null) return { atWork: [], stale: [], halfWay: [] }
  const known = await readOperations(
    db,
    open.map(({ operationId }) => operationId),
  )
  const kindOf = ({ operationId, state }: OpenMarker): 'atWork' | 'stale' | 'history' => {
    const operation: KnownOperation | undefined = known.get(operationId)
    if (operation === undefined) return state === 'applied' ? 'history' : 'stale'
    if (!operation.final && operation.revision === null) return 'atWork'
    return operation.revision !== null && operation.revision <= registration.revision ? 'history' : 'stale'
  }
  const idsOf = (kind: string): string[] =>
    open.filter((marker) => kindOf(marker) === kind).map(({ operationId }) => operationId)
  const stale = idsOf('stale')
  return { atWork: idsOf('atWork'), stale, halfWay: stale.filter((id) => known.has(id)) }
}

/**
 * Nobody takes over what somebody may go on with or has still to undo; what nobody knows is taken as it is where a person
 * names its owner. Errors: `IN_PROGRESS`, `NOT_APPLICABLE`.
 */
export async function requireNothingOpen(
  db: Queryable,
  target: Target,
  look: NamespaceLook,
  { asItIs = false }: { readonly asItIs?: boolean } = {},
): Promise<void> {
  const { atWork, stale, halfWay } = await leftBehind(db, look)
  const [working] = atWork
  if (working !== undefined) {
    throw new RequestRefused(
      'IN_PROGRESS',
      `${whereOf(target)}: operation ${working} is not final, and has worked there.`,
    )
  }
  const [left] = stale
  // Tables that were put there anew bear nothing of what the markers speak of.
  if (left === undefined || look.registration?.replaced === true || (asItIs && halfWay.length === 0)) return
  throw new RequestRefused(
    'NOT_APPLICABLE',
    `${whereOf(target)}: operation ${left} has left work there that is neither finished nor undone: its owner must bring that to an end first, or a person take it as it is with \`tenant import --take-over ${look.registration?.projectId}\`.`,
  )
}
