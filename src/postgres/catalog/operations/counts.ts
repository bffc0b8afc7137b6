/** The tenants of an operation in numbers: how far they are, how fast they go by, and whether anybody is left. */
import type pg from 'pg'
import type { CountedTenants } from '../../../contract.ts'
import { countTenantStates } from '../steps/one.ts'
import { isAnyBehind } from '../tenants/list.ts'
import { readPace } from './throughput.ts'

/** Counts them. */
export async function countTenants(pool: pg.Pool, operationId: string): Promise<CountedTenants> {
  const [numbers, behind] = await Promise.all([inNumbers(pool, operationId), isAnyBehind(pool, operationId)])
  return { ...numbers, isAnyBehind: behind }
}

/** Counts them only when nobody is left to bring forward. */
export async function countWhenAllCame(pool: pg.Pool, operationId: string): Promise<CountedTenants | undefined> {
  if (await isAnyBehind(pool, operationId)) return undefined
  return { ...(await inNumbers(pool, operationId)), isAnyBehind: false }
}

async function inNumbers(pool: pg.Pool, operationId: string): Promise<CountedTenants> {
  const [states, pace] = await Promise.all([countTenantStates(pool, operationId), readPace(pool, operationId)])
  return { ...states, pace }
}
