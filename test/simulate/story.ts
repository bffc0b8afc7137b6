/** Stories from seeds: a world, eight steps on average and up to thirty, and what goes wrong meanwhile. */
import fc from 'fast-check'
import type { ProjectKind } from '../../src/postgres/catalog/projects/kind.ts'
import { arbitrarySqlWorld } from './sql/plan.ts'
import { STEP_KINDS, type StepKind } from './steps/index.ts'
import type { Step, Story, WeatherEvent } from './types.ts'
import { WEATHER_KINDS } from './weather/index.ts'
import { arbitraryWorld, type Size } from './world/plan.ts'

/** A step before it has a number, and its weather. */
interface Act {
  readonly step: Omit<Step, 'id'>
  readonly weather: readonly Pick<WeatherEvent, 'kind' | 'arguments'>[]
}

/** The story of a seed; the same seed and size tell the same story. */
export function storyOf(seed: number, size: Size): Story {
  const [told] = fc.sample(arbitraryStory(size, size.of ?? kindOf(seed)), { seed, numRuns: 1, unbiased: true })
  if (told === undefined) throw new Error('No story came of the seed.')
  return { seed, ...told }
}

/** Every fifth seed is about a project that is described by SQL. */
function kindOf(seed: number): ProjectKind {
  return seed % 5 === 0 ? 'sql' : 'models'
}

/** What stories are drawn of. */
interface Drawn {
  readonly of: ProjectKind
  readonly long: boolean
}

function arbitraryStory(size: Size, of: ProjectKind): fc.Arbitrary<Omit<Story, 'seed'>> {
  return fc
    .record({
      world: of === 'sql' ? arbitrarySqlWorld(size) : arbitraryWorld(size),
      acts: arbitraryLength(size.mostSteps).chain((length) => arbitraryActs(length, { of, long: size.long })),
    })
    .map(({ world, acts }) => ({
      world,
      steps: acts.map(({ step }, id) => ({ id, ...step })),
      weather: acts.flatMap(({ weather }, step) =>
        weather.map((event, nth) => ({ id: step * 10 + nth, step, ...event })),
      ),
    }))
}

/** Eight on average where thirty are allowed. */
function arbitraryLength(most: number): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: Math.min(3, most), max: Math.min(7, most) }) },
    { weight: 3, arbitrary: fc.integer({ min: Math.min(7, most), max: Math.min(13, most) }) },
    { weight: 1, arbitrary: fc.integer({ min: Math.min(13, most), max: most }) },
  )
}

/** So much less often does a step that steers come by itself than behind one that is still at work. */
const ALONE = 3

/** Steps that steer follow those that are still at work more often than others. */
function arbitraryActs(length: number, drawn: Drawn): fc.Arbitrary<readonly Act[]> {
  const weightAlone = ({ weight, controls }: StepKind): number => Math.ceil(controls ? weight / ALONE : weight)
  const weightOf =
    (fits: 'detachable' | 'controls') =>
    (kind: StepKind): number =>
      kind[fits] === true ? kind.weight : 0
  const scene: fc.Arbitrary<readonly Act[]> = fc.oneof(
    { weight: 5, arbitrary: fc.tuple(arbitraryAct(weightAlone, false, drawn)) },
    {
      weight: 3,
      arbitrary: fc.tuple(
        arbitraryAct(weightOf('detachable'), true, drawn),
        arbitraryAct(weightOf('controls'), false, drawn),
      ),
    },
  )
  return fc
    .array(scene, { minLength: length, maxLength: length, size: 'max' })
    .map((scenes) => scenes.flat().slice(0, length))
}

function arbitraryAct(weightOf: (kind: StepKind) => number, detached: boolean, { of, long }: Drawn): fc.Arbitrary<Act> {
  const steps = Object.entries(STEP_KINDS)
    .filter(([, kind]) => weightOf(kind) > 0 && (long || kind.long !== true) && (kind.of ?? of) === of)
    .map(([name, kind]) => ({
      weight: weightOf(kind),
      arbitrary: fc.record({
        step: fc.record({
          kind: fc.constant(name),
          project: fc.constantFrom(0, 0, 1),
          arguments: kind.arguments,
          detached: fc.constant(detached),
        }),
        weather: kind.submits === true ? arbitraryWeatherBetween(long) : arbitraryWeather(long),
      }),
    }))
  return fc.oneof(...steps)
}

function arbitraryEvent(between: boolean, long: boolean): fc.Arbitrary<Act['weather'][number]> {
  const kinds = Object.entries(WEATHER_KINDS).filter(
    ([, kind]) => (kind.between ?? false) === between && (long || kind.long !== true),
  )
  return fc.oneof(
    ...kinds.map(([name, { weight, arguments: given }]) => ({
      weight,
      arbitrary: fc.record({ kind: fc.constant(name), arguments: given }),
    })),
  )
}

/** Most steps have fine weather. */
const arbitraryWeather = (long: boolean): fc.Arbitrary<Act['weather']> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    { weight: 4, arbitrary: fc.tuple(arbitraryEvent(false, long)) },
    { weight: 1, arbitrary: fc.tuple(arbitraryEvent(false, long), arbitraryEvent(false, long)) },
  )

/** What comes between the stages of an operation does so in most weathers. */
const arbitraryWeatherBetween = (long: boolean): fc.Arbitrary<Act['weather']> =>
  fc
    .tuple(
      arbitraryWeather(long),
      fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 4, arbitrary: fc.tuple(arbitraryEvent(true, long)) },
        { weight: 1, arbitrary: fc.tuple(arbitraryEvent(true, long), arbitraryEvent(true, long)) },
      ),
    )
    .map(([weather, between]) => [...weather, ...between])
