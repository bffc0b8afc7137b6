import { describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { keyColumnsOf, pivotOf, relationsOf } from '../../../src/logical/relations/relations.ts'
import type { LogicalSchema } from '../../../src/logical/schema.ts'
import { applied, field, model, modelOf, schemaOf } from '../build.ts'
import { refusal, refusalText } from '../refusal.ts'

const other = (model_name: string, field_label: string): Mutation => ({
  type: 'add_field',
  model_name,
  field_label,
  field_type: 'text',
})
const two = schemaOf(model('food'), model('food category'), field('Name'), other('food_category', 'Title'))

const connect = (from: string, to: string, pair: string, more: object = {}): Mutation => {
  const [forward_connection_type, reverse_connection_type] = pair.split('/')
  return { type: 'create_connection', from, to, forward_connection_type, reverse_connection_type, ...more } as Mutation
}
const disconnect = (from: string, to: string, more: object = {}): Mutation => ({
  type: 'delete_connection',
  from,
  to,
  ...more,
})

/** Key columns as `table.column`, `!` for unique ones; and pivots. */
function artefacts(schema: LogicalSchema): string[] {
  return relationsOf(schema).flatMap((relation) => {
    const pivot = pivotOf(relation)
    return [
      ...keyColumnsOf(relation).map(({ table, column, unique }) => `${table}.${column}${unique ? '!' : ''}`),
      ...(pivot === null ? [] : [`${pivot.name}(${pivot.from.column}, ${pivot.to.column})`]),
    ]
  })
}
const fieldNames = (schema: LogicalSchema, name: string) => modelOf(schema, name).fields.map((each) => each.identifier)

describe('a new relation', () => {
  test.each([
    ['has_one/has_many', ['food.food_category_id']],
    ['has_many/has_one', ['food_category.food_id']],
    ['has_one/has_one', ['food_category.food_id!', 'food.food_category_id!']],
    ['has_many/has_many', ['food_food_category(food_id, food_category_id)']],
  ])('%s is %j', (pair, expected) => {
    expect(artefacts(applied(two, connect('food', 'food_category', pair)))).toEqual(expected)
  })

  test('A77: of a category that has many foods puts the key into food, and not into the category', () => {
    const schema = applied(two, connect('foodCategory', 'foods', 'has_many/has_one'))
    expect(artefacts(schema)).toEqual(['food.food_category_id'])
    expect(modelOf(schema, 'food').connections).toEqual([
      { model: 'food_category', relation: 'has_one', type: 'backward' },
    ])
  })

  test('shows itself as a hidden field in front, on each side that has one', () => {
    const schema = applied(two, connect('food', 'food_category', 'has_one/has_many'))
    expect(modelOf(schema, 'food').fields[0]).toEqual({
      id: 'system_food_category_id',
      identifier: 'system_food_category_id',
      label: 'System Food Category ID',
      field_type: 'text',
      input_type: 'string',
      system_generated: true,
      validation: { hide: true, unique: true },
      serial: 1,
    })
    expect(fieldNames(schema, 'food_category')).toEqual(['title'])
  })

  test('A79: by another name has columns of its own', () => {
    const chef = applied(two, connect('food', 'food_category', 'has_one/has_many', { known_as: 'chef' }))
    const both = applied(chef, connect('food', 'food_category', 'has_one/has_many', { known_as: 'Waiter' }))
    expect(artefacts(both)).toEqual(['food.food_category_as_chef_id', 'food.food_category_as_waiter_id'])
    expect(fieldNames(both, 'food')).toContain('system_food_category_as_waiter_id')
  })

  test('to itself is a column or a pivot by its name', () => {
    const self = (pair: string) => artefacts(applied(two, connect('food', 'food', pair, { known_as: 'twin' })))
    expect(self('has_one/has_one')).toEqual(['food.twin_id!'])
    expect(self('has_many/has_many')).toEqual(['food_food_as_twin(food_id, twin_id)'])
    expect(self('has_many/has_one')).toEqual(['food.food_as_twin_id'])
  })

  test('is the same schema when it is there already', () => {
    const once = applied(two, connect('food', 'food_category', 'has_one/has_many', { on_delete: 'cascade' }))
    expect(applied(once, connect('food', 'food_category', 'has_one/has_many'))).toBe(once)
  })
})

describe('a relation that changes', () => {
  const pair = (from: string, to: string) => {
    const before = applied(two, connect('food', 'food_category', from))
    return () => applied(before, connect('food', 'food_category', to))
  }

  test('from one-to-one can become one-to-many on either side', () => {
    expect(artefacts(pair('has_one/has_one', 'has_one/has_many')())).toEqual(['food.food_category_id'])
    const many = pair('has_one/has_one', 'has_many/has_one')()
    expect(artefacts(many)).toEqual(['food_category.food_id'])
    expect(fieldNames(many, 'food')).toEqual(['name'])
  })

  test.each([
    ['has_one/has_one', 'has_many/has_many'],
    ['has_one/has_many', 'has_one/has_one'],
    ['has_one/has_many', 'has_many/has_one'],
    ['has_many/has_many', 'has_one/has_many'],
  ])('from %s to %s is refused', (from, to) => {
    expect(refusal(pair(from, to)).code).toBe('CONNECTION_KIND_CHANGE')
  })

  test('keeps its delete rule unless another is given', () => {
    const once = applied(two, connect('food', 'food_category', 'has_one/has_many', { on_delete: 'cascade' }))
    const next = applied(once, connect('food', 'food_category', 'has_one/has_many', { on_delete: 'restrict' }))
    expect(relationsOf(once)[0]?.onDelete).toBe('cascade')
    expect(relationsOf(next)[0]?.onDelete).toBe('restrict')
  })
})

describe('a relation is refused', () => {
  const connected = applied(two, connect('food', 'food_category', 'has_one/has_many'))
  test.each<[string, () => unknown]>([
    ['MODEL_NOT_FOUND: model "nobody" not found', () => applied(two, connect('food', 'nobody', 'has_one/has_many'))],
    [
      'MODEL_HAS_NO_FIELDS: cannot create relations with drink, because it has no fields.',
      () => applied(applied(two, model('drink')), connect('food', 'drink', 'has_one/has_many')),
    ],
    ['CONNECTION_NOT_FOUND: from connection type not found', () => applied(two, disconnect('food', 'food_category'))],
    [
      'NAME_INVALID: invalid known_as: use letters, numbers, and underscores only',
      () => applied(two, connect('food', 'food_category', 'has_one/has_many', { known_as: '!' })),
    ],
  ])('%s', (text, action) => {
    expect(refusalText(action)).toBe(text)
  })

  test('without a name, when it goes to itself or the other way round', () => {
    expect(refusal(() => applied(two, connect('food', 'food', 'has_one/has_many'))).code).toBe('CONNECTION_NEEDS_ALIAS')
    expect(refusal(() => applied(connected, connect('food_category', 'food', 'has_one/has_many'))).code).toBe(
      'CONNECTION_NEEDS_ALIAS',
    )
  })

  test('when its column or its pivot has a name that is taken', () => {
    const column = applied(two, field('Food Category ID'))
    expect(refusal(() => applied(column, connect('food', 'food_category', 'has_one/has_many'))).code).toBe('NAME_TAKEN')
    const models = schemaOf(model('food'), model('order'), model('food order'), field('Name'), other('order', 'Note'))
    expect(refusal(() => applied(models, connect('food', 'order', 'has_many/has_many'))).code).toBe('NAME_TAKEN')
  })

  test('a field cannot take the name of its key either', () => {
    expect(refusal(() => applied(connected, field('Food Category ID'))).code).toBe('NAME_TAKEN')
  })
})

describe('a relation that is deleted', () => {
  test('leaves both models as they were', () => {
    for (const pair of ['has_one/has_many', 'has_one/has_one', 'has_many/has_many']) {
      const connected = applied(two, connect('food', 'food_category', pair, { known_as: 'chef' }))
      expect(applied(connected, disconnect('food', 'food_category', { known_as: 'Chef' }))).toEqual(two)
    }
  })
})
