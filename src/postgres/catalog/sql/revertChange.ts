/** Taking back a change by SQL: its texts change places, and are proven anew on the base. */
import { RequestRefused } from '../../../errors.ts'
import { targetText } from '../../../sql/aside/drops.ts'
import type { KeptRows } from '../../../sql/change/keptRows.ts'
import type { KeptAside } from '../../../sql/change/sqlChange.ts'
import { differenceText, recordDifferences } from '../../../sql/recordDifferences.ts'
import { loadPlan } from '../operations/plans.ts'
import { findOperation } from '../operations/read.ts'
import type { Queryable } from '../pool.ts'
import { purgedAmong } from '../setAside/purges.ts'
import type { WantedChange } from './changeTexts.ts'
import { readLines } from './sqlRevisions.ts'

const MOST = 5

/**
 * What takes an operation back. Errors: `OPERATION_NOT_FOUND`, `NOT_APPLICABLE` for one that has not committed, changed nothing,
 * has no way back or wrote rows; `REVERT_BLOCKED` where later changes altered what it left.
 */
export async function wantedBack(
  db: Queryable,
  { id: project, revision }: { readonly id: string; readonly revision: number },
  operationId: string,
): Promise<WantedChange> {
  const operation = await findOperation(db, operationId)
  if (operation === null || operation.projectId !== project) {
    throw new RequestRefused('OPERATION_NOT_FOUND', `Project "${project}" has no operation "${operationId}".`)
  }
  if (operation.status !== 'committed' || operation.unchanged) {
    const how = operation.unchanged ? 'changed nothing' : `is ${operation.status}`
    throw new RequestRefused('NOT_APPLICABLE', `Operation "${operationId}" ${how}: there is nothing to revert.`)
  }
  const { plan } = await loadPlan(db, operationId, operation.planHash ?? '')
  const { sqlChange, nextRevision } = plan
  if (sqlChange === undefined) throw new Error(`Operation ${operationId} of a project of SQL has no change by SQL.`)
  const { name, up, rowsNotProven, asides = [] } = sqlChange
  const down = sqlChange.back ?? sqlChange.down
  if (down === null || rowsNotProven.length > 0) {
    const why = down === null ? 'has no way back' : 'wrote rows, and its `down` is proven for their tables only'
    throw new RequestRefused('NOT_APPLICABLE', `Operation "${operationId}" ${why}: write a change that corrects it.`)
  }
  await requireKept(db, project, operationId, asides)
  await requireAsLeft(db, project, { operationId, left: nextRevision, now: revision })
  const kept = turned(sqlChange.kept)
  return {
    name,
    texts: [{ name, up: down, down: up }],
    takesBack: nextRevision,
    ...(kept !== undefined && { kept }),
    ...(asides.length > 0 && { revives: asides }),
  }
}

/** What another tool keeps of it goes with it, and comes back where the revert is reverted. */
function turned(kept: KeptRows | undefined): KeptRows | undefined {
  if (kept === undefined) return undefined
  const { takesOff, ...rows } = kept
  return takesOff ? rows : { ...rows, takesOff: true }
}

/** What it has hidden must not be gone for good on any target. */
async function requireKept(
  db: Queryable,
  project: string,
  operationId: string,
  asides: readonly KeptAside[],
): Promise<void> {
  const purged = await purgedAmong(
    db,
    project,
    asides.map(({ asideName }) => asideName),
  )
  if (purged.length === 0) return
  const names = asides.filter(({ asideName }) => purged.includes(asideName)).map(targetText)
  const what = `Operation "${operationId}" has set aside what was purged since: ${names.join(', ')}`
  throw new RequestRefused('REVERT_BLOCKED', `${what}. Its rows cannot come back: write a change that makes it anew.`)
}

async function requireAsLeft(
  db: Queryable,
  project: string,
  { operationId, left, now }: { readonly operationId: string; readonly left: number; readonly now: number },
): Promise<void> {
  const [before, after, present] = await Promise.all(
    [left - 1, left, now].map(async (revision) => (await readLines(db, project, revision)) ?? []),
  )
  if (before === undefined || after === undefined || present === undefined) return
  const changed = new Set(recordDifferences({ lines: before }, { lines: after }).map(({ object }) => object))
  const since = recordDifferences({ lines: after }, { lines: present }).filter(({ object }) => changed.has(object))
  if (since.length === 0) return
  const told = since.slice(0, MOST).map(differenceText).join('; ')
  throw new RequestRefused(
    'REVERT_BLOCKED',
    `Later changes altered what operation "${operationId}" left: ${told}. Revert those first.`,
  )
}
