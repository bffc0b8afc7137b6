import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { installTestRuntime } from '../fixtures/temporalRuntime.ts'
import { startApplication } from './application/application.ts'
import { checkLaws } from './laws/index.ts'
import { textOf } from './report.ts'
import type { Stage } from './runStory.ts'
import { type SeedResult, search } from './search.ts'
import { STEP_KINDS } from './steps/index.ts'
import { storyOf } from './story.ts'
import { WEATHER_KINDS } from './weather/index.ts'
import { createLanes, type Lanes } from './world/lanes.ts'
import { type Surroundings, startSurroundings } from './world/surroundings.ts'

/** Small enough for twenty of them in a run of all tests. */
const SMALL = { mostTenants: 3, mostSteps: 2, long: false }
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1)

let surroundings: Surroundings
let lanes: Lanes
let stage: Stage
beforeAll(async () => {
  installTestRuntime()
  surroundings = await startSurroundings({
    timeSkippingServerPath: inject('timeSkippingServerPath'),
    workflowBundlePath: inject('workflowBundlePath'),
    log: (line) => console.error(line),
  })
  lanes = createLanes(surroundings)
  stage = { surroundings, lanes, startApplication, checkLaws }
}, 120_000)
afterAll(async () => {
  await lanes?.stop()
  await surroundings?.stop()
}, 60_000)

describe('the search', () => {
  test('the stories of twenty seeds break no law in an unknown way', async () => {
    const results: SeedResult[] = []
    const heard = (result: SeedResult): void => {
      results.push(result)
    }
    const until = Number.POSITIVE_INFINITY
    await search(stage, { seeds: SEEDS, size: SMALL, lanes: 2, until, shrinkMs: 0, heard })
    expect(results.map(({ seed }) => seed).sort((one, other) => one - other)).toEqual(SEEDS)
    const unknown = results.filter(({ known }) => known.includes(null))
    expect(unknown.map((result) => textOf(result, '')).join('\n')).toBe('')
  }, 600_000)

  test('a seed always tells the same story', () => {
    for (const seed of SEEDS) expect(storyOf(seed, SMALL)).toEqual(storyOf(seed, SMALL))
    // The tests and the command load modules in their own ways.
    for (const table of [STEP_KINDS, WEATHER_KINDS]) expect(Object.keys(table)).toEqual(Object.keys(table).sort())
  })
})
