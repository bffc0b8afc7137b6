/** Which of many faults a run tries: all of them with FAULTS=all, and otherwise a few of each kind, drawn by FAULT_SEED. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { test } from 'vitest'
import { groupedBy } from '../../src/groupedBy.ts'

/** Whether this run tries every fault that there is: `npm run test:faults`. */
export const EVERY_FAULT = process.env.FAULTS === 'all'

const DEFAULT_SEED = 20261129

/** Of a test that waits for servers and for the death of workers to be noticed. */
const LIMIT_MS = 240_000

/** `FAULT_SEED`; without it every run draws the same faults. */
export function faultSeed(): number {
  const given = Number(process.env.FAULT_SEED)
  return Number.isInteger(given) && given !== 0 ? given : DEFAULT_SEED
}

/** What is drawn for one story. */
export interface Drawing<Fault> {
  /** Each story draws others: it is part of the seed. */
  readonly story: string
  readonly most: number
  /** One of each kind comes before the second of any. */
  readonly kindOf: (fault: Fault) => string
}

/** The faults that this run tries, in the order in which they were given. */
export function drawn<Fault>(faults: readonly Fault[], { story, most, kindOf }: Drawing<Fault>): readonly Fault[] {
  if (EVERY_FAULT || faults.length <= most) return faults
  const whole = { minLength: faults.length, maxLength: faults.length }
  const [shuffled = []] = fc.sample(fc.shuffledSubarray([...faults], whole), { seed: seedOf(story), numRuns: 1 })
  const turns = [...groupedBy(shuffled, kindOf).values()].flatMap((same) =>
    same.map((fault, turn) => ({ fault, turn })),
  )
  const first = new Set(
    turns
      .toSorted((one, other) => one.turn - other.turn)
      .map(({ fault }) => fault)
      .slice(0, most),
  )
  return faults.filter((fault) => first.has(fault))
}

function seedOf(story: string): number {
  return createHash('sha256').update(`${faultSeed()} ${story}`).digest().readInt32BE()
}

/** Defines those of the tests, by their names, that this run has time for: with FAULTS=all every one. */
export function drawnTests(story: string, most: number, tests: Readonly<Record<string, () => Promise<void>>>): void {
  const told = drawn(Object.entries(tests), { story, most, kindOf: ([name]) => name })
  for (const [name, run] of told) test(name, run, LIMIT_MS)
}
