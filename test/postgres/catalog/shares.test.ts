import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fairShares, type Holder } from '../../../src/postgres/catalog/sessions/fairShares.ts'

function holder(name: string, wanted: number, sessions = 0, since = 0): Holder {
  return { holder: name, wanted, sessions, since }
}

const holders = fc
  .uniqueArray(
    fc.record({
      holder: fc.string({ minLength: 1, maxLength: 3 }),
      wanted: fc.nat(12),
      sessions: fc.nat(12),
      since: fc.nat(5),
    }),
    { selector: ({ holder: name }) => name, maxLength: 6 },
  )
  .filter((all) => all.length > 0)

test('the whole budget is divided as far as it is wanted, nobody gets more than it wants, and nobody two more than another that wants more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), holders, (budget, all) => {
      const shares = fairShares(budget, all)
      const shareOf = ({ holder: name }: Holder): number => shares.get(name) ?? Number.NaN
      const total = all.reduce((sum, each) => sum + shareOf(each), 0)
      expect(total).toBe(
        Math.min(
          budget,
          all.reduce((sum, { wanted }) => sum + wanted, 0),
        ),
      )
      for (const each of all) {
        expect(shareOf(each)).toBeLessThanOrEqual(each.wanted)
        const unsatisfied = shareOf(each) < each.wanted
        if (unsatisfied) for (const other of all) expect(shareOf(other)).toBeLessThanOrEqual(shareOf(each) + 1)
      }
    }),
  )
})

test('who wants one gets one beside a sweep', () => {
  expect(fairShares(8, [holder('sweep', 100, 8), holder('small', 1)])).toEqual(
    new Map([
      ['sweep', 7],
      ['small', 1],
    ]),
  )
})

test('with more processes than sessions the one that waited longest comes next, and the one that had it longest goes', () => {
  const all = [holder('had long', 1, 1, 1), holder('had a bit', 1, 1, 2), holder('came late', 1, 0, 9)]
  expect(fairShares(2, [...all, holder('came early', 1, 0, 5)])).toEqual(
    new Map([
      ['had long', 0],
      ['had a bit', 0],
      ['came late', 1],
      ['came early', 1],
    ]),
  )
  expect([...fairShares(2, all)].filter(([, share]) => share > 0).map(([name]) => name)).toEqual([
    'had a bit',
    'came late',
  ])
})
