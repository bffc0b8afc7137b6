/** Which of what stands on a target is owed, and which is still needed, by the target's own markers. */
import { operationName, operationOfSync } from '../../physical/plan/operationName.ts'
import type { KnownOperation } from '../catalog/projects/history.ts'
import type { Leftover } from './leftover.ts'

/** Where a target stands, by its own bookkeeping. */
export interface Standing {
  readonly revision: number
  /** Operations that have left work there which is not undone. */
  readonly open: readonly string[]
}

/** Something that may not be taken off yet. */
export interface Needed {
  readonly left: Leftover
  /** Those that are half-way on the target, and go on there or are undone. */
  readonly operations: readonly string[]
}

/** What is to become of what stands on a target. */
export interface Judgement {
  readonly owed: readonly Leftover[]
  readonly needed: readonly Needed[]
}

/**
 * A sync is needed only while its own operation is half-way on the target: it has work there that is not undone, and that
 * the target's revision does not hold. A check bears no operation's name: any that is half-way may need it. What the
 * ledger has forgotten is over.
 */
export function judge(
  found: readonly Leftover[],
  { revision, open }: Standing,
  known: ReadonlyMap<string, KnownOperation>,
): Judgement {
  const halfWay = open.filter((id) => {
    const operation = known.get(id)
    return operation !== undefined && (operation.revision === null || operation.revision > revision)
  })
  const needs = ({ kind, name }: Leftover): readonly string[] =>
    kind === 'proof' ? halfWay : halfWay.filter((id) => operationName(id) === operationOfSync(name))
  const judged = found.map((left) => ({ left, operations: needs(left) }))
  return {
    owed: judged.flatMap(({ left, operations }) => (operations.length === 0 ? [left] : [])),
    needed: judged.filter(({ operations }) => operations.length > 0),
  }
}
