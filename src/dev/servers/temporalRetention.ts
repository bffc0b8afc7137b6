/** How long the dev server keeps closed workflows: its own 24 hours are less than a weekend. */
import type { Connection } from '@temporalio/client'
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js'
import type { Log } from './progress.ts'

const RETENTION_DAYS = 30
const HOUR_MS = 60 * 60 * 1000
const RETENTION_MS = RETENTION_DAYS * 24 * HOUR_MS

/** Raises the namespace's retention to 30 days, and says so if the server does not accept it. */
export async function keepClosedWorkflows(connection: Connection, namespace: string, log: Log): Promise<void> {
  if ((await retentionOf(connection, namespace)) >= RETENTION_MS) return
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: msToTs(RETENTION_MS) },
  })
  const now = await retentionOf(connection, namespace)
  if (now < RETENTION_MS) {
    log(
      `Temporal keeps closed workflows of ${namespace} for ${now / HOUR_MS} hours only; ${RETENTION_DAYS} days were asked for.`,
    )
  }
}

async function retentionOf(connection: Connection, namespace: string): Promise<number> {
  const { config } = await connection.workflowService.describeNamespace({ namespace })
  const retention = config?.workflowExecutionRetentionTtl
  return retention ? tsToMs(retention) : 0
}
