/** The points of stories, and at which of them a worker was killed: in a file, so that a lost one is noticed. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { lock } from 'proper-lockfile'
import { groupedBy } from '../../src/groupedBy.ts'
import { isMessage, type Point } from './worker/faultPlan.ts'

/** How many points there are of each kind. */
export type Kinds = Readonly<Record<string, number>>

/** By kind: the points of one story, and at how many of them the worker was killed. */
export type StoryCoverage = Readonly<Record<string, { readonly points: number; readonly killed: number }>>

/** By the name of the story. */
export type Coverage = Readonly<Record<string, StoryCoverage>>

/** Their least share. */
const MESSAGES_REACHED = 0.75

const FILE = fileURLToPath(new URL('./coverage.json', import.meta.url))

/** The coverage of the last run with every point. */
export function readCoverage(): Coverage {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Coverage
}

/** Replaces a story's entry; the stories of other processes are written meanwhile, too. */
export async function writeCoverage(story: string, coverage: StoryCoverage): Promise<void> {
  const unlock = await lock(FILE, { retries: { retries: 50, minTimeout: 20, maxTimeout: 200 } })
  try {
    const stories = sorted({ ...readCoverage(), [story]: sorted(coverage) })
    // A line for each kind, as the formatter leaves it.
    const lines = JSON.stringify(stories, null, 2).replace(
      /\{\s+("points": \d+),\s+("killed": \d+)\s+\}/g,
      '{ $1, $2 }',
    )
    writeFileSync(FILE, `${lines}\n`)
  } finally {
    await unlock()
  }
}

/** Counts the points that an operation passed. */
export function countKinds(passed: readonly Point[]): Kinds {
  return Object.fromEntries([...groupedBy(passed, ({ kind }) => kind)].map(([kind, each]) => [kind, each.length]))
}

/** Each kind with the points at which the worker was killed. */
export function coverageOf(kinds: Kinds, killed: readonly Point[]): StoryCoverage {
  const counts = countKinds(killed)
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, points]) => [kind, { points, killed: counts[kind] ?? 0 }]),
  )
}

/** The points of a coverage, whether the worker was killed there or not. */
export function pointsOf(coverage: StoryCoverage): Kinds {
  return Object.fromEntries(Object.entries(coverage).map(([kind, { points }]) => [kind, points]))
}

/** What two runs of a story have in common: its kinds, and how many points those have that are not about messages. */
export function comparable(kinds: Kinds): Readonly<Record<string, number | 'some'>> {
  return Object.fromEntries(Object.entries(kinds).map(([kind, points]) => [kind, isMessage(kind) ? 'some' : points]))
}

/**
 * The kinds of which points were left out. Of messages there may be fewer where many operations share the sessions; then
 * the last ones are none.
 */
export function missed(coverage: StoryCoverage): string[] {
  return Object.entries(coverage).flatMap(([kind, { points, killed }]) => {
    const needed = isMessage(kind) ? Math.ceil(points * MESSAGES_REACHED) : points
    return killed < needed ? [`${kind}: ${killed} of ${points}`] : []
  })
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}
