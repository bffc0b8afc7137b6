import { singularize } from 'inflection'

const UNCHANGED: ReadonlySet<string> = new Set([
  'news',
  'data',
  'media',
  'analytics',
  'series',
  'species',
  'users',
  'meta',
  'quota',
  'canvas',
  'bonus',
  'gas',
  // The library takes these for plurals.
  ...['lens', 'atlas', 'census', 'sms', 'gps', 'dns', 'ios'],
])

/** Plurals that the library takes apart in the wrong place. */
const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['analyses', 'analysis'],
  ['axes', 'axis'],
  ['brownies', 'brownie'],
  ['caches', 'cache'],
  ['calories', 'calorie'],
  ['cookies', 'cookie'],
  ['gases', 'gas'],
  ['leaves', 'leaf'],
  ['lenses', 'lens'],
  ['niches', 'niche'],
  ['shoes', 'shoe'],
  ['toes', 'toe'],
  ['zombies', 'zombie'],
])

const ROUNDS = 8

/** The singular of one lower-case word; the singular of a singular is itself. */
export function singular(word: string): string {
  let current = word
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = singularOnce(current)
    if (next === current || next === '') return current
    current = next
  }
  // A word on which the library never settles stays as it is, so that a stored name always finds itself.
  return word
}

function singularOnce(word: string): string {
  if (UNCHANGED.has(word)) return word
  return IRREGULAR.get(word) ?? singularize(word)
}
