/** Takes off one target what operations have left active there, and keeps on record how that went. */
import { BASE_SCOPE, type Target } from '../../contract.ts'
import { SagaError, TargetDrifted } from '../../errors.ts'
import { forgiveDebts, postponeDebts } from '../../postgres/catalog/debts/settle.ts'
import { isCatalogTrouble } from '../../postgres/catalog/pool.ts'
import { readOperations } from '../../postgres/catalog/projects/history.ts'
import { type TakenOff, takeOff } from '../../postgres/leftovers/takeOff.ts'
import { whereOf } from '../../postgres/sessions/servers.ts'
import type { ActivityDependencies } from '../dependencies.ts'

/** Targets paid for together: each is a moment's work. */
export const SESSIONS = 4

/** What it takes. */
export type PayingDependencies = Pick<ActivityDependencies, 'catalog' | 'targetPools'>

/** What was taken off, or what went wrong; either is on record. */
export async function payTarget(
  { catalog, targetPools }: PayingDependencies,
  project: string,
  target: Target,
  signal: AbortSignal | undefined,
): Promise<TakenOff | { readonly target: Target; readonly error: SagaError }> {
  signal?.throwIfAborted()
  const { scope } = target
  try {
    const known = (ids: readonly string[]) => readOperations(catalog, ids)
    const taken = await takeOff(targetPools, {
      target,
      projectId: project,
      known,
      ...(signal !== undefined && { signal }),
    })
    const needed = neededBy(taken)
    await forgiveDebts(catalog, { project, scope, but: needed })
    if (needed.length > 0)
      await postponeDebts(catalog, { project, scope, operations: needed, error: null, errorCode: null })
    return taken
  } catch (error) {
    const known = error instanceof SagaError ? error : null
    // Without the catalog nothing is known of the target.
    if (known === null || isCatalogTrouble(error)) throw error
    await postponeDebts(catalog, { project, scope, operations: null, error: known.message, errorCode: known.code })
    return { target, error: known }
  }
}

/** The operations that are half-way on the target. */
export function neededBy({ needed }: TakenOff): readonly string[] {
  return [...new Set(needed.flatMap(({ operations }) => operations))]
}

/** Refuses work beside an operation that is half-way. */
export function halfWay(target: Target, operationId: string): TargetDrifted {
  // The base has nobody who would park it.
  const out =
    target.scope === BASE_SCOPE
      ? `\`project catch-up\` brings that to an end`
      : `park it, and \`tenant unpark\` brings that to an end`
  return new TargetDrifted(
    'TARGET_DRIFTED',
    `${whereOf(target)}: operation ${operationId} has left work there that is neither finished nor undone: ${out}.`,
    { details: { operation: operationId } },
  )
}
