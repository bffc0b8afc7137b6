import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shortenName } from '../../src/logical/names/shortenName.ts'

test('a name that fits stays as it is', () => {
  expect(shortenName('x'.repeat(63))).toBe('x'.repeat(63))
})

test('a longer name ends in a hash of all of it', () => {
  expect(shortenName('x'.repeat(64))).toMatch(/^x{54}_[0-9a-f]{8}$/)
  expect(shortenName(`${'x'.repeat(64)}a`)).not.toBe(shortenName(`${'x'.repeat(64)}b`))
})

test('no name is longer than the limit in bytes, and no character is cut in half', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 90 }), (name) => {
      expect(Buffer.byteLength(shortenName(name))).toBeLessThanOrEqual(63)
      // What a cut character decodes to, unless the name had it.
      if (!name.includes('\uFFFD')) expect(shortenName(name)).not.toContain('\uFFFD')
    }),
  )
})
