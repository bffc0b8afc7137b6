/** Whether something that is set aside on one target may be purged there, and from when; pure. */
import { FINAL_STATUSES, type OperationStatus } from '../../contract.ts'
import type { AsideRow } from './listed.ts'

/** A revision of the project, and the operation that led to it. */
export interface CommittedOperation {
  readonly revision: number
  readonly schemaHash: string
}

/** What the catalog knows that decides. */
export interface PurgeFacts {
  readonly holdMs: number
  /** What the catalog's clock says now, in ms since 1970. */
  readonly clockMs: number
  /** Of the operations that the ledger still has. */
  readonly statuses: ReadonlyMap<string, OperationStatus>
  /** The operations whose changes stay; they are known after the ledger has forgotten them. */
  readonly committed: ReadonlyMap<string, CommittedOperation>
  /** Whether the project ever had this revision with this schema. */
  readonly isRevision: (revision: number, schemaHash: string) => boolean
  /** Tenants on which operations are yet to be settled, as `<tenant> <operation>`. */
  readonly owed: ReadonlySet<string>
}

/**
 * `held`: until a moment of the target's clock, `due` when that is over. `later`: something has to come first. `asked`:
 * nobody knows the operation, or what time it is, so that only a person can say so. `never`: it has to come back, or a person must look.
 */
export type PurgeVerdict =
  | { readonly when: 'held'; readonly until: Date; readonly due: boolean }
  | { readonly when: 'later' | 'asked' | 'never'; readonly why: string }

/**
 * Only what a committed operation hid may go, on a target that is at or beyond it by its own revision; what an undo set
 * aside, because it was used meanwhile, may go there once its operation is final.
 */
export function purgeVerdict(row: AsideRow, facts: PurgeFacts): PurgeVerdict {
  const { hiddenBy: id, standing } = row
  const status = facts.statuses.get(id)
  if (status !== undefined && !FINAL_STATUSES.includes(status)) {
    return { when: 'later', why: `Operation "${id}" is ${status}: what it set aside may still have to come back.` }
  }
  const owes = [row.operationId, id].find((operation) => facts.owed.has(`${row.target.scope} ${operation}`))
  if (owes !== undefined) {
    return { when: 'later', why: `Operation "${owes}" has left a trigger active there, which is removed first.` }
  }
  if (standing === null) return { when: 'never', why: 'The namespace is not registered as this target any more.' }
  if (row.direction === 'compensate') return held(row, facts)
  const committed = facts.committed.get(id)
  if (committed === undefined) return notCommitted(id, status)
  if (!facts.isRevision(standing.revision, standing.schemaHash)) {
    return {
      when: 'never',
      why: `The target is at revision ${standing.revision} of a schema that the project never had.`,
    }
  }
  if (standing.revision < committed.revision) {
    const why = `The target is at revision ${standing.revision}, and operation "${id}" leads to ${committed.revision}: it has yet to get there.`
    return { when: 'later', why }
  }
  return held(row, facts)
}

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** A clock that has jumped would end a hold that has hardly begun; one that is always wrong by as much is for a person to set. */
function held(row: AsideRow, { holdMs, clockMs }: PurgeFacts): PurgeVerdict {
  const { at, ageMs } = row
  const apartMs = Math.abs(row.clockMs - clockMs)
  if (apartMs > Math.min(DAY_MS, Math.max(10 * MINUTE_MS, holdMs / 10)) && ageMs >= holdMs) {
    const apart =
      apartMs >= DAY_MS ? `${Math.round(apartMs / DAY_MS)} days` : `${Math.round(apartMs / MINUTE_MS)} minutes`
    const why = `The clocks of its server and of the catalog are ${apart} apart: correct the one that is wrong, or drop it with --now.`
    return { when: 'asked', why }
  }
  return { when: 'held', until: new Date(at.getTime() + holdMs), due: ageMs >= holdMs }
}

function notCommitted(id: string, status: OperationStatus | undefined): PurgeVerdict {
  if (status === undefined) {
    const why = `Nobody knows operation "${id}" any more: it is dropped only when somebody asks for that, with --now.`
    return { when: 'asked', why }
  }
  const why = `Operation "${id}" is ${status}, but what it hid has not come back: nothing drops it. Bring it back with \`set-aside restore\`.`
  return { when: 'never', why }
}
