import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseMutation } from '../../src/logical/parseMutation.ts'
import type { LogicalSchema } from '../../src/logical/schema.ts'
import type { Plan } from '../../src/physical/plan.ts'
import { planMutation } from '../../src/physical/planMutation.ts'
import { dumpFleet, type Place, placesOf, shapesOf } from './fleet.ts'
import { apply, createFleet, createStack, type Stack } from './stack.ts'

const TENANTS = ['ada', 'bob', 'cleo']
let stack: Stack
let places: Place[]
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
  await createFleet(stack, 'cafe', TENANTS)
  places = placesOf(stack, 'cafe', TENANTS)
  await run([
    { type: 'create_model', name: 'food' },
    { type: 'create_model', name: 'food_category' },
    { type: 'create_model', name: 'order' },
    ...['Name', 'Stock', 'Code'].map((field_label) => add('food', field_label)),
    add('food', 'Doc', { field_type: 'object' }),
    add('food', 'Town', { parent_field: 'doc' }),
    add('food_category', 'Title'),
    add('order', 'Note'),
  ])
  await onAll(`insert into :ns.food (id, name, stock, doc) values ('f1', 'rice', '12', '{"town": "Dhaka"}'), ('f2', 'tea', '7', null);
    insert into :ns.food_category (id, title) values ('c1', 'mains')`)
}, 120_000)
afterAll(async () => {
  await stack?.stop()
})

const add = (model_name: string, field_label: string, rest: object = {}) => ({
  ...{ type: 'add_field', model_name, field_label, field_type: 'text' },
  ...rest,
})
const update = (field_label: string, rest: object) => ({
  ...{ type: 'add_field', is_update: true, model_name: 'food', field_label },
  ...rest,
})
const operate = (operation: string, field_name: string, rest: object = {}) => ({
  ...{ type: 'model_field_operation', operation, model_name: 'food', field_name },
  ...rest,
})
const connect = (from: string, to: string, kinds: readonly string[], rest: object = {}) => ({
  ...{ type: 'create_connection', from, to },
  ...{ forward_connection_type: kinds[0], reverse_connection_type: kinds[1] },
  ...rest,
})

/** Applies a mutation by the command line, which must commit and leave all targets alike. */
async function run(mutation: unknown): Promise<Record<string, unknown>> {
  const result = await apply(stack, 'cafe', mutation)
  const operation = result.json().operation ?? {}
  expect(operation, JSON.stringify(operation)).toMatchObject({ status: 'committed' })
  expect(await shapesOf(places)).toHaveLength(1)
  return operation
}

/** Applies a mutation that must be refused, and changes nothing anywhere. */
async function refused(mutation: unknown): Promise<{ code: unknown; text: string }> {
  const before = await dumpFleet(places)
  const { revision } = await stack.client.showProject('cafe')
  const result = await apply(stack, 'cafe', mutation)
  expect(result.exitCode).not.toBe(0)
  expect(await dumpFleet(places)).toEqual(before)
  expect((await stack.client.showProject('cafe')).revision).toBe(revision)
  const { operation, error } = result.json()
  return { code: operation?.error_code ?? error?.code, text: `${operation?.error ?? result.stdout}` }
}

async function onAll(sql: string): Promise<void> {
  for (const { client, namespace } of places) await client.query(sql.replaceAll(':ns', `"${namespace}"`))
}

/** What every target answers, which must be the same. */
async function ask(sql: string): Promise<unknown[]> {
  const answers: string[] = []
  for (const { client, namespace } of places) {
    const { rows } = await client.query({ text: sql.replaceAll(':ns', `"${namespace}"`), rowMode: 'array' })
    answers.push(JSON.stringify(rows))
  }
  expect(new Set(answers).size).toBe(1)
  return JSON.parse(answers[0] ?? '[]')
}

const columns = async (table: string): Promise<string> =>
  (
    await ask(
      `select attname from pg_attribute where attrelid = ':ns.${table}'::regclass and attnum > 0
        and not attisdropped and attname !~ '^_aside' order by 1`,
    )
  )
    .flat()
    .join(' ')

