/** What is committed is not always on disk: a sweep's call waits for that only once, at its end. */
import type { ClientBase } from 'pg'

/**
 * Waits until everything that was committed in this database is on disk. For whoever reads what a call has left that failed,
 * or whose worker died, before the ledger is told: a crash of the server could take it back. Not for use in a transaction.
 */
export async function waitForDisk(client: ClientBase): Promise<void> {
  // The lock of a row is written too, and its commit waits for what was written before it.
  await client.query('SELECT FROM schema_saga_target.bookkeeping FOR NO KEY UPDATE')
}
