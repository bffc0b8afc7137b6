/**
 * Writes the histories of one task queue as replay fixtures: `tsx scripts/recordHistories.ts <prefix> <query>`.
 * Run it against a server whose workflows were made by the code that is about to be released; TEMPORAL_ADDRESS says where.
 */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { readConfig } from '../src/config.ts'

const [prefix, query] = process.argv.slice(2)
if (prefix === undefined || query === undefined) {
  throw new Error('usage: tsx scripts/recordHistories.ts <prefix> <visibility query>')
}

/** Replay needs none of them, and they tell of the machine on which the history was made. */
function withoutMachine(key: string, value: unknown): unknown {
  if (key === 'stackTrace') return ''
  // Sticky task queues are named for a process: `<pid>@<host>-<id>`.
  if (key === 'name' && typeof value === 'string' && /^\d+@/.test(value)) return 'sticky'
  return key === 'identity' ? 'recorded' : value
}

const { temporal } = readConfig()
const connection = await Connection.connect({ ...temporal.connection, address: temporal.address })
const client = new Client({ connection, namespace: temporal.namespace })
for await (const info of client.workflow.list({ query })) {
  const history = await client.workflow.getHandle(info.workflowId, info.runId).fetchHistory()
  const name = `${prefix}-${info.workflowId.replaceAll('/', '_')}.json`
  const file = fileURLToPath(new URL(`../test/replay/histories/${name}`, import.meta.url))
  const recorded = { workflowId: info.workflowId, history: JSON.parse(historyToJSON(history)) as unknown }
  await writeFile(file, `${JSON.stringify(recorded, withoutMachine)}\n`)
  console.error(name)
}
await connection.close()
