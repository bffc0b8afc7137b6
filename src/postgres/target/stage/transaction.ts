/** A transaction on a session that somebody else has opened. */
import type { ClientBase } from 'pg'

/** Commits what the work did, or takes all of it back and throws what the work threw. */
export async function transact<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN')
  try {
    const result = await work()
    await client.query('COMMIT')
    return result
  } catch (error) {
    // A session that broke cannot be rolled back, and need not be: what it threw is the news.
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}
