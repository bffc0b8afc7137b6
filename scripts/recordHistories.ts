/**
 * Writes the histories of one task queue as replay fixtures: `tsx scripts/recordHistories.ts <prefix> <query>`.
 * Run it against a server whose workflows were made by the code that is about to be released; TEMPORAL_ADDRESS says where.
 */
import { Client, Connection } from '@temporalio/client'
import { readConfig } from '../src/config.ts'
import { writeHistories } from './writeHistories.ts'

const [prefix, query] = process.argv.slice(2)
if (prefix === undefined || query === undefined) {
  throw new Error('usage: tsx scripts/recordHistories.ts <prefix> <visibility query>')
}

const { temporal } = readConfig()
const connection = await Connection.connect({ ...temporal.connection, address: temporal.address })
const client = new Client({ connection, namespace: temporal.namespace })
for (const name of await writeHistories(client, prefix, query)) console.error(name)
await connection.close()