describe('fields', () => {
  test('A64: a required date on a table with rows needs a default, and fills the rows with it', async () => {
    const date = add('food', 'Since', { field_type: 'date', validation: { required: true } })
    expect(await refused(date)).toMatchObject({ code: 'DEFAULT_REQUIRED' })
    await run({ ...date, validation: { required: true, default: '2024-02-29' } })
    expect(await ask('select distinct since::text from :ns.food')).toEqual([['2024-02-29']])
  })

  test('A65, A66: unique on an object and an update of an unknown field are refused', async () => {
    const unique = { field_type: 'object', validation: { unique: true } }
    expect(await refused(add('food', 'Extra', unique))).toMatchObject({ code: 'CONSTRAINT_UNSUPPORTED' })
    expect(await refused(update('nowhere', { serial: 1 }))).toMatchObject({ code: 'FIELD_NOT_FOUND' })
  })

  test('A69: required names the rows that hold nulls in every target; with a default, it fills them', async () => {
    const answer = await refused(update('code', { validation: { required: true } }))
    expect(answer.code).toBe('DATA_REJECTED')
    for (const { namespace } of places) expect(answer.text).toContain(`${namespace}: 2 rows of food without a value`)
    expect(answer.text).toContain('in "code" (f1, f2)')
    await run(update('code', { validation: { required: true, default: 'none' } }))
    expect(await ask('select distinct code from :ns.food')).toEqual([['none']])
    await expect(onAll(`insert into :ns.food (id, code) values ('f3', null)`)).rejects.toMatchObject({ code: '23502' })
  })

  test('A71: another type casts the rows, or names those that it cannot', async () => {
    expect(await refused(operate('change_type', 'name', { changed_type: 'number' }))).toMatchObject({
      code: 'DATA_REJECTED',
      text: expect.stringContaining('2 rows of food with a value in "name" that cannot become number (f1, f2)'),
    })
    const operation = await run(operate('change_type', 'stock', { changed_type: 'number' }))
    expect(await ask('select stock, pg_typeof(stock)::text from :ns.food order by id')).toEqual([
      [12, 'integer'],
      [7, 'integer'],
    ])
    expect(operation.steps).toContainEqual(expect.objectContaining({ key: 'settle', state: 'succeeded' }))
    expect(
      await ask(`select tgname from pg_trigger where tgrelid = ':ns.food'::regclass and not tgisinternal`),
    ).toEqual([])
  })

  test('A72: a duplicate has its column and the values everywhere', async () => {
    await run(operate('duplicate', 'name', { new_name: 'Menu Name' }))
    expect(await ask('select menu_name from :ns.food order by id')).toEqual([['rice'], ['tea']])
  })

  test('A74: a reorder to the same place changes nothing and writes no revision', async () => {
    const { revision } = await stack.client.showProject('cafe')
    const reorder = {
      type: 'rearrange_field',
      model_name: 'food',
      field_name: 'name',
      move_type: 'reorder',
      new_position: 1,
    }
    expect(await run(reorder)).toMatchObject({ unchanged: true, revision })
    expect((await stack.client.showProject('cafe')).revision).toBe(revision)
  })

  test('A75: an index is there and valid everywhere, and building it waits for writers instead of stopping them', async () => {
    const writer = await stack.connectAlpha()
    await writer.query(`begin; update cafe_ada.food set name = 'rice!' where id = 'f1'`)
    const running = stack.client.apply('cafe', update('menu_name', { enable_indexing: true }))
    const side = await stack.connectAlpha()
    await expect
      .poll(async () => (await side.query(`select 1 from pg_class where relname = 'idx_food_menu_name'`)).rowCount, {
        timeout: 20_000,
      })
      .toBeGreaterThan(0)
    await side.query(`set statement_timeout = 1000; insert into cafe_ada.food (id, name) values ('f9', 'soup')`)
    await writer.query(`update cafe_ada.food set name = 'rice' where id = 'f1'; commit`)
    await (await running).result()
    await side.query(`delete from cafe_ada.food where id = 'f9'`)
    const valid = `select indisvalid from pg_index where indexrelid = ':ns.idx_food_menu_name'::regclass`
    expect(await ask(valid)).toEqual([[true]])
    await Promise.all([writer.end(), side.end()])
  }, 60_000)

  test('a nested field moves up with its values, and goes back to where it was by an undo of the next revision', async () => {
    await run({ ...operate('move', 'town', { parent_field: 'doc' }), move_type: 'child_to_parent', new_position: 1 })
    expect(await ask('select town, doc from :ns.food order by id')).toEqual([
      ['Dhaka', {}],
      [null, null],
    ])
  })
})

