import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { planRevert } from '../../../src/physical/plan/planRevert.ts'
import { applyPlanToTarget } from '../../../src/postgres/target/execute.ts'
import { type OwnedFleet, openOwnedFleet } from '../ownedFleet.ts'
import { ON } from './onColumns.ts'
import { field, foodSchema, openShop, type Shop } from './shop.ts'

let fleet: OwnedFleet
beforeAll(async () => {
  fleet = await openOwnedFleet()
})
afterAll(() => fleet?.close())

const UNIQUE = field('Code', { validation: { unique: true } })
const INDEXED = field('Code', { enable_indexing: true })
const ONE_OF = field('Code', { field_type: 'list', validation: { fixed_list_elements: ['a', 'b'] } })
const PLAIN = { ...field('Code'), is_update: true, validation: { unique: false } } as Mutation
const ANY = {
  ...field('Code', { field_type: 'list' }),
  is_update: true,
  validation: { fixed_list_elements: null },
} as unknown as Mutation
const NOT_INDEXED = { ...field('Code'), is_update: true, enable_indexing: false } as Mutation

/** All that others have said and set of the parts of the table, but of its primary key. */
async function words({ food }: Shop): Promise<unknown[]> {
  const { rows } = await fleet.client.query(
    `select c.relname as name, c.reloptions as options, i.indisclustered as clustered, obj_description(c.oid, 'pg_class') as comment,
            (select s.spcname from pg_tablespace s where s.oid = c.reltablespace) as tablespace
       from pg_index i join pg_class c on c.oid = i.indexrelid
      where i.indrelid = $1::regclass and not i.indisprimary and not starts_with(c.relname, '_aside_')
      union all
     select conname, null, null, obj_description(oid, 'pg_constraint'), null from pg_constraint
      where conrelid = $1::regclass and contype in ('u', 'c', 'f') and not starts_with(conname, '_aside_') order by 1, 2`,
    [food],
  )
  return rows
}

function reverted(shop: Shop, before: readonly Mutation[], mutation: Mutation): ReturnType<Shop['forward']> {
  const plan = planRevert({
    schema: shop.plan.nextSchema,
    revision: 2,
    operationId: 'back',
    later: [],
    purged: [],
    bornLater: 0,
    reverted: {
      id: 'op',
      plan: shop.plan,
      mutation,
      origin: { operationId: 'op', before: foodSchema(...before) },
      applied: true,
    },
  })
  return applyPlanToTarget(fleet.pools, { target: shop.target, projectId: 'p', operationId: 'back', epoch: 0, plan })
}

const SAID_OF_KEY = `comment on constraint food_code_key on food is 'one of a kind'; comment on index food_code_key is 'its index';
  alter index food_code_key set (fillfactor = 70, deduplicate_items = off); alter table food cluster on food_code_key`
const SAID_OF_INDEX = `comment on index idx_food_code is 'for reports'; alter index idx_food_code set (fillfactor = 60);
  alter table food cluster on idx_food_code`

