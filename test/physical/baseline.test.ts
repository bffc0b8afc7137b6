import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { baselineOf } from '../../src/physical/baseline/baseline.ts'
import { differences } from '../../src/physical/equality.ts'
import { projectSchema } from '../../src/physical/project.ts'
import type { Column, PhysicalSchema, Table } from '../../src/physical/schema.ts'
import { arbitrarySchema } from '../logical/arbitraries.ts'
import { field, model, schemaOf } from '../logical/build.ts'

const SCHEMA = schemaOf(
  model('food'),
  field('Name', { validation: { required: true, unique: true } }),
  field('Unit Price', { field_type: 'number', input_type: 'double', enable_indexing: true }),
  field('Stock', { field_type: 'number', input_type: 'int', validation: { default: -5 } }),
  field('Since', { field_type: 'date', validation: { required: true, default: '2024-02-29' } }),
  field('Sold', { field_type: 'boolean' }),
  field('Size', { field_type: 'list', validation: { fixed_list_elements: ['small', "o'neil"], default: 'small' } }),
  field('Tags', { field_type: 'list', validation: { required: true } }),
  field('Address', { field_type: 'object', validation: { default: { city: 'Bonn', at: [1, 2] } } }),
  model('menu'),
  { type: 'add_field', model_name: 'menu', field_label: 'Title', field_type: 'text' },
  model('owner'),
  { type: 'add_field', model_name: 'owner', field_label: 'Name', field_type: 'text' },
  connect('food', 'menu', 'has_one', 'has_many', { on_delete: 'cascade' }),
  connect('food', 'owner', 'has_one', 'has_one'),
  connect('menu', 'owner', 'has_many', 'has_many'),
  connect('menu', 'owner', 'has_many', 'has_one', { known_as: 'guest' }),
  connect('owner', 'owner', 'has_one', 'has_many', { known_as: 'parent' }),
)

function connect(
  from: string,
  to: string,
  forward: 'has_one' | 'has_many',
  reverse: 'has_one' | 'has_many',
  more = {},
) {
  const kinds = { forward_connection_type: forward, reverse_connection_type: reverse }
  return { type: 'create_connection', from, to, ...kinds, ...more } as const
}

const ID: Column = { name: 'id', type: 'character varying(36)', notNull: true, default: null }

function tables(
  ...made: readonly (Partial<Table> & { name: string; columns: Record<string, Column> })[]
): PhysicalSchema {
  const nothing = { uniques: {}, checks: {}, foreignKeys: {}, indexes: {} }
  const whole = made.map((each) => ({
    ...nothing,
    primaryKey: { name: `${each.name}_pkey`, columns: ['id'] },
    ...each,
  }))
  return { tables: Object.fromEntries(whole.map((table) => [table.name, table])), aside: {} }
}

describe('the first schema of tables that are there', () => {
  test('says everything that the projection can make', () => {
    const { schema, leftAlone } = baselineOf(projectSchema(SCHEMA))
    expect(leftAlone).toEqual([])
    expect(differences(projectSchema(SCHEMA), projectSchema(schema))).toEqual([])
    const price = schema.models
      .find(({ name }) => name === 'food')
      ?.fields.find((each) => each.identifier === 'unit_price')
    expect(price).toMatchObject({
      label: 'Unit Price',
      field_type: 'number',
      input_type: 'double',
      enable_indexing: true,
    })
  })

  test('leaves a table alone as a whole, and says why, when a model could not say all of it', () => {
    const at: Column = { name: 'at', type: 'timestamp with time zone', notNull: false, default: 'now()' }
    const made = tables(
      { name: 'food', columns: { id: ID } },
      { name: 'visit', columns: { id: ID, at } },
      { name: 'orders', columns: { id: ID } },
      { name: 'event', columns: { id: { ...ID, type: 'integer' } } },
    )
    const { schema, leftAlone } = baselineOf(made)
    expect(schema.models.map(({ name }) => name)).toEqual(['food'])
    expect(leftAlone).toEqual([
      { table: 'orders', reasons: ['its name is none that a model can have: a singular in snake case'] },
      { table: 'visit', reasons: ['column at is of the type timestamp with time zone, which no field has'] },
      { table: 'event', reasons: ['event.id is different'] },
    ])
  })

  test('leaves a table alone that refers to one which is left alone', () => {
    const { tables: made } = projectSchema(SCHEMA)
    const { menu } = made
    if (menu === undefined) throw new Error('there is no menu')
    const odd = { ...menu, columns: { ...menu.columns, odd: { ...ID, name: 'odd' } } }
    const { leftAlone, schema } = baselineOf({ tables: { ...made, menu: odd }, aside: {} })
    expect(leftAlone.map(({ table }) => table).sort()).toEqual(['food', 'menu', 'menu_owner', 'owner'])
    expect(schema.models).toEqual([])
  })

  test('is projected to exactly the tables that are not left alone, whatever the schema', () => {
    fc.assert(
      fc.property(arbitrarySchema, (wanted) => {
        const physical = projectSchema(wanted)
        const { schema, leftAlone } = baselineOf(physical)
        const alone = new Set(leftAlone.map(({ table }) => table))
        const kept = Object.fromEntries(Object.entries(physical.tables).filter(([name]) => !alone.has(name)))
        expect(differences({ tables: kept, aside: {} }, projectSchema(schema))).toEqual([])
        // All that is lost is what names that were cut to 63 bytes, or have a digit of a locale, do not tell any more.
        const known = /would be named|name that no field can have|which is left alone/
        expect(leftAlone.flatMap(({ reasons }) => reasons).filter((why) => !known.test(why))).toEqual([])
      }),
      { numRuns: 200 },
    )
  })
})
