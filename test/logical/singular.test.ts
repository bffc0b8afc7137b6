import fc from 'fast-check'
import { expect, test } from 'vitest'
import { singular } from '../../src/logical/names/singular.ts'

test.each([
  ['orders', 'order'],
  ['categories', 'category'],
  ['people', 'person'],
  ['leaves', 'leaf'],
  ['statuses', 'status'],
  ['status', 'status'],
  ['buses', 'bus'],
  ['addresses', 'address'],
  ['analyses', 'analysis'],
  ['lenses', 'lens'],
  ['cookies', 'cookie'],
  ['caches', 'cache'],
  ['houses', 'house'],
  ['quota', 'quota'],
  ['users', 'users'],
  ['sms', 'sms'],
  ['2', '2'],
])('the singular of %s is %s', (word, expected) => {
  expect(singular(word)).toBe(expected)
})

test('the singular of a singular is itself, whatever the ending', () => {
  const endings = [
    's',
    'ies',
    'sses',
    'ves',
    'ices',
    'men',
    'uses',
    'xes',
    'oes',
    'a',
    'i',
    'us',
    'is',
    'ss',
    'ia',
    'ora',
  ]
  const word = fc.tuple(fc.stringMatching(/^[a-z]{1,6}$/), fc.constantFrom(...endings), fc.constantFrom('', ...endings))
  fc.assert(
    fc.property(word, (parts) => {
      const once = singular(parts.join(''))
      expect(once).toMatch(/^[a-z]+$/)
      expect(singular(once)).toBe(once)
    }),
    { numRuns: 5_000 },
  )
})
