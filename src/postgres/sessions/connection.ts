/** A connection of one's own for a few statements, outside the budgets of sessions. */
import pg from 'pg'

/**
 * Connects, runs `work`, and ends the connection however that went. Errors: those of the driver, and of `work`. One that
 * breaks is told by the statement in flight.
 */
export async function withConnection<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString })
  // Without a listener, the event of a broken connection would end the process.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
