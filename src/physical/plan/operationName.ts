/** How an operation is called in names of what it makes on targets. */
import { hashOf } from '../../hash.ts'

/** The operation id under which a plan that nobody submitted derives its names. */
export const PREVIEW = 'plan'

const SYNC = /^schema_saga_sync_(.+)_\d+$/

/** A short hash where the id is long, so that names stay readable whatever it is. */
export function operationName(operationId: string): string {
  return operationId.length <= 12 ? operationId : hashOf(operationId).slice(0, 8)
}

/** The name of the operation that made a sync, by the function of that; null for a function of another name. */
export function operationOfSync(syncFunction: string): string | null {
  return SYNC.exec(syncFunction)?.[1] ?? null
}
