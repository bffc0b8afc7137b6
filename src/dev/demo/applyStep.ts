/** One change of the demo, with a progress line while it runs. */
import { createProgress, describeProgress } from '../../commands/render/progress.ts'
import type { OperationDocument } from '../../contract.ts'
import type { MutationRequest } from '../../logical/parse/mutationRequest.ts'
import type { Demo } from './demo.ts'

/** Applies a mutation and returns the record of its end, whatever that is. */
export async function applyStep(demo: Demo, name: string, mutation: MutationRequest): Promise<OperationDocument> {
  const { client, project, surroundings } = demo
  // Without a terminal the result line is enough.
  const progress = await createProgress({ liveProgress: surroundings.liveProgress, err: () => {} })
  try {
    progress.show(name)
    const handle = await client.apply(project, mutation, { operationId: `${project}-${name}` })
    for await (const operation of handle.watch()) progress.show(`${name}  ${describeProgress(operation)}`)
    return await handle.show()
  } finally {
    progress.stop()
  }
}

/** The line that stays: name, revision, tenants, seconds (of the last attempt). */
export function resultLine(name: string, operation: OperationDocument): string {
  const { revision, tenants, attempt, submitted_at, started_at, ended_at } = operation
  const from = attempt === 1 ? submitted_at : (started_at ?? submitted_at)
  const took = ended_at === null ? '' : `${((Date.parse(ended_at) - Date.parse(from)) / 1000).toFixed(1)} s`
  const count = `${tenants.succeeded} of ${tenants.total} tenants`
  return `  ${name.padEnd(36)} revision ${String(revision).padEnd(4)} ${count.padEnd(20)} ${took}`
}

/** The demo is also a test of the installation: anything but a commit ends it. */
export function mustBeCommitted(operation: OperationDocument): void {
  if (operation.status === 'committed') return
  throw new Error(
    `Operation ${operation.id} of the demo ended ${operation.status}: ${operation.error_code} ${operation.error}`,
  )
}
