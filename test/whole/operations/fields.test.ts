import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { add, type Cafe, createCafes, operate, update } from '../cafes.ts'
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

test('A64: a required date on a table with rows needs a default, and fills the rows with it', async () => {
  const date = add('food', 'Since', { field_type: 'date', validation: { required: true } })
  expect(await cafe.refused(date)).toMatchObject({ code: 'DEFAULT_REQUIRED' })
  await cafe.run({ ...date, validation: { required: true, default: '2024-02-29' } })
  expect(await cafe.ask('select distinct since::text from :ns.food')).toEqual([['2024-02-29']])
})

test('A65, A66: unique on an object and an update of an unknown field are refused', async () => {
  const unique = { field_type: 'object', validation: { unique: true } }
  expect(await cafe.refused(add('food', 'Extra', unique))).toMatchObject({ code: 'CONSTRAINT_UNSUPPORTED' })
  expect(await cafe.refused(update('nowhere', { serial: 1 }))).toMatchObject({ code: 'FIELD_NOT_FOUND' })
})

test('A69: required names the rows that hold nulls in every target; with a default, it fills them', async () => {
  const answer = await cafe.refused(update('code', { validation: { required: true } }))
  expect(answer.code).toBe('DATA_REJECTED')
  for (const { namespace } of cafe.places) {
    expect(answer.text).toContain(`${namespace}: 2 rows of food without a value`)
  }
  expect(answer.text).toContain('in "code" (f1, f2)')
  await cafe.run(update('code', { validation: { required: true, default: 'none' } }))
  expect(await cafe.ask('select distinct code from :ns.food')).toEqual([['none']])
  const withoutCode = `insert into :ns.food (id, code) values ('f3', null)`
  await expect(cafe.onAll(withoutCode)).rejects.toMatchObject({ code: '23502' })
})

test('A71: another type casts the rows, or names those that it cannot', async () => {
  expect(await cafe.refused(operate('change_type', 'name', { changed_type: 'number' }))).toMatchObject({
    code: 'DATA_REJECTED',
    text: expect.stringContaining(
      '2 rows of food with a value in "name" that is not a whole number from -2147483648 to 2147483647; an empty text is not one either, set it to NULL first (f1, f2)',
    ),
  })
  const operation = await cafe.run(operate('change_type', 'stock', { changed_type: 'number' }))
  expect(await cafe.ask('select stock, pg_typeof(stock)::text from :ns.food order by id')).toEqual([
    [12, 'integer'],
    [7, 'integer'],
  ])
  expect(operation.steps).toContainEqual(expect.objectContaining({ key: 'settle', state: 'succeeded' }))
  const triggers = `select tgname from pg_trigger where tgrelid = ':ns.food'::regclass and not tgisinternal`
  expect(await cafe.ask(triggers)).toEqual([])
})

test('A72: a duplicate has its column and the values everywhere', async () => {
  await cafe.run(operate('duplicate', 'name', { new_name: 'Menu Name' }))
  expect(await cafe.ask('select menu_name from :ns.food order by id')).toEqual([['rice'], ['tea']])
})

test('A74: a reorder to the same place changes nothing and writes no revision', async () => {
  const { revision } = await stack.client.showProject(cafe.project)
  const reorder = { type: 'rearrange_field', model_name: 'food', field_name: 'name', move_type: 'reorder' }
  expect(await cafe.run({ ...reorder, new_position: 1 })).toMatchObject({ unchanged: true, revision })
  expect((await stack.client.showProject(cafe.project)).revision).toBe(revision)
})

test('A75: an index is there and valid everywhere, and building it waits for writers instead of stopping them', async () => {
  const ada = `${cafe.project}_ada.food`
  const [writer, side] = [await stack.connectAlpha(), await stack.connectAlpha()]
  await writer.query(`begin; update ${ada} set name = 'rice!' where id = 'f1'`)
  const running = stack.client.apply(cafe.project, update('name', { enable_indexing: true }))
  const isBuilt = async () =>
    (await side.query(`select to_regclass('${cafe.project}_ada.idx_food_name') as index`)).rows
  await expect.poll(isBuilt, { timeout: 20_000 }).not.toEqual([{ index: null }])
  await side.query(`set statement_timeout = 1000; insert into ${ada} (id, name) values ('f9', 'soup')`)
  await writer.query(`update ${ada} set name = 'rice' where id = 'f1'; commit`)
  await (await running).result()
  const valid = `select indisvalid from pg_index where indexrelid = ':ns.idx_food_name'::regclass`
  expect(await cafe.ask(valid)).toEqual([[true]])
  await Promise.all([writer.end(), side.end()])
})

test('a nested field moves up with its values', async () => {
  await cafe.run({ ...operate('move', 'town', { parent_field: 'doc' }), move_type: 'child_to_parent', new_position: 1 })
  expect(await cafe.ask('select town, doc from :ns.food order by id')).toEqual([
    ['Dhaka', {}],
    [null, null],
  ])
})
