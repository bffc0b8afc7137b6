/** Which revision of a project tables are: what their own bookkeeping says may be older or newer than they are. */
import { type Difference, differences } from '../equality.ts'
import { withoutIgnored } from '../ignored.ts'
import type { PhysicalSchema } from '../schema.ts'

/** One revision of a project, and the tables that it means. */
export interface RevisionShape {
  readonly revision: number
  readonly schemaHash: string
  readonly expected: PhysicalSchema
}

/** Tables to compare. */
export interface SeenTables {
  readonly actual: PhysicalSchema
  /** Globs over tables which do not count. */
  readonly ignore: readonly string[]
  /** Objects, as differences name them, that are on record as not being what their revision says: they tell nothing. */
  readonly noted?: readonly string[]
}

/** How tables stand to the revisions of their project. */
export interface Fit {
  /** The revisions whose tables they are, in order. */
  readonly fits: readonly RevisionShape[]
  /** The revision with the fewest differences, the latest of those; null for a project without revisions. */
  readonly nearest: { readonly shape: RevisionShape; readonly differences: readonly Difference[] } | null
}

/** Compares tables with revisions. */
export function fitOf(history: readonly RevisionShape[], { actual, ignore, noted = [] }: SeenTables): Fit {
  const present = withoutIgnored(actual, ignore)
  const compared = history.map((shape) => ({
    shape,
    differences: differences(withoutIgnored(shape.expected, ignore), present).filter(
      ({ object }) => !noted.includes(object),
    ),
  }))
  const nearest = compared.reduce<Fit['nearest']>(
    (best, each) => (best === null || each.differences.length <= best.differences.length ? each : best),
    null,
  )
  return { fits: compared.flatMap(({ shape, differences: found }) => (found.length === 0 ? [shape] : [])), nearest }
}

/**
 * The revision that tables plainly have instead of the one that is said of them: theirs exactly, or with fewer differences.
 * Null where what is said is as good as anything: then they have only drifted.
 */
export function otherRevisionOf(
  history: readonly RevisionShape[],
  said: number,
  tables: SeenTables,
): RevisionShape | null {
  const own = fitOf(
    history.filter(({ revision }) => revision === said),
    tables,
  ).nearest
  if (own === null || own.differences.length === 0) return null
  const { nearest } = fitOf(history, tables)
  return nearest !== null && nearest.differences.length < own.differences.length ? nearest.shape : null
}
