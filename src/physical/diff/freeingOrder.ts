import type { Change } from '../changes/index.ts'
import type { Draft } from './draft.ts'

/** A localised `name` that becomes `name_bn` takes the name of its own second column, which has to leave it first. */
export function inFreeingOrder(draft: Draft): Draft {
  const isRename = (change: Change) => change.kind === 'renameColumn' && !change.from.startsWith('_aside_')
  const waiting = draft.change.filter(isRename)
  const ordered: Change[] = []
  while (waiting.length > 0) {
    const free = waiting.findIndex((one) => !waiting.some((other) => renamesFrom(other) === renamesTo(one)))
    if (free < 0) throw new Error('the columns of a field would have to swap their names')
    ordered.push(...waiting.splice(free, 1))
  }
  return { ...draft, change: [...ordered, ...draft.change.filter((change) => !isRename(change))] }
}

function renamesFrom(change: Change): string | null {
  return change.kind === 'renameColumn' ? change.from : null
}

function renamesTo(change: Change): string | null {
  return change.kind === 'renameColumn' ? change.to : null
}
