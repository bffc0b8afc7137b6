import { randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'

/**
 * Registers a namespace of Temporal. Workflow ids name projects and tenants, and two tests may well name theirs alike:
 * in one namespace the second would be given the workflow of the first.
 */
export async function registerNamespace(address: string): Promise<Client> {
  const connection = await Connection.connect({ address })
  const namespace = `whole-${randomUUID()}`
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  })
  return new Client({ connection, namespace })
}
