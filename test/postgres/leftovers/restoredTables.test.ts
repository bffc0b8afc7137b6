import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Target } from '../../../src/contract.ts'
import { adds, alters, bookkeepingOf, bringBack, FOOD, park } from '../adoption/scene.ts'
import { openProjectFleet, type ProjectFleet } from '../projectFleet.ts'
import { atWork, planOf, restoreBegun, toNumber } from './scene.ts'

let fleet: ProjectFleet
let bob: Target
beforeAll(async () => {
  fleet = await openProjectFleet()
  await fleet.commit(FOOD)
  await fleet.addTenant('ada')
  bob = await fleet.addTenant('bob')
})
afterAll(() => fleet?.close())

const columns = async (): Promise<Record<string, unknown>[]> =>
  (await fleet.alpha.query('SELECT to_jsonb(f) AS row FROM shop_bob.food f ORDER BY id')).rows.map(({ row }) => row)

/** What bob's bookkeeping has as set aside now. */
const asides = async () => {
  const { asides: rows, target } = await bookkeepingOf(fleet, 'shop_bob')
  return rows
    .filter((row) => row.incarnation === target[0]?.incarnation && row.restored_at === null && row.purged_at === null)
    .map(({ operation_id, direction, column_name, aside_name }) => ({
      operation_id,
      direction,
      column_name,
      aside_name,
    }))
}

describe('a tenant whose tables are those of a dump from while an operation was at work', () => {
  it('is brought up past what that operation had prepared, which is kept on record', async () => {
    await park(fleet, 'bob')
    await fleet.alpha.query(`INSERT INTO shop_bob.food (id, name, note) VALUES ('a', 'x', '7')`)
    const id = await fleet.commit(toNumber('note'), ['ada'])
    await restoreBegun(fleet, bob, id)
    await fleet.alpha.query(`INSERT INTO shop_bob.food (id, name, note) VALUES ('b', 'y', '8')`)
    expect(await bringBack(fleet, 'bob')).toEqual({ revision: 2, found: 1 })
    expect(await atWork(fleet, 'shop_bob')).toEqual([])
    expect(await columns()).toMatchObject([
      { id: 'a', note: 7 },
      { id: 'b', note: 8 },
    ])
    const kept = await asides()
    expect(kept).toMatchObject([
      { operation_id: id, direction: 'compensate', column_name: 'note' },
      { operation_id: id, direction: 'forward', column_name: 'note' },
    ])
    for (const { aside_name } of kept) expect(Object.keys((await columns())[0] ?? {})).toContain(aside_name)
  })

  it('loses an empty column that was only prepared', async () => {
    await park(fleet, 'bob')
    await fleet.alpha.query('UPDATE shop_bob.food SET name = NULL')
    const id = await fleet.commit(toNumber('name'), ['ada'])
    const before = await asides()
    await restoreBegun(fleet, bob, id)
    expect(await bringBack(fleet, 'bob')).toEqual({ revision: 3, found: 2 })
    expect(await asides()).toMatchObject([...before, { operation_id: id, direction: 'forward' }])
  })

  it('has things set aside although others of those names are there, which keep what they hold under free ones', async () => {
    await fleet.commit(adds('Size'))
    await fleet.commit({ type: 'create_model', name: 'drink' })
    await fleet.alpha.query(`UPDATE shop_bob.food SET size = 'now'`)
    await park(fleet, 'bob')
    const names: string[] = []
    for (const mutation of [alters('delete', 'size'), { type: 'delete_model', model_name: 'drink' }]) {
      const { forward } = await planOf(fleet, await fleet.commit(mutation, ['ada']))
      names.push(...forward.flatMap(({ asides: hidden }) => hidden.map(({ asideName }) => asideName)))
    }
    const [column = '', table = ''] = names
    // As after an undo that found the namespace gone, while it was only away under another name.
    await fleet.alpha.query(
      `ALTER TABLE shop_bob.food ADD COLUMN "${column}" text; UPDATE shop_bob.food SET "${column}" = 'once';
       CREATE TABLE shop_bob."${table}" (LIKE shop_bob.drink INCLUDING ALL); INSERT INTO shop_bob."${table}" (id) VALUES ('once')`,
    )
    expect(await bringBack(fleet, 'bob')).toMatchObject({ revision: 7 })
    const rows = await asides()
    const other = (object: string) => rows.find((row) => String(row.aside_name).startsWith(`${object}_e`))?.aside_name
    expect(await columns()).toMatchObject([
      { [column]: 'now', [`${other(column)}`]: 'once' },
      { [column]: 'now', [`${other(column)}`]: 'once' },
    ])
    const tables = [table, other(table)].map(
      async (name) => (await fleet.alpha.query(`SELECT id FROM shop_bob."${name}"`)).rows,
    )
    expect(await Promise.all(tables)).toEqual([[], [{ id: 'once' }]])
  })
})
