/** What a kind of weather is. */
import type fc from 'fast-check'
import type { WeatheredWorld } from '../world/world.ts'

/** Where weather happens. */
export interface WeatherPlace {
  readonly world: WeatheredWorld
  readonly project: string
}

/** A kind of weather with arguments of one type. */
export interface TypedWeatherKind<Arguments> {
  /** How often, compared with the others. */
  readonly weight: number
  /** Whether it comes between the stages of an operation: only with steps that submit one. */
  readonly between?: boolean
  /** Whether it takes so long that it never comes in the stories of every run. */
  readonly long?: boolean
  readonly arguments: fc.Arbitrary<Arguments>
  /** Begins with the step; what it returns ends it with the step, however far it has come. */
  readonly begin: (place: WeatherPlace, given: Arguments) => Promise<() => Promise<void>>
}

/** A kind of weather; its arguments have been through JSON. */
export type WeatherKind = TypedWeatherKind<Readonly<Record<string, unknown>>>

/** Forgets the type of the arguments: an event is data, and its kind knows what it has put there. */
export function weatherKind<Arguments extends object>(kind: TypedWeatherKind<Arguments>): WeatherKind {
  return kind as unknown as WeatherKind
}
