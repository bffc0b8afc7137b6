/** Whether two names lead to one namespace: servers may be known under several names, and databases are copied. */
import { randomBytes } from 'node:crypto'
import type { TargetPools } from '../sessions/pools.ts'
import type { Place } from '../sessions/servers.ts'

const LOCK = `SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken`
const UNLOCK = `SELECT pg_advisory_unlock(hashtextextended($1, 0))`

/** Errors: those of either place. */
export async function isSamePlace(pools: TargetPools, one: Place, other: Place): Promise<boolean> {
  const names = await Promise.all([one, other].map((place) => pools.locate(place)))
  return names[0]?.namespace === names[1]?.namespace && (await isSameDatabase(pools, one, other))
}

/** A lock of one database is seen from nowhere else, whatever the copy. Errors: those of either place. */
export async function isSameDatabase(pools: TargetPools, one: Place, other: Place): Promise<boolean> {
  const key = `schema-saga/place/${randomBytes(8).toString('hex')}`
  return await pools.withClient(one, async (client) => {
    await client.query(LOCK, [key])
    try {
      return await pools.withSideClient(other, async (side) => {
        const { rows } = await side.query<{ taken: boolean }>(LOCK, [key])
        if (rows[0]?.taken === true) await side.query(UNLOCK, [key])
        return rows[0]?.taken !== true
      })
    } finally {
      await client.query(UNLOCK, [key])
    }
  })
}