describe('what others have said and set of a rule or an index that went is there again when that comes back', () => {
  test.each<[string, Mutation, Mutation, string]>([
    ['a unique constraint', UNIQUE, PLAIN, SAID_OF_KEY],
    ['an index', INDEXED, NOT_INDEXED, SAID_OF_INDEX],
    ['a check', ONE_OF, ANY, `comment on constraint food_code_check on food is 'grades'`],
  ])('%s', async (name, before, mutation, said) => {
    const shop = await openShop(fleet, `${name} undone`, [before], mutation)
    await fleet.meanwhile(`${name} undone`, said)
    const there = await words(shop)
    await shop.preflight()
    await shop.forward()
    expect(await words(shop)).not.toEqual(there)
    await shop.back()
    expect(await words(shop)).toEqual(there)
    await shop.forward({ epoch: 1 })
    await reverted(shop, [before], mutation)
    expect(await words(shop)).toEqual(there)
  })

  test('the foreign key of a deleted connection', async () => {
    const shelf: readonly Mutation[] = [
      field('Code'),
      { type: 'create_model', name: 'shelf' },
      { ...field('Label'), model_name: 'shelf' } as Mutation,
    ]
    const connect = {
      type: 'create_connection',
      from: 'food',
      to: 'shelf',
      forward_connection_type: 'has_one',
      reverse_connection_type: 'has_many',
    } as Mutation
    const gone = { type: 'delete_connection', from: 'food', to: 'shelf' } as Mutation
    const shop = await openShop(fleet, 'key undone', [...shelf, connect], gone)
    await fleet.meanwhile('key undone', `comment on constraint food_shelf_id_fkey on food is 'where it stands'`)
    const there = await words(shop)
    await shop.forward()
    await shop.back()
    expect(await words(shop)).toEqual(there)
  })

  test('where a column takes the place of another, the index that is built for it is stored as the one before', async () => {
    const number = field('Code', { field_type: 'number', input_type: 'int', validation: { unique: true } })
    const retype = {
      ...ON,
      operation: 'change_type',
      field_name: 'code',
      changed_type: 'number',
      input_type: 'double',
    } as Mutation
    const shop = await openShop(fleet, 'stored alike', [number], retype)
    await fleet.meanwhile('stored alike', SAID_OF_KEY)
    const there = await words(shop)
    await shop.forward()
    await shop.settle()
    expect(await words(shop)).toEqual(there)
  })

  test('in its tablespace, or in the default one, which is noted, where our role may not create there', async () => {
    const shop = await openShop(fleet, 'in a space', [UNIQUE], PLAIN)
    await shop.forward()
    // As if it had been in a tablespace that nobody can make here.
    await fleet.client.query(
      `insert into schema_saga_target.part_words (namespace, relation, kind, name, columns, tablespace, clustered)
       values ('in a space', $1::regclass, 'u', 'food_code_key', '{}', 'pg_global', false)`,
      [shop.food],
    )
    await shop.back()
    const { rows } = await fleet.client.query(
      `select object, what from schema_saga_target.drift where namespace = 'in a space'`,
    )
    expect(rows).toEqual([{ object: '"in a space".food: food_code_key', what: expect.stringContaining('pg_global') }])
  })
})

test('a unique rule by which replicas tell rows apart by now stays, and its undo says so', async () => {
  const shop = await openShop(fleet, 'identifies', [field('Code', { validation: { required: true } })], {
    ...field('Code'),
    is_update: true,
    validation: { required: true, unique: true },
  } as Mutation)
  await shop.forward()
  await fleet.meanwhile('identifies', 'alter table food replica identity using index food_code_key')
  await expect(shop.back()).rejects.toMatchObject({ message: expect.stringContaining('is the replica identity of') })
  await fleet.meanwhile('identifies', 'alter table food replica identity default')
  await shop.back()
})

test.each<[string, Mutation]>([
  ['a new unique field', UNIQUE],
  ['a field that is unique by now', { ...UNIQUE, is_update: true } as Mutation],
])(
  'the undo of %s to which others refer meanwhile names them, says what to do, and goes on then',
  async (name, mutation) => {
    const is = mutation === UNIQUE ? [] : [field('Code')]
    const shop = await openShop(fleet, name, is, mutation)
    await shop.forward()
    await fleet.meanwhile(name, 'create table box (code text constraint kept references food (code))')
    await expect(shop.back()).rejects.toMatchObject({
      code: 'STATEMENT_REFUSED',
      message: expect.stringMatching(/constraint kept on table .*box depends on .*Drop what depends on it/),
    })
    await fleet.meanwhile(name, 'alter table box drop constraint kept')
    await shop.back()
    expect(await words(shop)).toEqual([])
  },
)

test('a unique rule that the application has made deferrable is another one, which is not taken off', async () => {
  const shop = await openShop(fleet, 'deferrable', [UNIQUE], PLAIN)
  await fleet.meanwhile(
    'deferrable',
    'alter table food drop constraint food_code_key; alter table food add constraint food_code_key unique (code) deferrable',
  )
  await expect(shop.preflight()).rejects.toMatchObject({ code: 'TARGET_DRIFTED' })
})
