import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dumpSchema } from '../../fixtures/dump.ts'
import { toNumber } from '../leftovers/scene.ts'
import { openProjectFleet, type ProjectFleet } from '../projectFleet.ts'
import { adds, alters, bookkeepingOf, bringBack, FOOD, park, restore, shown } from './scene.ts'

let fleet: ProjectFleet
beforeEach(async () => {
  fleet = await openProjectFleet()
  await fleet.commit(FOOD)
  await fleet.addTenant('ada')
  await fleet.addTenant('bob')
})
afterEach(() => fleet.close())

const target = (id: string) => {
  const found = fleet.targets.get(id)
  if (found === undefined) throw new Error(`no tenant ${id}`)
  return found
}

/** Ada and the base go on; bob comes back from a backup of that revision. */
async function restoredBob(revision: number, ...mutations: readonly object[]): Promise<void> {
  for (const mutation of mutations) await fleet.commit(mutation)
  await park(fleet, 'bob')
  await restore(fleet, target('bob'), revision)
}

const same = async (...ids: string[]) =>
  new Set(await Promise.all(ids.map((id) => dumpSchema(fleet.alpha, `shop_${id}`)))).size === 1

describe('a tenant whose tables were restored beside its bookkeeping', () => {
  it('is brought up from the revision that they have', async () => {
    await restoredBob(1, adds('Size'), alters('rename', 'name', 'Title'), alters('delete', 'note'))
    expect(await bringBack(fleet, 'bob')).toEqual({ revision: 4, found: 1 })
    expect(await same('ada', 'bob')).toBe(true)
    const { rows } = await fleet.alpha.query('SELECT title FROM shop_bob.food')
    expect(rows).toEqual([{ title: 'precious' }])
    expect(await shown(fleet, 'bob')).toMatchObject({ state: 'active', revision: 4 })
  })

  it('keeps what was set aside before the backup, and what is set aside anew', async () => {
    await fleet.commit(alters('delete', 'note'))
    await restoredBob(1, adds('Size'))
    await bringBack(fleet, 'bob')
    const { asides, target: rows } = await bookkeepingOf(fleet, 'shop_bob')
    const mine = asides.filter(({ incarnation }) => incarnation === rows[0]?.incarnation)
    expect(mine).toMatchObject([{ column_name: 'note', restored_at: null, purged_at: null }])
    expect(asides).toHaveLength(2)
  })

  it('stays parked when its tables are no revision, with the differences to the nearest', async () => {
    await restoredBob(1, adds('Size'), adds('Colour'))
    await fleet.alpha.query('ALTER TABLE shop_bob.food ADD COLUMN odd integer')
    await expect(bringBack(fleet, 'bob')).rejects.toMatchObject({
      code: 'TARGET_DRIFTED',
      details: { nearest: 1, differences: [{ object: 'food.odd', kind: 'extra' }] },
    })
    expect((await bookkeepingOf(fleet, 'shop_bob')).target).toMatchObject([{ revision: 3 }])
  })

  it('asks which one it is where several fit, and takes a person at their word', async () => {
    const deleted = await fleet.commit(adds('Size'))
    await fleet.commit(alters('delete', 'size'))
    await restoredBob(1)
    await expect(bringBack(fleet, 'bob')).rejects.toMatchObject({
      code: 'TARGET_DRIFTED',
      message: expect.stringContaining('fit the revisions 1 and 3 alike'),
    })
    await expect(bringBack(fleet, 'bob', { at: 2 })).rejects.toThrow(
      'does not look as revision 2 says: food.size is missing',
    )
    expect(await bringBack(fleet, 'bob', { at: 1 })).toEqual({ revision: 3, found: 1 })
    const { markers, target: rows } = await bookkeepingOf(fleet, 'shop_bob')
    const mine = markers.filter((row) => row.operation_id === deleted && row.incarnation === rows[0]?.incarnation)
    expect(mine.map(({ state }) => state)).toEqual(['compensated', 'applied'])
  })

  it('is not brought back by the reconciler, which leaves it to a person', async () => {
    await restoredBob(1, alters('rename', 'name', 'Title'))
    await expect(bringBack(fleet, 'bob', { look: 'reconciler' })).rejects.toThrow(
      'its bookkeeping says revision 2, its tables look like those of revision 1',
    )
    expect(await shown(fleet, 'bob')).toMatchObject({ state: 'parked', revision: 2 })
  })
})

describe('a tenant that comes back', () => {
  it('as it was needs nobody to say anything, although another revision looks alike', async () => {
    await fleet.commit(adds('Size'))
    await fleet.commit(alters('delete', 'size'))
    await park(fleet, 'bob')
    expect(await bringBack(fleet, 'bob')).toEqual({ revision: 3, found: 3 })
  })

  it('without its bookkeeping is found by its tables, and has what it missed applied', async () => {
    await park(fleet, 'bob')
    await fleet.commit(adds('Size'), ['ada'])
    await fleet.alpha.query(`DELETE FROM schema_saga_target.target WHERE namespace = 'shop_bob'`)
    expect(await bringBack(fleet, 'bob')).toEqual({ revision: 2, found: 1 })
    expect(await same('ada', 'bob')).toBe(true)
  })

  it.each([
    [
      'a view',
      'CREATE VIEW shop_bob.notes AS SELECT note FROM shop_bob.food',
      'DROP VIEW shop_bob.notes',
      'TARGET_UNFIT',
      /view notes/,
    ],
    [
      'a row',
      `INSERT INTO shop_bob.food (id, note) VALUES ('x', 'seven')`,
      'DELETE FROM shop_bob.food',
      'DATA_REJECTED',
      /1 row/,
    ],
  ])(
    'stays parked, with nothing begun on it, while %s stands in the way of what it missed',
    async (_, put, take, code, words) => {
      await park(fleet, 'bob')
      await fleet.commit(toNumber('note'), ['ada'])
      await fleet.alpha.query(put)
      const before = await dumpSchema(fleet.alpha, 'shop_bob')
      await expect(bringBack(fleet, 'bob')).rejects.toMatchObject({ code, message: expect.stringMatching(words) })
      expect(await dumpSchema(fleet.alpha, 'shop_bob')).toBe(before)
      expect((await bookkeepingOf(fleet, 'shop_bob')).markers).toEqual([])
      await fleet.alpha.query(take)
      expect(await bringBack(fleet, 'bob')).toEqual({ revision: 2, found: 1 })
    },
  )

  it('stays parked when a table was changed by hand meanwhile', async () => {
    await park(fleet, 'bob')
    await fleet.alpha.query('ALTER TABLE shop_bob.food DROP COLUMN note')
    await expect(bringBack(fleet, 'bob')).rejects.toThrow(
      'The nearest is revision 1, from which it differs: food.note is missing.',
    )
  })
})
