import { describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { keyColumnsOf, pivotOf, relationsOf } from '../../../src/logical/relations/relations.ts'
import type { LogicalSchema } from '../../../src/logical/schema.ts'
import { applied, field, fieldOf, model, modelOf, schemaOf } from '../build.ts'
import { refusal, refusalText } from '../refusal.ts'

const add = (model_name: string, field_label: string): Mutation => ({
  type: 'add_field',
  model_name,
  field_label,
  field_type: 'text',
})
const connect = (from: string, to: string, pair: string, more: object = {}): Mutation => {
  const [forward_connection_type, reverse_connection_type] = pair.split('/')
  return { type: 'create_connection', from, to, forward_connection_type, reverse_connection_type, ...more } as Mutation
}
const follow = (model_name: string, new_name: string): Mutation => ({
  type: 'rename_model',
  model_name,
  new_name,
  with_relations: true,
})
const two = schemaOf(model('food'), model('order'), field('Name'), add('order', 'Note'))
const many = applied(two, connect('food', 'order', 'has_many/has_one'))
const fields = (schema: LogicalSchema, name = 'food') =>
  modelOf(schema, name).fields.map(({ serial, identifier }) => `${serial} ${identifier}`)

describe('the field of a relation', () => {
  test('stands in front of all others, which are numbered anew, and again when it is removed', () => {
    const one = applied(two, connect('food', 'order', 'has_one/has_many'))
    expect(fields(one)).toEqual(['1 system_order_id', '2 name'])
    expect(fields(applied(one, { type: 'delete_connection', from: 'food', to: 'order' }))).toEqual(['1 name'])
  })

  test('is on both sides of a one-to-one relation', () => {
    const one = applied(two, connect('food', 'order', 'has_one/has_one', { known_as: 'First' }))
    expect([fields(one)[0], fields(one, 'order')[0]]).toEqual([
      '1 system_order_as_first_id',
      '1 system_food_as_first_id',
    ])
  })

  test('is one for both directions of a model to itself', () => {
    expect(fields(applied(two, connect('food', 'food', 'has_one/has_one', { known_as: 'twin' })))).toEqual([
      '1 system_food_as_twin_id',
      '2 name',
    ])
  })

  test('cannot be renamed, retyped, moved, updated or deleted by hand', () => {
    const one = applied(two, connect('food', 'order', 'has_one/has_many'))
    const on = { type: 'model_field_operation', model_name: 'food', field_name: 'system_order_id' }
    const byHand = [
      { ...on, operation: 'rename', new_name: 'Bill' },
      { ...on, operation: 'duplicate', new_name: 'Bill' },
      { ...on, operation: 'delete' },
      { ...on, operation: 'move', move_type: 'reorder', new_position: 2 },
      { ...on, operation: 'change_type', changed_type: 'number' },
    ] as Mutation[]
    const said = byHand.map((mutation) => refusalText(() => applied(one, mutation)))
    expect(said).toEqual(
      ['rename', 'duplicate', 'delete', 'move', 'change the type of'].map(
        (verb) => `FIELD_PROTECTED: cannot ${verb} a field that the system generated`,
      ),
    )
  })

  test('cannot have the name of a field that is there', () => {
    const taken = applied(two, field('System Order ID'))
    expect(refusalText(() => applied(taken, connect('food', 'order', 'has_one/has_many')))).toBe(
      'NAME_TAKEN: model "food" has a field "system_order_id", which is the name of the relation\'s own field',
    )
  })

  test('cannot be shared by two relations', () => {
    const three = [model('food as twin'), add('food_as_twin', 'Note')].reduce(applied, two)
    const twin = applied(three, connect('food', 'food', 'has_one/has_one', { known_as: 'twin' }))
    expect(refusalText(() => applied(twin, connect('food', 'food_as_twin', 'has_one/has_many')))).toBe(
      'NAME_TAKEN: the field of the relation with "food" known as "twin" and the field of the relation with ' +
        '"food_as_twin" would both be named "system_food_as_twin_id" as fields of model "food"',
    )
  })
})

describe("a user's field that is named like one of a relation", () => {
  const own = applied(many, field('System Order ID'))

  test('stays when the side that has many is connected, changed or disconnected', () => {
    const before = applied(two, field('System Order ID'))
    expect(fields(applied(before, connect('food', 'order', 'has_many/has_one')))).toEqual(fields(before))
    const changed = applied(own, connect('food', 'order', 'has_many/has_one', { on_delete: 'cascade' }))
    expect(fields(changed)).toEqual(fields(own))
    expect(applied(own, { type: 'delete_connection', from: 'food', to: 'order' })).toEqual(before)
  })

  test('keeps its name when the other model gets one', () => {
    expect(fieldOf(applied(own, follow('order', 'bill')), 'system_order_id')).toEqual(fieldOf(own, 'system_order_id'))
  })

  test("forbids a name of the other model that would make it the relation's", () => {
    const one = [connect('food', 'order', 'has_one/has_many'), field('System Bill ID')].reduce(applied, two)
    expect(refusal(() => applied(one, follow('order', 'bill'))).code).toBe('NAME_TAKEN')
  })
})

describe('a model that is renamed with its relations', () => {
  const keys = (schema: LogicalSchema) =>
    relationsOf(schema).flatMap((each) => [
      ...keyColumnsOf(each).map(({ table, column }) => `${table}.${column}`),
      ...[pivotOf(each)].flatMap((pivot) => (pivot === null ? [] : [`${pivot.name}(${pivot.to.column})`])),
    ])

  test('takes key columns, pivots and the fields on both sides with it', () => {
    const pairs = [
      connect('food', 'order', 'has_one/has_one'),
      connect('food', 'order', 'has_many/has_many', { known_as: 'x' }),
    ]
    const schema = applied(pairs.reduce(applied, two), follow('order', 'bill'))
    expect(keys(schema)).toEqual(['bill.food_id', 'food.bill_id', 'bill_food_as_x(bill_id)'])
    expect([fields(schema)[0], fields(schema, 'bill')[0]]).toEqual(['1 system_bill_id', '1 system_food_id'])
  })

  test('takes a relation to itself with it', () => {
    const self = applied(two, connect('food', 'food', 'has_one/has_many', { known_as: 'base' }))
    const schema = applied(self, follow('food', 'dish'))
    expect(keys(schema)).toEqual(['dish.dish_as_base_id'])
    expect(modelOf(schema, 'dish').connections.map((each) => each.model)).toEqual(['dish', 'dish'])
    expect(fields(schema, 'dish')[0]).toBe('1 system_dish_as_base_id')
  })

  test('cannot make a key column or a pivot of a name that is taken', () => {
    const column = [connect('food', 'order', 'has_one/has_many'), field('Bill ID')].reduce(applied, two)
    expect(refusal(() => applied(column, follow('order', 'bill'))).code).toBe('NAME_TAKEN')
    const pivot = [connect('food', 'order', 'has_many/has_many'), model('bill food')].reduce(applied, two)
    expect(refusal(() => applied(pivot, follow('order', 'bill'))).code).toBe('NAME_TAKEN')
  })
})
