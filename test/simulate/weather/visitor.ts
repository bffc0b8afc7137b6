/** Somebody else's session in a database, as the weather has it. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { isAway } from '../world/away.ts'
import type { WeatheredWorld } from '../world/world.ts'

/** A session that begins anew when the database throws it out or is away for a while. */
export interface Visitor {
  /** The rows; null when the database stays away. */
  readonly query: <Row extends pg.QueryResultRow>(sql: string, values?: unknown[]) => Promise<readonly Row[] | null>
  readonly end: () => Promise<void>
}

/** Longer than any database is away. */
const BACK_MS = 6_000
const EVERY_MS = 25

/** Whatever a target has lost meanwhile (its database may be gone) concerns the weather only; null where it is away. */
export async function connect(world: WeatheredWorld, url: string): Promise<pg.Client | null> {
  const client = new pg.Client({ connectionString: url, application_name: 'somebody else' })
  client.on('error', (error) => world.log(`weather: ${error.message}`))
  try {
    await client.connect()
    return client
  } catch (error) {
    if (!isAway(error)) throw error
    return null
  }
}

/** Goes on with a session that is there. */
export function visitorOf(world: WeatheredWorld, url: string, first: pg.Client): Visitor {
  let client: pg.Client | null = first
  const leave = async (): Promise<void> => {
    await client?.end().catch(() => undefined)
    client = null
  }
  return {
    query: async <Row extends pg.QueryResultRow>(sql: string, values?: unknown[]) => {
      for (const until = Date.now() + BACK_MS; Date.now() < until; await sleep(EVERY_MS)) {
        try {
          client ??= await connect(world, url)
          if (client !== null) return (await client.query<Row>(sql, values)).rows
        } catch (error) {
          if (!isAway(error)) throw error
          await leave()
        }
      }
      return null
    },
    end: leave,
  }
}