describe('relations', () => {
  test('A77, A82: has many puts an indexed key on the other side only', async () => {
    await run(connect('food_category', 'food', ['has_many', 'has_one']))
    expect(await columns('food')).toContain('food_category_id')
    expect(await columns('food_category')).toBe('id title')
    const indexed = `select indisvalid from pg_index where indexrelid = ':ns.idx_food_food_category_id'::regclass`
    expect(await ask(indexed)).toEqual([[true]])
  })

  test('A78: each of the other pairs has its artefacts', async () => {
    await run(connect('food', 'order', ['has_one', 'has_many'], { known_as: 'first' }))
    await run(connect('food', 'order', ['has_one', 'has_one'], { known_as: 'only' }))
    await run(connect('food', 'order', ['has_many', 'has_many'], { known_as: 'all' }))
    expect(await columns('food')).toMatch(/order_as_first_id order_as_only_id/)
    expect(await columns('order')).toBe('food_as_only_id id note')
    expect(await columns('food_order_as_all')).toBe('food_id order_id')
  })

  test('A79: two names are two columns', async () => {
    for (const known_as of ['chef', 'Waiter'])
      await run(connect('order', 'food', ['has_one', 'has_many'], { known_as }))
    expect(await columns('order')).toContain('food_as_chef_id food_as_only_id food_as_waiter_id')
  })

  test('A81: a relation that is deleted is gone everywhere, kept aside, and in the ledger', async () => {
    await onAll(`update :ns.food set food_category_id = 'c1' where id = 'f1'`)
    const operation = await run({ type: 'delete_connection', from: 'food_category', to: 'food' })
    expect(operation).toMatchObject({ type: 'delete_connection', status: 'committed' })
    expect(await columns('food')).not.toContain('food_category_id')
    const aside = `select column_name from schema_saga_target.set_aside where namespace = trim(both '"' from ':ns')`
    expect((await ask(aside)).flat()).toContain('food_category_id')
  })

  test('A51, A55, A57: models with relations, and protected ones, stay as they are', async () => {
    const related = 'because it has relations with other models'
    const renamed = { type: 'rename_model', model_name: 'order', new_name: 'bill' }
    expect(await refused(renamed)).toMatchObject({
      code: 'MODEL_HAS_CONNECTIONS',
      text: expect.stringContaining(`can not rename model ${related}`),
    })
    expect((await refused({ type: 'convert_model', model_name: 'order' })).text).toContain(
      `can not convert model ${related}`,
    )
    expect((await refused({ type: 'delete_model', model_name: 'food' })).text).toContain('outgoing schema connection')
    for (const model_name of ['user', 'users']) {
      expect(await refused({ type: 'delete_model', model_name })).toMatchObject({ code: 'MODEL_PROTECTED' })
    }
  })
})

