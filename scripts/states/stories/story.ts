/** What the stories of the states have in common. */

import type { ApplyOptions } from '../../../src/client/types.ts'
import type { OperationHandle } from '../../../src/client.ts'
import type { OperationDocument, OperationStatus, TenantState } from '../../../src/contract.ts'
import type { MutationRequest } from '../../../src/logical/parse/mutationRequest.ts'
import type { Act, GoesOn } from '../../../test/upgrade/manifest.ts'
import { until } from '../sessions.ts'
import type { World } from '../world.ts'
import { PROJECT } from './mutations.ts'

/** How one state comes about. When `tell` is over, the world is dumped as it is, with its workers killed. */
export interface Story {
  readonly about: string
  readonly tell: (world: World) => Promise<void>
  readonly goesOn: GoesOn
}

/** Stories by the name of their state. */
export type Stories = Readonly<Record<string, Story>>

/** One tenant after the other, in the order of their ids on each server. */
export const ONE_BY_ONE = { parallel: 1 } as const

/** Nothing is left to do. */
export const AT_REST: Pick<GoesOn, 'acts'> = { acts: [] }

/** The operation's workflow is started again, and the operation gets to its end. */
export function revived(operation: string, status: OperationStatus, tenants?: Record<string, TenantState>): GoesOn {
  const acts: Act[] = [
    { do: 'reconcile', operation },
    { do: 'await', operation, status },
  ]
  return { acts, operations: { [operation]: status }, ...(tenants !== undefined && { tenants }) }
}

/** Submits, and does not wait. */
export async function submit(
  { client }: World,
  operationId: string,
  mutation: unknown,
  options: ApplyOptions = {},
): Promise<OperationHandle> {
  return await client.apply(PROJECT, mutation as MutationRequest, { operationId, actor: 'rosa', ...options })
}

/** Waits until the operation looks as wanted. */
export async function sees(handle: OperationHandle, seen: (operation: OperationDocument) => boolean): Promise<void> {
  await until(`${handle.id} looks as it should`, async () => {
    const operation = await handle.show().catch(() => null)
    return operation !== null && seen(operation)
  })
}

/** Waits until the operation has that status, and, when it has committed, until nothing is left to do. */
export async function reaches(handle: OperationHandle, status: OperationStatus): Promise<void> {
  const isOver = ({ steps }: OperationDocument): boolean =>
    steps.some(({ key, state }) => key === 'after_commit' && state === 'succeeded')
  await sees(handle, (operation) => operation.status === status && (status !== 'committed' || isOver(operation)))
}

/** Waits until the catalog has the operation: before that, Temporal alone knows of it. */
export async function isOnRecord({ catalog }: World, operation: string): Promise<void> {
  await until(`${operation} is on record`, async () => {
    const { rowCount } = await catalog.query('select from schema_saga.operation where id = $1', [operation])
    return rowCount === 1
  })
}

/** Submits and lets the worker die at its point. */
export async function dies(
  world: World,
  operation: string,
  mutation: unknown,
  point: { readonly at: string; readonly time?: number },
  options: ApplyOptions = ONE_BY_ONE,
): Promise<void> {
  await world.work({ operation, ...point })
  await submit(world, operation, mutation, options)
  await world.untilDead()
}

/** Waits until the namespace has a marker of the operation in that state. */
export async function marked({ alpha }: World, namespace: string, operation: string, state: string): Promise<void> {
  await until(`${operation} is ${state} in ${namespace}`, async () => {
    const { rowCount } = await alpha.query(
      'select from schema_saga_target.marker where namespace = $1 and operation_id = $2 and state = $3',
      [namespace, operation, state],
    )
    return (rowCount ?? 0) > 0
  })
}
