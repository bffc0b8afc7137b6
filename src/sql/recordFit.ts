/** Which revision of a project of SQL a namespace is, by its record. Pure. */
import { hashOf } from '../hash.ts'
import { type NamespaceRecord, UNSUPPORTED } from './record.ts'
import { type LineDifference, printingProblem, recordDifferences } from './recordDifferences.ts'

/** A revision, and what a namespace at it looks like. */
export interface RevisionRecord {
  readonly revision: number
  readonly schemaHash: string
  readonly record: NamespaceRecord
}

/** How a namespace stands to the revisions of its project. */
export interface RecordFit {
  /** All revisions that look like it, in order: the record alone cannot say more. */
  readonly fits: readonly RevisionRecord[]
  /** The revision with the fewest differences, the latest of those; null where none can be compared. */
  readonly nearest: { readonly revision: number; readonly differences: readonly LineDifference[] } | null
  /** Why it cannot be compared with any revision, in words. */
  readonly problem: string | null
}

/** Compares a namespace with every revision. */
export function recordFitOf(history: readonly RevisionRecord[], actual: NamespaceRecord): RecordFit {
  const problems = new Set<string>()
  const compared = history.flatMap((each) => {
    const problem = formatProblem(each.record, actual) ?? printingProblem(each.record.printing, actual.printing)
    if (problem === null) return [{ each, differences: recordDifferences(each.record, actual) }]
    problems.add(problem)
    return []
  })
  const nearest = compared.reduce<(typeof compared)[number] | null>(
    (best, one) => (best === null || one.differences.length <= best.differences.length ? one : best),
    null,
  )
  return {
    fits: compared.filter(({ differences }) => differences.length === 0).map(({ each }) => each),
    nearest: nearest === null ? null : { revision: nearest.each.revision, differences: nearest.differences },
    problem: compared.length === 0 ? ([...problems][0] ?? null) : null,
  }
}

/** Revisions that look alike, where several do: whoever looks like one of them looks like all. In order. */
export function alikeRevisions(history: readonly RevisionRecord[]): readonly (readonly number[])[] {
  const classes = new Map<string, number[]>()
  for (const { revision, record } of history) {
    // What nothing describes equals nothing.
    if (record.lines.some(({ kind }) => kind === UNSUPPORTED)) continue
    const key = hashOf(record.lines)
    classes.set(key, [...(classes.get(key) ?? []), revision])
  }
  return [...classes.values()].filter((revisions) => revisions.length > 1)
}

function formatProblem(expected: NamespaceRecord, actual: NamespaceRecord): string | null {
  if (expected.format === actual.format) return null
  return `it was read in format ${actual.format}, and its project recorded in format ${expected.format}: the record has to be renewed`
}
