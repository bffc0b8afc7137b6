import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { dumpAll } from '../../fixtures/dump.ts'
import { openFleet, type TestFleet } from '../fleet.ts'
import { field, openShop, RETYPE, type Shop, valuesOf } from './shop.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(() => fleet?.close())

const DUPLICATE = {
  type: 'model_field_operation',
  operation: 'duplicate',
  model_name: 'food',
  field_name: 'stock',
  new_name: 'copy',
} as Mutation

/** What an application does with rows that nobody is to change any more, without an error. */
const KEEPS: Record<string, (shop: Shop) => string> = {
  'a trigger that returns nothing': (shop) => trigger(shop, 'NULL'),
  'a trigger that returns the old row': (shop) => trigger(shop, 'OLD'),
}

function trigger({ food, target }: Shop, returns: string): string {
  return `CREATE FUNCTION "${target.namespace}".kept() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF old.id = 'b' THEN RETURN ${returns}; END IF; RETURN new; END $$;
    CREATE TRIGGER kept BEFORE UPDATE ON ${food} FOR EACH ROW EXECUTE FUNCTION "${target.namespace}".kept()`
}

const CASES = Object.entries(KEEPS).flatMap(([what, sql]) =>
  [RETYPE, DUPLICATE].map((mutation) => [what, (mutation as { operation: string }).operation, sql, mutation] as const),
)

test.each(CASES)(
  'a row that %s keeps from being written stops a %s, and no value is lost',
  async (_, what, sql, mutation) => {
    const shop = await openShop(
      fleet,
      `kept ${CASES.findIndex(([, , s, m]) => s === sql && m === mutation)} ${what}`,
      [field('Stock')],
      mutation,
    )
    await fleet.client.query(`INSERT INTO ${shop.food} (id, stock) VALUES ('a', '1'), ('b', '2'), ('c', NULL)`)
    await fleet.client.query(sql(shop))
    const before = await dumpAll(fleet.client, shop.target.namespace)
    await expect(shop.forward()).rejects.toMatchObject({
      code: 'DATA_REJECTED',
      message: expect.stringContaining('could not write 1 row of food (b): a trigger of the application'),
    })
    await shop.back()
    expect(await dumpAll(fleet.client, shop.target.namespace)).toBe(before)
    expect(await valuesOf(fleet.client, shop, 'stock')).toEqual({ a: '1', b: '2', c: null })
  },
)

test('a rule past which not every row can be written stops the plan before anything is changed', async () => {
  const shop = await openShop(fleet, 'kept by a rule', [field('Stock')], RETYPE)
  await fleet.client.query(`CREATE RULE kept AS ON UPDATE TO ${shop.food} WHERE old.id = 'b' DO INSTEAD NOTHING`)
  await expect(shop.preflight()).rejects.toMatchObject({
    code: 'TARGET_UNFIT',
    message: expect.stringContaining('food has a rule on UPDATE (kept), past which not every row can be written'),
  })
  await fleet.client.query(`ALTER TABLE ${shop.food} DISABLE RULE kept`)
  await shop.preflight()
})
