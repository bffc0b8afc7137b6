import type { Change } from '../changes/index.ts'
import type { Draft } from './draft.ts'

/** A rename of a column or of what is on one. */
type Rename = Extract<Change, { kind: 'renameColumn' | 'renameConstraint' | 'renameIndex' }>

/**
 * The draft with its renames in an order in which each name is free: a localised `name` that becomes `name_bn` takes
 * the names of its own second column, which has to leave them first.
 */
export function inFreeingOrder(draft: Draft): Draft {
  const waiting = draft.change.filter(isRename)
  const ordered: Change[] = []
  while (waiting.length > 0) {
    const free = waiting.findIndex((one) => !waiting.some((other) => other.kind === one.kind && other.from === one.to))
    if (free < 0) throw new Error('the columns of a field would have to swap their names')
    ordered.push(...waiting.splice(free, 1))
  }
  return { ...draft, change: [...ordered, ...draft.change.filter((change) => !isRename(change))] }
}

/** A column that comes from out of sight changes places with another one, in an order of its own. */
function isRename(change: Change): change is Rename {
  if (change.kind === 'renameColumn') return !change.from.startsWith('_aside_')
  return change.kind === 'renameConstraint' || change.kind === 'renameIndex'
}
