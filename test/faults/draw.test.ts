import { describe, expect, test, vi } from 'vitest'
import { drawn, EVERY_FAULT, faultSeed } from './draw.ts'

const FAULTS = [...'aaaaaaaabc'].map((kind, at) => ({ kind, at }))
const draw = (story: string, most: number) => drawn(FAULTS, { story, most, kindOf: ({ kind }) => kind })

describe.skipIf(EVERY_FAULT)('the faults that a run tries', () => {
  test('are of as many kinds as there are places, in their order', () => {
    const faults = draw('one', 3)
    expect(faults.map(({ kind }) => kind)).toEqual(['a', 'b', 'c'])
    expect(draw('one', 5).map(({ kind }) => kind)).toEqual(['a', 'a', 'a', 'b', 'c'])
  })

  test('are all where there are few', () => {
    expect(draw('one', 10)).toEqual(FAULTS)
  })

  test('are the same ones with the same seed, others in another story and with another seed', () => {
    const places = (): string => JSON.stringify(['one', 'two', 'three', 'four'].map((story) => draw(story, 4)))
    const before = places()
    expect(places()).toBe(before)
    expect(
      new Set(['one', 'two', 'three', 'four'].map((story) => JSON.stringify(draw(story, 4)))).size,
    ).toBeGreaterThan(1)
    vi.stubEnv('FAULT_SEED', `${faultSeed() + 1}`)
    try {
      expect(places()).not.toBe(before)
    } finally {
      vi.unstubAllEnvs()
    }
  })
})
