import { type Change, kindOf } from '../changes/index.ts'
import type { OneName } from '../naming.ts'
import type { Draft } from './draft.ts'

/** A change that is nothing but a rename of a column or of what is on one. */
interface Rename extends OneName {
  readonly to: string
  readonly change: Change
}

/**
 * The draft with its renames in an order in which each name is free: a localised `name` that becomes `name_bn` takes
 * the names of its own second column, which has to leave them first.
 */
export function inFreeingOrder(draft: Draft): Draft {
  const waiting = draft.change.flatMap((change) => renameIn(change) ?? [])
  const ordered: Change[] = []
  while (waiting.length > 0) {
    const free = waiting.findIndex((one) => !waiting.some((other) => other.of === one.of && other.from === one.to))
    if (free < 0) throw new Error('the columns of a field would have to swap their names')
    ordered.push(...waiting.splice(free, 1).map(({ change }) => change))
  }
  return { ...draft, change: [...ordered, ...draft.change.filter((change) => renameIn(change) === null)] }
}

function renameIn(change: Change): Rename | null {
  const about = kindOf(change).about(change)
  return about === null || about.to === null ? null : { ...about, to: about.to, change }
}
