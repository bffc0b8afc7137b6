/** The tenants of an operation in numbers: how far they are, how fast they go by, and whether anybody is left. */
import type pg from 'pg'
import type { CountedTenants } from '../../contract.ts'
import { readPace } from './pace.ts'
import { countTenantStates } from './steps.ts'
import { isAnyBehind } from './tenants.ts'

/** Counts them. */
export async function countTenants(pool: pg.Pool, operationId: string): Promise<CountedTenants> {
  const [states, pace, behind] = await Promise.all([
    countTenantStates(pool, operationId),
    readPace(pool, operationId),
    isAnyBehind(pool, operationId),
  ])
  return { ...states, pace, isAnyBehind: behind }
}

/** Counts them only when nobody is left to bring forward. */
export async function countWhenAllCame(pool: pg.Pool, operationId: string): Promise<CountedTenants | undefined> {
  return (await isAnyBehind(pool, operationId)) ? undefined : await countTenants(pool, operationId)
}
