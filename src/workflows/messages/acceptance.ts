/** A person takes the targets whose undo did not succeed as they are. */
import { log } from '@temporalio/workflow'
import { catalog, policy, targets } from '../activities.ts'
import { acceptsInPages } from '../patches.ts'
import { isFailure, reasonOf } from '../run/failures.ts'
import type { Run } from '../run/run.ts'

/** False when the base is one of the targets that are not as before: every later plan builds on it. */
export async function accept(
  { operationId }: Run,
  planHash: string,
  by: { readonly actor: string; readonly note: string },
): Promise<boolean> {
  const lists = !acceptsInPages()
  const { accepted, targets: taken } = await policy.acceptTargets({ operationId, ...by, lists })
  if (!accepted) return false
  if (lists) await Promise.all(taken.map(({ epoch, ...target }) => markOne({ operationId, planHash, target, epoch })))
  else await markAll(operationId, planHash)
  return true
}

/** The catalog has them on record already: what goes wrong here is the reconciler's to mend. */
async function markAll(operationId: string, planHash: string): Promise<void> {
  try {
    await targets.markAccepted({ operationId, planHash })
  } catch (error) {
    if (!isFailure(error)) throw error
    log.warn('what was accepted could not be marked', { reason: reasonOf(error).message })
  }
}

/** Of histories before 0.5. The catalog has it on record already; a target that is out of reach says so later, before any other work there. */
async function markOne(work: Parameters<typeof targets.acceptTarget>[0]): Promise<void> {
  try {
    await targets.acceptTarget({ ...work, patience: 'once' })
    await policy.recordAccepted({ operationId: work.operationId, tenant: work.target.scope })
  } catch (error) {
    const { operationId, target } = work
    const note = `${target.scope}: its markers could not be reached (${String(error)})`
    await catalog.audit({ operationId, actor: 'schema-saga', action: 'accept_later', note })
  }
}
