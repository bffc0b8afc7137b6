/** Tenants that refuse DDL for a while, without a trace afterwards. */
import type pg from 'pg'
import { freeze } from '../../../test/whole/freeze.ts'
import type { World } from '../world.ts'

/** Runs while the namespace, on alpha unless another is said, refuses DDL. */
export async function whileFrozen<T>(
  world: World,
  namespace: string,
  work: () => Promise<T>,
  on: pg.Client = world.alpha,
): Promise<T> {
  await freeze(on, namespace)
  const result = await work()
  await on.query('drop event trigger refuse_frozen; drop function public.refuse_frozen(); drop table public.frozen')
  return result
}
