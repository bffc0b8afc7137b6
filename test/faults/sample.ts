/** Which points the worker is killed at where there is no time for all: the same ones in each run with one seed. */
import fc from 'fast-check'
import type { Coverage, StoryCoverage } from './coverage.ts'
import { isMessage, type Point } from './worker/faultPlan.ts'

/** Points of one story. */
export interface StoryPoint extends Point {
  readonly story: string
}

/** Of each story, beside the fixed ones. */
const DRAWN = 2

const DEFAULT_SEED = 20261129

/** `FAULT_SEED`; without it every run draws the same points. */
export function faultSeed(): number {
  const given = Number(process.env.FAULT_SEED)
  return Number.isInteger(given) && given !== 0 ? given : DEFAULT_SEED
}

/**
 * The fixed part: after the effect of each activity, so that its answer is lost, in one of the stories; at the first point
 * of the one kind, a middle one of the next, the last of the one after. The other part is drawn by the seed from the first,
 * middle and last points of all kinds of each story.
 */
export function samplePoints(coverage: Coverage, seed: number): StoryPoint[] {
  const fixed = fixedPoints(coverage)
  const drawn = Object.entries(coverage).flatMap(([story, kinds], index) => {
    const others = candidates(story, kinds).filter((point) => !fixed.some((other) => isSame(point, other)))
    const few = Math.min(DRAWN, others.length)
    const drawing = fc.shuffledSubarray(others, { minLength: few, maxLength: few })
    return fc.sample(drawing, { seed: seed + index, numRuns: 1 })[0] ?? []
  })
  return [...fixed, ...drawn]
}

/** Each kind is dealt to that of its stories which has the fewest points so far. */
function fixedPoints(coverage: Coverage): StoryPoint[] {
  const dealt: StoryPoint[] = []
  const countOf = (story: string): number => dealt.filter((point) => point.story === story).length
  const all = Object.entries(coverage).flatMap(([story, kinds]) => candidates(story, kinds))
  const kinds = [...new Set(all.map(({ kind }) => kind))].filter((kind) => kind.startsWith('after ')).sort()
  for (const [index, kind] of kinds.entries()) {
    const stories = Object.keys(coverage).filter((story) => kind in (coverage[story] ?? {}))
    const story = stories.reduce((fewest, next) => (countOf(next) < countOf(fewest) ? next : fewest))
    const points = all.filter((point) => point.story === story && point.kind === kind)
    const point = points[index % points.length]
    if (point !== undefined) dealt.push(point)
  }
  return dealt
}

/** What tenants have in common happens to each of them: the first, a middle and the last point stand for the others. */
function candidates(story: string, kinds: StoryCoverage): StoryPoint[] {
  return Object.entries(kinds).flatMap(([kind, { points }]) => {
    const middle = Math.ceil(points / 2)
    // Another run may have fewer messages, and never come to the last one.
    const numbers = new Set(isMessage(kind) ? [1, middle] : [1, middle, points])
    return [...numbers].map((nth) => ({ story, kind, nth }))
  })
}

function isSame(one: StoryPoint, other: StoryPoint): boolean {
  return one.story === other.story && one.kind === other.kind && one.nth === other.nth
}
