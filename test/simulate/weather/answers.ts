/** Weather over single tries of activities. */
import fc from 'fast-check'
import { type WeatherKind, weatherKind } from './kind.ts'
import type { Fate } from './sky.ts'

/** Some tries in a row, from one on, counted since the step began. */
interface Tries {
  readonly from: number
  readonly times: number
}

const arbitraryTries: fc.Arbitrary<Tries> = fc.record({
  from: fc.integer({ min: 1, max: 25 }),
  times: fc.constantFrom(1, 1, 1, 3, 8),
})

function meeting(fate: Fate, weight: number): WeatherKind {
  return weatherKind<Tries>({
    weight,
    arguments: arbitraryTries,
    begin: async ({ world }, { from, times }) => {
      const end = world.sky.watch(({ number }) => (number >= from && number < from + times ? fate : undefined))
      return async () => end()
    },
  })
}

export const workerDies = meeting('dies', 3)
export const answerLost = meeting('answerLost', 6)
export const triedTwice = meeting('twice', 4)
export const lateTry = meeting('late', 6)
