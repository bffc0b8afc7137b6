import { describe, expect, test } from 'vitest'
import type { Mutation } from '../../src/logical/mutations/index.ts'
import { keyColumnsOf, pivotOf, type Relation, relationsOf } from '../../src/logical/relations/relations.ts'
import type { LogicalSchema } from '../../src/logical/schema.ts'
import { applied, model, schemaOf } from './build.ts'

const withField = (name: string): Mutation[] => [
  { ...model(name), single_word: true } as Mutation,
  { type: 'add_field', model_name: name, field_label: 'Title', field_type: 'text' },
]
const connect = (from: string, to: string, pair: string, more: object = {}): Mutation => {
  const [forward_connection_type, reverse_connection_type] = pair.split('/')
  return { type: 'create_connection', from, to, forward_connection_type, reverse_connection_type, ...more } as Mutation
}
const MODELS = ['food', 'food_category', 'food_order', 'stock', 'draft_stock', 'addon', 'employee']
const models = schemaOf(...MODELS.flatMap(withField))

function only(schema: LogicalSchema): Relation {
  const [relation, ...others] = relationsOf(schema)
  if (relation === undefined || others.length > 0) throw new Error('expected one relation')
  return relation
}
const relation = (from: string, to: string, pair: string, more: object = {}) =>
  only(applied(models, connect(from, to, pair, more)))

describe('the relations of a schema', () => {
  test('are none without connections', () => {
    expect(relationsOf(models)).toEqual([])
  })

  test('are each told once, from the side that was named first', () => {
    expect(relation('food_category', 'food', 'has_many/has_one', { known_as: 'Main', on_delete: 'restrict' })).toEqual({
      id: '["food_category","food","main"]',
      from: expect.objectContaining({ name: 'food_category' }),
      to: expect.objectContaining({ name: 'food' }),
      knownAs: 'main',
      forward: 'has_many',
      reverse: 'has_one',
      onDelete: 'restrict',
    })
  })

  test('set keys to null on delete when nothing else was said', () => {
    expect(relation('food', 'stock', 'has_one/has_many').onDelete).toBe('set_null')
  })

  test('keep their identity when a model gets another name', () => {
    const connected = applied(models, connect('food', 'stock', 'has_one/has_many'))
    const renamed = applied(connected, {
      type: 'rename_model',
      model_name: 'stock',
      new_name: 'store',
      with_relations: true,
    })
    expect(only(renamed).id).toBe(only(connected).id)
    expect(keyColumnsOf(only(renamed))).toMatchObject([{ table: 'food', column: 'store_id', references: 'store' }])
  })

  test('are found among several between the same models by name and by direction', () => {
    const schema = [
      connect('food', 'employee', 'has_one/has_many', { known_as: 'chef' }),
      connect('employee', 'food', 'has_one/has_many', { known_as: 'chef' }),
      connect('food', 'employee', 'has_one/has_many'),
    ].reduce(applied, models)
    const keys = relationsOf(schema).flatMap(keyColumnsOf)
    expect(keys.map(({ table, column }) => `${table}.${column}`)).toEqual([
      'food.employee_as_chef_id',
      'food.employee_id',
      'employee.food_as_chef_id',
    ])
  })

  test('without an other side are a broken schema', () => {
    const connected = applied(models, connect('food', 'stock', 'has_one/has_many'))
    const broken = connected.models.map((each) => (each.name === 'stock' ? { ...each, connections: [] } : each))
    expect(() => relationsOf({ models: broken })).toThrow('a connection of food has no other side')
  })
})

describe('the key columns of a relation', () => {
  const NULLED = { onDelete: 'set_null' } as const

  test('one-to-one are one on each side, both unique', () => {
    expect(keyColumnsOf(relation('stock', 'food', 'has_one/has_one'))).toEqual([
      { side: 'to', table: 'food', column: 'stock_id', references: 'stock', unique: true, ...NULLED },
      { side: 'from', table: 'stock', column: 'food_id', references: 'food', unique: true, ...NULLED },
    ])
  })

  test('has_one forward are one on the from side, which is not unique', () => {
    expect(keyColumnsOf(relation('food', 'food_category', 'has_one/has_many', { on_delete: 'cascade' }))).toEqual([
      ...[{ side: 'from', table: 'food', column: 'food_category_id', references: 'food_category' }].map((each) => ({
        ...each,
        unique: false,
        onDelete: 'cascade',
      })),
    ])
  })

  test('A77: has_many forward are one on the to side', () => {
    const keys = keyColumnsOf(relation('food_category', 'food', 'has_many/has_one'))
    expect(keys).toMatchObject([{ side: 'to', table: 'food', column: 'food_category_id', unique: false }])
  })

  test('many-to-many are none', () => {
    expect(keyColumnsOf(relation('food', 'addon', 'has_many/has_many'))).toEqual([])
  })

  test.each([
    ['has_one/has_one', 'boss_id', true],
    ['has_one/has_many', 'employee_as_boss_id', false],
    ['has_many/has_one', 'employee_as_boss_id', false],
  ])('of a model to itself, %s, are one: %s', (pair, column, unique) => {
    expect(keyColumnsOf(relation('employee', 'employee', pair, { known_as: 'boss' }))).toEqual([
      { side: 'from', table: 'employee', column, references: 'employee', unique, ...NULLED },
    ])
  })

  test('have names that Postgres does not cut, and that stay distinct', () => {
    const long = 'a'.repeat(49)
    const column = (known_as: string) =>
      keyColumnsOf(relation('food', 'food_category', 'has_one/has_many', { known_as }))
    const names = [column(`${long}x`), column(`${long}y`)].map(([key]) => key?.column ?? '')
    for (const name of names) expect(name).toHaveLength(63)
    expect(new Set(names).size).toBe(2)
  })
})

describe('the pivot of a relation', () => {
  test.each([
    ['food', 'addon', {}, 'addon_food'],
    ['food', 'food_order', {}, 'food_food_order'],
    ['stock', 'draft_stock', {}, 'draft_stock_stock'],
    ['draft_stock', 'stock', {}, 'draft_stock_stock'],
    ['food', 'addon', { known_as: 'Extra' }, 'addon_food_as_extra'],
  ])('from %s to %s with %j is %s, with a column for each', (from, to, more, name) => {
    expect(pivotOf(relation(from, to, 'has_many/has_many', more))).toEqual({
      name,
      from: { column: `${from}_id`, references: from },
      to: { column: `${to}_id`, references: to },
    })
  })

  test('of a model with itself has a column by the name of the relation', () => {
    expect(pivotOf(relation('employee', 'employee', 'has_many/has_many', { known_as: 'friend' }))).toEqual({
      name: 'employee_employee_as_friend',
      from: { column: 'employee_id', references: 'employee' },
      to: { column: 'friend_id', references: 'employee' },
    })
  })

  test.each(['has_one/has_one', 'has_one/has_many', 'has_many/has_one'])('%s is none', (pair) => {
    expect(pivotOf(relation('food', 'stock', pair))).toBeNull()
  })
})