describe('models', () => {
  test('A50: a model is renamed with its rows and relations, in the catalog and in the cache', async () => {
    await run({ type: 'rename_model', model_name: 'food', new_name: 'dish', with_relations: true })
    expect(await ask('select name from :ns.dish order by id')).toEqual([['rice'], ['tea']])
    expect(await columns('dish_order_as_all')).toBe('dish_id order_id')
    const { rows } = await stack.catalog.query<{ document: { models: { name: string; graphql?: unknown }[] } }>(
      `select document from schema_saga.cache_document where project_id = 'cafe'`,
    )
    expect(rows[0]?.document.models.map((model) => model.name)).toEqual(['dish', 'food_category', 'order'])
  })

  test('A53: a duplicate has its own table with the same columns, no rows and no relations', async () => {
    await run({ type: 'duplicate_model', model_name: 'dish', new_name: 'Snack' })
    expect(await columns('snack')).toBe('code doc id menu_name name since stock town')
    expect(await ask('select count(*)::int from :ns.snack')).toEqual([[0]])
  })

  test('A54: single record and back; with more rows than one it is refused', async () => {
    await onAll(`insert into :ns.snack (id) values ('s1')`)
    const convert = { type: 'convert_model', model_name: 'snack' }
    const snack = async () =>
      (await stack.client.showSchema('cafe')).schema.models.find((each) => each.name === 'snack')
    await run(convert)
    expect(await snack()).toMatchObject({
      single_record: true,
      single_record_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    await run(convert)
    expect(await snack()).not.toHaveProperty('single_record')
    await onAll(`insert into :ns.snack (id) values ('s2')`)
    expect(await refused(convert)).toMatchObject({ code: 'DATA_REJECTED' })
  })
})

describe('the ledger', () => {
  test('A2: a running operation shows its type, attempt, request and the schema before', async () => {
    const { schema } = await stack.client.showSchema('cafe')
    const holder = await stack.connectAlpha()
    await holder.query('begin; lock table cafe_ada.dish in access share mode')
    const mutation = add('dish', 'Weight', { field_type: 'number', input_type: 'int' })
    const handle = await stack.client.apply('cafe', mutation)
    await expect.poll(async () => (await handle.show()).status, { timeout: 20_000 }).toBe('applying')
    const history = await handle.history()
    expect(history.operation).toMatchObject({ type: 'add_field', status: 'applying', attempt: 1 })
    expect(history.request).toMatchObject({ ...mutation, model_name: 'dish' })
    expect(history.schema_before).toEqual(schema)
    await holder.query('rollback')
    await handle.result()
    await holder.end()
  }, 60_000)

  test('A6: the record of each committed operation suffices to compute every statement again', async () => {
    for (const { id } of await stack.client.listOperations('cafe', { statuses: ['committed'], limit: 50 })) {
      const { operation, request, schema_before: schema, plans } = await (await stack.client.operation(id)).history()
      const again = planMutation({
        schema: schema as LogicalSchema,
        revision: operation.base_revision ?? 0,
        mutation: parseMutation(request),
        operationId: id,
      })
      const [stored] = plans as Plan[]
      expect(again.hash).toBe(operation.plan_hash)
      expect(again.forward).toEqual(stored?.forward)
    }
  })

  test('A42: a client with an old view commits a change, and models made elsewhere stay', async () => {
    const other = await stack.cli(['schema', 'show', 'cafe', '--json'])
    const seen = (other.json() as unknown as { schema: LogicalSchema }).schema.models.length
    await run({ type: 'create_model', name: 'guest' })
    await run(add('order', 'Table Number'))
    const { schema } = await stack.client.showSchema('cafe')
    expect(schema.models).toHaveLength(seen + 1)
    expect(schema.models.map((model) => model.name)).toContain('guest')
  })

  test('a changeset is one revision, and names all that does not apply before anything is changed', async () => {
    const { revision } = await stack.client.showProject('cafe')
    const fields = ['One', 'Two', 'Three'].map((label) => add('guest', label))
    expect(await run(fields)).toMatchObject({ type: 'publish_schema_changeset', revision: revision + 1 })
    expect(await columns('guest')).toBe('id one three two')
    const wrong = [add('guest', 'Four'), add('guest', 'One'), add('nobody', 'Five')]
    const answer = await refused(wrong)
    expect(answer.code).toBe('CHANGESET_CONFLICT')
    expect(answer.text).toMatch(/2 of 3 .*mutations\[1\] .*FIELD_EXISTS.*mutations\[2\] .*MODEL_NOT_FOUND/)
  })
})
