/** Waits for the ends of operations; those that take longer are told of with what Temporal waits for. */
import { WorkflowFailedError } from '@temporalio/client'
import type { Stack } from '../whole/stack.ts'
import { type Begun, handleOf, waitedFor } from './waitedFor.ts'

/** Waits until every operation has closed, however it ended: the ledger says how. */
export async function untilClosed(stack: Stack, operations: readonly Begun[], late: AbortSignal): Promise<void> {
  const open: string[] = []
  await Promise.all(
    operations.map(async (begun) => {
      const result = () => handleOf(stack, begun).result()
      await stack.temporal.withAbortSignal(late, result).catch(async (error: unknown) => {
        if (error instanceof WorkflowFailedError) return
        if (!late.aborted) throw error
        open.push(`${begun.operationId} (${await waitedFor(stack, begun)})`)
      })
    }),
  )
  if (open.length > 0) throw new Error(`These have not ended: ${open.join(', ')}.`)
}
