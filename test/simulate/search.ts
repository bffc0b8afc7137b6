/** The search: stories of many seeds, several at once, and what becomes of a broken law. */
import { knownName } from './known.ts'
import { type Stage, type Told, tellStory } from './runStory.ts'
import { shrink } from './shrink.ts'
import { storyOf } from './story.ts'
import type { Story, Violation } from './types.ts'
import type { Size } from './world/plan.ts'

/** What to search. */
export interface SearchOptions {
  readonly seeds: Iterable<number>
  readonly size: Size
  /** Stories told at once. */
  readonly lanes: number
  /** Begins no new seed after this moment, in ms since 1970. */
  readonly until: number
  /** How long a story of an unknown violation is made smaller, in ms; 0 leaves it as it is. */
  readonly shrinkMs: number
  readonly heard: (result: SeedResult) => void | Promise<void>
}

/** What one seed came to. */
export interface SeedResult {
  readonly seed: number
  /** The smallest story that still breaks the law; the whole one when none is broken. */
  readonly story: Story
  readonly told: Told
  /** The name of each violation in `known.json`; null for an unknown one. */
  readonly known: readonly (string | null)[]
}

/** Searches; resolves when all seeds were told or the time is over. */
export async function search(stage: Stage, options: SearchOptions): Promise<void> {
  const seeds = options.seeds[Symbol.iterator]()
  const lane = async (): Promise<void> => {
    for (;;) {
      if (Date.now() >= options.until) return
      const next = seeds.next()
      if (next.done === true) return
      await options.heard(await trySeed(stage, options, next.value))
    }
  }
  await Promise.all(Array.from({ length: options.lanes }, lane))
}

async function trySeed(stage: Stage, { size, shrinkMs }: SearchOptions, seed: number): Promise<SeedResult> {
  return await tryStory(stage, storyOf(seed, size), shrinkMs)
}

/** Tells a story; one that breaks a law in an unknown way is made smaller. */
export async function tryStory(stage: Stage, story: Story, shrinkMs: number): Promise<SeedResult> {
  const told = await tellOrSay(stage, story)
  const known = told.violations.map(knownName)
  const unknown = told.violations.find((_, index) => known[index] === null)
  if (unknown === undefined || shrinkMs === 0) return { seed: story.seed, story, told, known }
  const smaller = await shrink(
    { story, told },
    {
      until: Date.now() + shrinkMs,
      tell: (candidate) => tellOrSay(stage, candidate),
      breaks: ({ violations }) => violations.some((each) => isSame(each, unknown)),
    },
  )
  return { seed: story.seed, ...smaller, known: smaller.told.violations.map(knownName) }
}

/** A story that cannot be told to its end is reported like one that breaks a law, and the others go on. */
async function tellOrSay(stage: Stage, story: Story): Promise<Told> {
  const started = Date.now()
  try {
    return await tellStory(stage, story)
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const violations = [{ law: 'stuck', kind: 'story-broke-off', detail }] as const
    return { violations, after: null, lines: [], ms: Date.now() - started }
  }
}

function isSame(one: Violation, other: Violation): boolean {
  return one.law === other.law && one.kind === other.kind
}
