/** How long the histories of one operation's workflows have become. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { operationWorkflowId } from '../src/contract.ts'
import type { Footprint } from './measurement.ts'

type Histories = Record<string, { workflows: number; mostEvents: number }>

const TRIES = 40
const EVERY_MS = 250

/** Counts the workflows of an operation by type, with the events of the longest history of each. */
export async function readHistories(
  address: string,
  project: string,
  operationId: string,
): Promise<Footprint['histories']> {
  const connection = await Connection.connect({ address })
  try {
    const client = new Client({ connection })
    // Temporal's list follows its workflows by some moments: the workflow itself may still be running in it.
    for (let tries = 1; ; tries += 1) {
      const { histories, running } = await listOnce(client, operationWorkflowId(project, operationId))
      if (!running || tries === TRIES) return histories
      await sleep(EVERY_MS)
    }
  } finally {
    await connection.close()
  }
}

async function listOnce(client: Client, root: string): Promise<{ histories: Histories; running: boolean }> {
  const histories: Histories = {}
  let running = true
  for await (const info of client.workflow.list({ query: `WorkflowId STARTS_WITH '${root}'` })) {
    const seen = histories[info.type] ?? { workflows: 0, mostEvents: 0 }
    histories[info.type] = {
      workflows: seen.workflows + 1,
      mostEvents: Math.max(seen.mostEvents, info.historyLength),
    }
    if (info.workflowId === root) running = info.status.name === 'RUNNING'
  }
  return { histories, running }
}
