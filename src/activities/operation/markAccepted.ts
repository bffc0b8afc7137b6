/** What a person has accepted is put into the targets' own markers: all of an operation in one activity, a page at a time. */
import pMap from 'p-map'
import type { TargetWork } from '../../contract.ts'
import { SagaError, SurroundingsMissing } from '../../errors.ts'
import { writeAudit } from '../../postgres/catalog/audit.ts'
import { recordAccepted } from '../../postgres/catalog/operations/holding.ts'
import { requireOperation } from '../../postgres/catalog/operations/read.ts'
import { type AcceptedTarget, listUnmarkedOf } from '../../postgres/catalog/tenants/accepted.ts'
import type { ActivityDependencies } from '../dependencies.ts'

/** Targets marked side by side: each is a moment's work. */
const SESSIONS = 4

/** After so many targets of a server that could not be marked, its others are left to the reconciler. */
const GIVEN_UP_AFTER = 8
const MOST_NAMED = 20

/** Marks one target. */
type Accept = (work: TargetWork) => Promise<void>

/**
 * Marks those that can be reached. The catalog has all of them on record already: the others say so before any later work
 * there, and the reconciler tries them again.
 */
export async function markAccepted(
  { catalog }: Pick<ActivityDependencies, 'catalog'>,
  { operationId, planHash }: { readonly operationId: string; readonly planHash: string },
  accept: Accept,
): Promise<{ marked: number; left: number }> {
  const left: string[] = []
  const failures = new Map<string, number>()
  let marked = 0
  const mark = async ({ epoch, ...target }: AcceptedTarget): Promise<void> => {
    const failed = failures.get(target.server) ?? 0
    if (failed >= GIVEN_UP_AFTER) return void left.push(target.scope)
    try {
      await accept({ operationId, planHash, target, epoch })
      await recordAccepted(catalog, { operationId, tenant: target.scope })
      marked += 1
    } catch (error) {
      // The catalog is waited for: only what concerns the target is left.
      if (!(error instanceof SagaError) || error instanceof SurroundingsMissing) throw error
      failures.set(target.server, failed + 1)
      left.push(target.scope)
    }
  }
  for (let page = await listUnmarkedOf(catalog, operationId, ''); page.length > 0; ) {
    await pMap(page, mark, { concurrency: SESSIONS })
    page = await listUnmarkedOf(catalog, operationId, page.at(-1)?.scope ?? '')
  }
  if (left.length > 0) {
    const { projectId } = await requireOperation(catalog, operationId)
    const details = { tenants: left.slice(0, MOST_NAMED), count: left.length }
    await writeAudit(catalog, { projectId, operationId, actor: 'schema-saga', action: 'accept_later', details })
  }
  return { marked, left: left.length }
}
