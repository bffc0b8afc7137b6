/** The index builds of a changeset run last, so that what shares a transaction stays together. */
import { type Change, kindOf } from '../changes/index.ts'
import { isNew } from '../naming.ts'

/** The changes with index builds after everything that has nothing to do with them. */
export function deferIndexes(changes: readonly Change[]): readonly Change[] {
  const ordered: Change[] = []
  let waiting: Change[] = []
  for (const change of changes) {
    const due = isBuild(change) ? [] : waiting.filter((build) => !mayPass(build, change))
    waiting = waiting.filter((build) => !due.includes(build))
    ordered.push(...due)
    if (isBuild(change)) waiting.push(change)
    else ordered.push(change)
  }
  return [...ordered, ...waiting]
}

function isBuild(change: Change): boolean {
  const { index, creates } = kindOf(change).needs(change)
  return index && creates
}

/** A new column, or a change of another table, is nothing to an index. */
function mayPass(build: Change, change: Change): boolean {
  if (isNew(kindOf(change).names(change))) return true
  const tables = kindOf(build).touches(build)
  return !kindOf(change)
    .touches(change)
    .some((table) => tables.includes(table))
}
