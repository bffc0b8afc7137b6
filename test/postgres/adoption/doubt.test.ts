import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { removeTenant } from '../../../src/postgres/catalog/tenants/states.ts'
import { scanDrift } from '../../../src/postgres/drift/drift.ts'
import { openProjectFleet, type ProjectFleet } from '../projectFleet.ts'
import { bookkeepingOf, bringBack, importAll, park, preflight, restore } from './scene.ts'

const FOOD = {
  type: 'publish_schema_changeset',
  mutations: [
    { type: 'create_model', name: 'food' },
    { type: 'add_field', model_name: 'food', field_label: 'Name', field_type: 'text' },
    { type: 'add_field', model_name: 'food', field_label: 'Address', field_type: 'object' },
    { type: 'add_field', model_name: 'food', field_label: 'City', field_type: 'text', parent_field: 'address' },
  ],
}
const renames = (field_name: string, new_name: string) => ({
  type: 'model_field_operation',
  operation: 'rename',
  model_name: 'food',
  parent_field: 'address',
  field_name,
  new_name,
})
const DRINK = { type: 'create_model', name: 'drink' }

let fleet: ProjectFleet
let renamed: string
const tenants = ['ada', 'bob', 'eve', 'joe', 'kim', 'liz']
beforeAll(async () => {
  fleet = await openProjectFleet()
  await fleet.commit(FOOD)
  for (const id of tenants) await fleet.addTenant(id)
  renamed = await fleet.commit(renames('city', 'town'))
})
afterAll(() => fleet?.close())

const target = (id: string) => {
  const found = fleet.targets.get(id)
  if (found === undefined) throw new Error(`no tenant ${id}`)
  return found
}
const addressOf = async (id: string) =>
  (await fleet.alpha.query(`SELECT address FROM shop_${id}.food WHERE id = 'a'`)).rows[0]?.address
// Nobody settles here, so that the trigger of the renaming is still there.
const drift = async (tenant: string) =>
  (await scanDrift({ catalog: fleet.catalog, pools: fleet.pools, project: fleet.project, tenant })).drift.flatMap(
    ({ differences }) => differences.filter(({ object }) => !object.includes('trigger of')),
  )

/** What a plan that touches none of these tables is told of one tenant. */
async function refusal(tenant: string): Promise<string | undefined> {
  const problems = await preflight(fleet, DRINK)
  await fleet.catalog.query(
    `update schema_saga.operation set status = 'failed', turn = 'released', ended_at = now() where status <> 'committed'`,
  )
  return problems.find(({ scope }) => scope === tenant)?.error
}

/** From a backup of the first revision: the key has its old name, and the tables look as they do now. */
async function restoreOld(id: string): Promise<void> {
  await restore(fleet, target(id), 1)
  await fleet.alpha.query(`UPDATE shop_${id}.food SET address = '{"city": "Town 1"}'`)
}

describe('a tenant that was restored without what an operation did to rows only', () => {
  it('is refused by preflight and told by drift, with the operation that it may lack', async () => {
    expect(await refusal('bob')).toBeUndefined()
    await restoreOld('bob')
    expect(await refusal('bob')).toContain(
      `its tables were put there anew, and fit the revisions 1 and 2 alike (operation ${renamed} lies between)`,
    )
    expect(await drift('bob')).toMatchObject([{ object: 'rows', kind: 'different' }])
    expect(await drift('ada')).toEqual([])
    await park(fleet, 'bob')
    await expect(bringBack(fleet, 'bob', { look: 'reconciler' })).rejects.toThrow('say which with `tenant unpark --at')
    await expect(bringBack(fleet, 'bob')).rejects.toThrow(`operation ${renamed} lies between`)
    expect(await bringBack(fleet, 'bob', { at: 1 })).toEqual({ revision: 2, found: 1 })
    expect(await addressOf('bob')).toEqual({ town: 'Town 1' })
    expect(await refusal('bob')).toBeUndefined()
    expect(await drift('bob')).toEqual([])
  })

  it('is taken at the word of a person who says that nothing is missing', async () => {
    await restoreOld('eve')
    await park(fleet, 'eve')
    expect(await bringBack(fleet, 'eve', { at: 2 })).toEqual({ revision: 2, found: 2 })
    expect(await refusal('eve')).toBeUndefined()
  })

  it('is not assumed to be as its project is now when it is imported again', async () => {
    await removeTenant(fleet.catalog, { project: 'shop', tenant: 'joe', actor: 'rosa', reason: null })
    await restoreOld('joe')
    const { parked } = await importAll(fleet, { like: 'shop_joe' })
    expect(parked[0]?.differences).toEqual([expect.stringContaining('fit the revisions 1 and 2 alike')])
    await expect(bringBack(fleet, 'shop_joe')).rejects.toThrow('say which with --at')
    expect(await bringBack(fleet, 'shop_joe', { at: 1 })).toEqual({ revision: 2, found: 1 })
    expect(await addressOf('joe')).toEqual({ town: 'Town 1' })
  })
})

describe('what tells', () => {
  it('is a table that was restored alone into its namespace', async () => {
    await fleet.alpha.query(
      `CREATE TABLE shop_kim.old (LIKE shop_kim.food INCLUDING ALL);
       DO $$ DECLARE v name; BEGIN
         SELECT attname INTO v FROM pg_attribute WHERE attrelid = 'shop_kim.old'::regclass AND attname LIKE '\\_aside%';
         EXECUTE format('ALTER TABLE shop_kim.old DROP COLUMN %I', v);
       END $$;
       DROP TABLE shop_kim.food; ALTER TABLE shop_kim.old RENAME TO food;
       ALTER INDEX shop_kim.old_pkey RENAME TO food_pkey;
       INSERT INTO shop_kim.food (id, address) VALUES ('a', '{"city": "Town 1"}')`,
    )
    expect(await refusal('kim')).toContain('fit the revisions 1 and 2 alike')
    await park(fleet, 'kim')
    expect(await bringBack(fleet, 'kim', { at: 1 })).toEqual({ revision: 2, found: 1 })
    expect(await addressOf('kim')).toEqual({ town: 'Town 1' })
    expect(await refusal('kim')).toBeUndefined()
  })

  it('is what the operation has set aside, which keeps its work from being done twice', async () => {
    // A dump of today that was restored: only the number of the namespace is another one.
    await fleet.alpha.query(`UPDATE schema_saga_target.target SET namespace_oid = 1 WHERE namespace = 'shop_liz'`)
    expect(await refusal('liz')).toContain('alike')
    await park(fleet, 'liz')
    await expect(bringBack(fleet, 'liz', { at: 1 })).rejects.toThrow(`which operation ${renamed} set aside`)
    expect(await bringBack(fleet, 'liz')).toEqual({ revision: 2, found: 2 })
    const { target: rows } = await bookkeepingOf(fleet, 'shop_liz')
    expect(rows[0]?.namespace_oid).not.toBe(1)
  })

  it('is nothing where tables and bookkeeping were restored together', async () => {
    await fleet.alpha.query(
      `UPDATE schema_saga_target.target SET namespace_oid = 1, bookkeeping_oid = 1 WHERE namespace = 'shop_ada'`,
    )
    expect(await refusal('ada')).toBeUndefined()
    expect(await drift('ada')).toEqual([])
  })
})
