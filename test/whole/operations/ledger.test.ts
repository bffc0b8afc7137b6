import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { parseMutation } from '../../../src/logical/parse/parseMutation.ts'
import type { LogicalSchema } from '../../../src/logical/schema.ts'
import type { Plan } from '../../../src/physical/plan/plan.ts'
import { planMutation } from '../../../src/physical/plan/planMutation.ts'
import { add, type Cafe, connect, createCafes, operate, update } from '../cafes.ts'
import { holdBack } from '../fleet.ts'
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

test('A2: a running operation shows its type, attempt, request and the schema before', async () => {
  const { schema } = await stack.client.showSchema(cafe.project)
  const letGo = await holdBack(stack, `${cafe.project}_ada.food`)
  const mutation = add('food', 'Weight', { field_type: 'number', input_type: 'int' })
  const handle = await stack.client.apply(cafe.project, mutation)
  await expect.poll(async () => (await handle.show()).status, { timeout: 20_000 }).toBe('applying')
  const history = await handle.history()
  expect(history.operation).toMatchObject({ type: 'add_field', status: 'applying', attempt: 1 })
  expect(history.request).toMatchObject({ ...mutation, model_name: 'food' })
  expect(history.schema_before).toEqual(schema)
  await letGo()
  await handle.result()
})

test('A6: the record of each committed operation suffices to compute every statement again', async () => {
  const mutations = [
    update('code', { validation: { required: true, default: 'none' } }),
    operate('change_type', 'stock', { changed_type: 'number' }),
    operate('duplicate', 'name', { new_name: 'Menu Name' }),
    connect('food_category', 'food', ['has_many', 'has_one']),
    { type: 'rename_model', model_name: 'food', new_name: 'dish', with_relations: true },
    [{ type: 'create_model', name: 'guest' }, add('guest', 'Name', { enable_indexing: true })],
    { type: 'delete_model', model_name: 'order' },
  ]
  for (const mutation of mutations) await stack.client.run(cafe.project, mutation)
  const committed = await stack.client.listOperations(cafe.project, { statuses: ['committed'] })
  expect(committed).toHaveLength(mutations.length)
  for (const { id } of committed) {
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
  const shown = await stack.cli(['schema', 'show', cafe.project, '--json'])
  const { schema: seen } = shown.json() as unknown as { schema: LogicalSchema }
  await cafe.run({ type: 'create_model', name: 'guest' })
  await cafe.run(add('order', 'Table Number'))
  const { schema } = await stack.client.showSchema(cafe.project)
  expect(schema.models.map(({ name }) => name).sort()).toEqual([...seen.models.map(({ name }) => name), 'guest'].sort())
})

test('a changeset is one revision, and names all that does not apply before anything is changed', async () => {
  await cafe.run({ type: 'create_model', name: 'guest' })
  const fields = ['One', 'Two', 'Three'].map((label) => add('guest', label))
  expect(await cafe.run(fields)).toMatchObject({ type: 'publish_schema_changeset', base_revision: 2, revision: 3 })
  expect(await cafe.columns('guest')).toBe('id one three two')
  const wrong = [add('guest', 'Four'), add('guest', 'One'), add('nobody', 'Five')]
  const answer = await cafe.refused(wrong)
  expect(answer.code).toBe('CHANGESET_CONFLICT')
  expect(answer.text).toMatch(/2 of 3 .*mutations\[1\] .*FIELD_EXISTS.*mutations\[2\] .*MODEL_NOT_FOUND/)
})
