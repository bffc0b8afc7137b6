/** Histories of a Temporal server as replay fixtures. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Client } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { historyShape, type RecordedHistory, storyOf } from './historyShape.ts'

const FOLDER = fileURLToPath(new URL('../test/replay/histories/', import.meta.url))

/**
 * Writes one file for each workflow that the visibility query finds, into `test/replay/histories`; a workflow id with
 * several runs gives `<name>.json` for the last of them, and `<name>_run-1.json` and so on for those before it.
 */
export async function writeHistories(client: Client, prefix: string, query: string): Promise<readonly string[]> {
  const names: string[] = []
  const runs = new Map<string, number>()
  // The latest run comes first.
  for await (const info of client.workflow.list({ query })) {
    const earlier = runs.get(info.workflowId) ?? 0
    runs.set(info.workflowId, earlier + 1)
    const history = await client.workflow.getHandle(info.workflowId, info.runId).fetchHistory()
    const run = earlier === 0 ? '' : `_run-${earlier}`
    const name = `${prefix}-${info.workflowId.replaceAll('/', '_')}${run}.json`
    const recorded = { workflowId: info.workflowId, history: JSON.parse(historyToJSON(history)) as unknown }
    await writeFile(`${FOLDER}${name}`, `${JSON.stringify(recorded, withoutMachine)}\n`)
    names.push(name)
  }
  return names
}

/** Removes the histories of a prefix. */
export async function removeHistories(prefix: string): Promise<void> {
  await Promise.all((await namesOf(prefix)).map((name) => rm(`${FOLDER}${name}`)))
}

/**
 * Keeps one of each distinct history (`historyShape`) of each story of a prefix, the first by name, and removes the
 * others; returns the names of those that were removed.
 */
export async function pruneHistories(prefix: string): Promise<readonly string[]> {
  const kept = new Set<string>()
  const removed: string[] = []
  for (const name of await namesOf(prefix)) {
    const recorded = JSON.parse(await readFile(`${FOLDER}${name}`, 'utf8')) as RecordedHistory
    const shape = `${storyOf(recorded.workflowId)} ${historyShape(recorded)}`
    if (kept.has(shape)) removed.push(name)
    kept.add(shape)
  }
  await Promise.all(removed.map((name) => rm(`${FOLDER}${name}`)))
  return removed
}

async function namesOf(prefix: string): Promise<readonly string[]> {
  return (await readdir(FOLDER)).filter((name) => name.startsWith(`${prefix}-`)).sort()
}

/** Replay needs none of them, and they tell of the machine on which the history was made. */
function withoutMachine(key: string, value: unknown): unknown {
  if (key === 'stackTrace') return ''
  // Sticky task queues are named for a process: `<pid>@<host>-<id>`.
  if (key === 'name' && typeof value === 'string' && /^\d+@/.test(value)) return 'sticky'
  return key === 'identity' ? 'recorded' : value
}
