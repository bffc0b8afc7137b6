/** Tests of stories: all of them at every point with FAULTS=all, which records that, and otherwise one at a few points. */
import { expect, test } from 'vitest'
import {
  comparable,
  countKinds,
  coverageOf,
  missed,
  pointsOf,
  readCoverage,
  type StoryCoverage,
  writeCoverage,
} from './coverage.ts'
import { drawn, EVERY_FAULT, faultSeed } from './draw.ts'
import { killEverywhere } from './killEverywhere.ts'
import type { Story } from './runTogether.ts'
import { isMessage, type Point } from './worker/faultPlan.ts'

/** For a slow machine: whatever does not go on at all is noticed long before. */
const LIMIT_MS = 1_800_000

/** Of the one story, where a run does not try all: twelve, so that some are come to one after the other. */
const DRAWN = 12

const OUTDATED =
  'The story has other points than test/faults/coverage.json says; if they are right, run npm run test:faults'

/** The tests of these stories. Starting a story costs as much as ten of its points, so that a few points have one story. */
export function tell(what: string, stories: readonly Story[]): void {
  const told = EVERY_FAULT ? stories : drawn(stories, { story: what, most: 1, kindOf: () => '' })
  for (const story of told) test(story.name, () => (EVERY_FAULT ? atEveryPoint(story) : atSomePoints(story)), LIMIT_MS)
}

async function atEveryPoint(story: Story): Promise<void> {
  const coverage = await killEverywhere(story, (course) => course)
  print(story, coverage)
  await writeCoverage(story.name, coverage)
  expect(missed(coverage)).toEqual([])
}

async function atSomePoints(story: Story): Promise<void> {
  let tried: readonly Point[] = []
  const coverage = await killEverywhere(story, (course) => {
    tried = pointsTried(story, course)
    return tried
  })
  print(story, coverage, ` (FAULT_SEED=${faultSeed()})`)
  expect(sum(coverage, 'killed')).toBe(tried.length)
}

/** A story that is on record has the same points as then. A new one does not need a record for its few. */
function pointsTried({ name }: Story, course: readonly Point[]): readonly Point[] {
  const kinds = countKinds(course)
  const recorded = readCoverage()[name] ?? coverageOf(kinds, [])
  expect(comparable(kinds), OUTDATED).toEqual(comparable(pointsOf(recorded)))
  // Another run may have fewer messages, and never come to the last ones.
  const certain = course.filter(({ kind, nth }) => !isMessage(kind) || nth <= Math.ceil((kinds[kind] ?? 0) / 2))
  return drawn(certain, { story: name, most: DRAWN, kindOf: ({ kind }) => kind })
}

function print({ name }: Story, coverage: StoryCoverage, note = ''): void {
  const kinds = Object.entries(coverage).flatMap(([kind, { killed }]) => (killed === 0 ? [] : [`${kind} ${killed}`]))
  const [killed, points] = [sum(coverage, 'killed'), sum(coverage, 'points')]
  console.info(`${name}: the worker was killed at ${killed} of ${points} points${note}: ${kinds.join(', ')}`)
}

function sum(coverage: StoryCoverage, what: 'points' | 'killed'): number {
  return Object.values(coverage).reduce((total, kind) => total + kind[what], 0)
}
