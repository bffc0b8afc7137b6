import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { add, type Cafe, connect, createCafes } from '../cafes.ts'
import type { Stack } from '../stack.ts'

let stack: Stack
let open: () => Promise<Cafe>
let cafe: Cafe
beforeAll(async () => {
  const cafes = await createCafes()
  stack = cafes.stack
  open = cafes.open
})
afterAll(async () => {
  await stack?.stop()
})
beforeEach(async () => {
  cafe = await open()
})

test('A77, A82: has many puts an indexed key on the other side only', async () => {
  await cafe.run(connect('food_category', 'food', ['has_many', 'has_one']))
  expect(await cafe.columns('food')).toBe('code doc food_category_id id name stock')
  expect(await cafe.columns('food_category')).toBe('id title')
  const indexed = `select indisvalid from pg_index where indexrelid = ':ns.idx_food_food_category_id'::regclass`
  expect(await cafe.ask(indexed)).toEqual([[true]])
})

test('A78: each of the other pairs has its artefacts', async () => {
  await cafe.run(connect('food', 'order', ['has_one', 'has_many'], { known_as: 'first' }))
  await cafe.run(connect('food', 'order', ['has_one', 'has_one'], { known_as: 'only' }))
  await cafe.run(connect('food', 'order', ['has_many', 'has_many'], { known_as: 'all' }))
  expect(await cafe.columns('food')).toBe('code doc id name order_as_first_id order_as_only_id stock')
  expect(await cafe.columns('order')).toBe('food_as_only_id id note')
  expect(await cafe.columns('food_order_as_all')).toBe('food_id order_id')
})

test('A79: two names are two columns', async () => {
  for (const known_as of ['chef', 'Waiter']) {
    await cafe.run(connect('order', 'food', ['has_one', 'has_many'], { known_as }))
  }
  expect(await cafe.columns('order')).toBe('food_as_chef_id food_as_waiter_id id note')
})

test('A81: a relation that is deleted is gone everywhere, kept aside, and in the ledger', async () => {
  await cafe.run(connect('food_category', 'food', ['has_many', 'has_one']))
  await cafe.onAll(`update :ns.food set food_category_id = 'c1' where id = 'f1'`)
  const operation = await cafe.run({ type: 'delete_connection', from: 'food_category', to: 'food' })
  expect(operation).toMatchObject({ type: 'delete_connection', status: 'committed' })
  expect(await cafe.columns('food')).toBe('code doc id name stock')
  const aside = `select column_name from schema_saga_target.set_aside where namespace = trim(both '"' from ':ns')`
  expect(await cafe.ask(aside)).toEqual([['food_category_id']])
})

test('A51, A55, A57: models with relations, and protected ones, stay as they are', async () => {
  await cafe.run(connect('food', 'order', ['has_one', 'has_many']))
  const related = 'because it has relations with other models'
  expect(await cafe.refused({ type: 'rename_model', model_name: 'order', new_name: 'bill' })).toMatchObject({
    code: 'MODEL_HAS_CONNECTIONS',
    text: expect.stringContaining(`cannot rename model ${related}`),
  })
  const converted = await cafe.refused({ type: 'convert_model', model_name: 'order' })
  expect(converted.text).toContain(`cannot convert model ${related}`)
  const deleted = await cafe.refused({ type: 'delete_model', model_name: 'food' })
  expect(deleted.text).toContain('outgoing schema connection')
  for (const model_name of ['user', 'users']) {
    expect(await cafe.refused({ type: 'delete_model', model_name })).toMatchObject({ code: 'MODEL_PROTECTED' })
  }
})

test('A50: a model is renamed with its rows and relations, in the catalog and in the cache', async () => {
  await cafe.run(connect('food', 'order', ['has_many', 'has_many'], { known_as: 'all' }))
  await cafe.run({ type: 'rename_model', model_name: 'food', new_name: 'dish', with_relations: true })
  expect(await cafe.ask('select name from :ns.dish order by id')).toEqual([['rice'], ['tea']])
  expect(await cafe.columns('dish_order_as_all')).toBe('dish_id order_id')
  const { rows } = await stack.catalog.query<{ document: { models: { name: string }[] } }>(
    'select document from schema_saga.cache_document where project_id = $1',
    [cafe.project],
  )
  expect(rows[0]?.document.models.map((model) => model.name)).toEqual(['dish', 'food_category', 'order'])
})

test('A53: a duplicate has its own table with the same columns, no rows and no relations', async () => {
  await cafe.run(connect('food_category', 'food', ['has_many', 'has_one']))
  await cafe.run({ type: 'duplicate_model', model_name: 'food', new_name: 'Snack' })
  expect(await cafe.columns('snack')).toBe('code doc id name stock')
  expect(await cafe.ask('select count(*)::int from :ns.snack')).toEqual([[0]])
})

test('A54: a model becomes a single record and a model again; with more rows than one it is refused', async () => {
  await cafe.run([{ type: 'create_model', name: 'snack' }, add('snack', 'Name')])
  await cafe.onAll(`insert into :ns.snack (id) values ('s1')`)
  const convert = { type: 'convert_model', model_name: 'snack' }
  const snack = async () =>
    (await stack.client.showSchema(cafe.project)).schema.models.find((each) => each.name === 'snack')
  await cafe.run(convert)
  expect(await snack()).toMatchObject({
    single_record: true,
    single_record_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  await cafe.run(convert)
  expect(await snack()).not.toHaveProperty('single_record')
  await cafe.onAll(`insert into :ns.snack (id) values ('s2')`)
  expect(await cafe.refused(convert)).toMatchObject({ code: 'DATA_REJECTED' })
})
