import { expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { cacheDocument } from '../../../src/postgres/catalog/cache.ts'
import { field, model, schemaOf } from '../../logical/build.ts'

type Kind = 'has_one' | 'has_many'

const connect = (forward: Kind, reverse: Kind, known_as: string): Mutation => ({
  type: 'create_connection',
  from: 'food',
  to: 'food_order',
  forward_connection_type: forward,
  reverse_connection_type: reverse,
  known_as,
})

const schema = schemaOf(
  model('food'),
  model('food order'),
  field('Name', { validation: { locals: ['en', 'pt-BR'] } }),
  field('Address', { field_type: 'object' }),
  field('City', { parent_field: 'address' }),
  { type: 'add_field', model_name: 'food_order', field_label: 'Note', field_type: 'text' },
  connect('has_one', 'has_many', 'first'),
  connect('has_many', 'has_many', 'all'),
)

test('the document tells readers the columns of each field, those of relations too', () => {
  const document = cacheDocument('shop', 7, schema)
  expect(document).toMatchObject({ project_id: 'shop', generation: 7 })
  expect(document.models[0]).toMatchObject({
    name: 'food',
    physical_name: 'food',
    fields: [
      { identifier: 'system_food_order_as_first_id', columns: [{ locale: '', column: 'food_order_as_first_id' }] },
      {
        identifier: 'name',
        columns: [
          { locale: 'en', column: 'name' },
          { locale: 'pt-BR', column: 'name_pt_br' },
        ],
      },
      { identifier: 'address', sub_field_info: [{ identifier: 'city' }] },
    ],
  })
})

test('it names models and relations as the API does', () => {
  expect(cacheDocument('shop', 7, schema).models[1]).toMatchObject({
    graphql: { single_query: 'foodOrder', object_type: 'FoodOrder' },
    connections: [
      { model: 'food', known_as: 'first', graphql_name: 'first' },
      { model: 'food', known_as: 'all', graphql_name: 'all' },
    ],
  })
})

test('it says where each relation is: a key column, or a pivot table', () => {
  expect(cacheDocument('shop', 7, schema).relations).toEqual([
    {
      from: 'food',
      to: 'food_order',
      known_as: 'first',
      forward: 'has_one',
      reverse: 'has_many',
      on_delete: 'set_null',
      keys: [{ table: 'food', column: 'food_order_as_first_id', references: 'food_order' }],
      pivot: null,
    },
    {
      from: 'food',
      to: 'food_order',
      known_as: 'all',
      forward: 'has_many',
      reverse: 'has_many',
      on_delete: 'set_null',
      keys: [],
      pivot: {
        name: 'food_food_order_as_all',
        from: { column: 'food_id', references: 'food' },
        to: { column: 'food_order_id', references: 'food_order' },
      },
    },
  ])
})
