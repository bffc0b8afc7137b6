/** All kinds of weather by name: a new one is one entry here. */
import { byName } from '../byName.ts'
import * as answers from './answers.ts'
import * as databases from './databases.ts'
import * as holds from './holds.ts'
import type { WeatherKind } from './kind.ts'
import * as network from './network.ts'
import * as others from './others.ts'

export type { WeatherKind } from './kind.ts'

/** The table of weather. */
export const WEATHER_KINDS: Readonly<Record<string, WeatherKind>> = byName({
  ...answers,
  ...holds,
  ...databases,
  ...network,
  ...others,
})
