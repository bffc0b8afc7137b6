/** Tests of stories: at every point with FAULTS=all, which records them, and otherwise at a sample of them. */
import { expect, test } from 'vitest'
import {
  comparable,
  coverageOf,
  everyPoint,
  type Kinds,
  missed,
  pointsOf,
  readCoverage,
  type StoryCoverage,
  writeCoverage,
} from './coverage.ts'
import { killEverywhere } from './killEverywhere.ts'
import type { Story } from './runTogether.ts'
import { faultSeed, samplePoints } from './sample.ts'
import type { Point } from './worker/faultPlan.ts'

/** For a slow machine: whatever does not go on at all is noticed long before. */
const LIMIT_MS = 1_800_000

const OUTDATED =
  'The story has other points than test/faults/coverage.json says; if they are right, run npm run test:faults'

/** A test of one story. With few points it mostly waits, so that the stories of a file are told at the same time. */
export function tell(story: Story): void {
  if (process.env.FAULTS === 'all') test(story.name, () => atEveryPoint(story), LIMIT_MS)
  else test.concurrent(story.name, () => atSomePoints(story), LIMIT_MS)
}

async function atEveryPoint(story: Story): Promise<void> {
  const coverage = await killEverywhere(story, everyPoint)
  print(story, coverage)
  await writeCoverage(story.name, coverage)
  expect(missed(coverage)).toEqual([])
}

async function atSomePoints(story: Story): Promise<void> {
  let sample: readonly Point[] = []
  const coverage = await killEverywhere(story, (kinds) => {
    sample = sampleOf(story, kinds)
    return sample
  })
  print(story, coverage, ` (FAULT_SEED=${faultSeed()})`)
  expect(sum(coverage, 'killed')).toBe(sample.length)
}

/** A story that is on record has the same points as then. A new one does not need a record for its sample. */
function sampleOf({ name }: Story, kinds: Kinds): readonly Point[] {
  const recorded = readCoverage()
  const own = recorded[name] ?? coverageOf(kinds, [])
  expect(comparable(kinds), OUTDATED).toEqual(comparable(pointsOf(own)))
  return samplePoints({ ...recorded, [name]: own }, faultSeed()).filter((point) => point.story === name)
}

function print({ name }: Story, coverage: StoryCoverage, note = ''): void {
  const kinds = Object.entries(coverage).flatMap(([kind, { killed }]) => (killed === 0 ? [] : [`${kind} ${killed}`]))
  const [killed, points] = [sum(coverage, 'killed'), sum(coverage, 'points')]
  console.info(`${name}: the worker was killed at ${killed} of ${points} points${note}: ${kinds.join(', ')}`)
}

function sum(coverage: StoryCoverage, what: 'points' | 'killed'): number {
  return Object.values(coverage).reduce((total, kind) => total + kind[what], 0)
}
