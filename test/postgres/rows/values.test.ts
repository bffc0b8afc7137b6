import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { openFleet, type TestFleet } from '../fleet.ts'
import { field, openShop, valuesOf } from './shop.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(async () => {
  await fleet?.close()
})

const retype = (field_name: string, changed_type: string, rest: Record<string, unknown> = {}): Mutation =>
  ({
    type: 'model_field_operation',
    operation: 'change_type',
    model_name: 'food',
    field_name,
    changed_type,
    ...rest,
  }) as Mutation

const nested = (operation: string, field_name: string, rest: Record<string, unknown>): Mutation =>
  ({ type: 'model_field_operation', operation, model_name: 'food', field_name, ...rest }) as Mutation

const move = (field_name: string, move_type: string, parent_id?: string): Mutation =>
  ({
    type: 'rearrange_field',
    model_name: 'food',
    field_name,
    move_type,
    new_position: 1,
    ...(parent_id !== undefined && { parent_id }),
  }) as Mutation

/** The column before and after, row by row, as JSON shows them. */
type Story = readonly [string, readonly Mutation[], Mutation, string, readonly unknown[], readonly unknown[]]

const NUMBER = { field_type: 'number' }
const DOUBLE = { field_type: 'number', input_type: 'double' }
const DOC = [field('doc', { field_type: 'object' }), field('a', { parent_field: 'doc' })]
const LIST = [field('doc', { field_type: 'repeated' }), field('a', { parent_field: 'doc' })]

const STORIES: readonly Story[] = [
  [
    'text to int',
    [field('x')],
    retype('x', 'number'),
    'x',
    ['7', ' 08 ', '-2147483648', null],
    [7, 8, -2147483648, null],
  ],
  [
    'text to double',
    [field('x')],
    retype('x', 'number', { input_type: 'double' }),
    'x',
    ['1.50', '.5', '1e3', null],
    [1.5, 0.5, 1000, null],
  ],
  ['text to boolean', [field('x')], retype('x', 'boolean'), 'x', ['YES', '0', 'true', null], [true, false, true, null]],
  [
    'text to date',
    [field('x')],
    retype('x', 'date'),
    'x',
    ['2024-02-29', '0999-01-01', null],
    ['2024-02-29', '0999-01-01', null],
  ],
  ['text to list', [field('x')], retype('x', 'list'), 'x', ['', 'a', null], [[''], ['a'], null]],
  ['int to text', [field('x', NUMBER)], retype('x', 'text'), 'x', [-1, 0, null], ['-1', '0', null]],
  ['int to boolean', [field('x', NUMBER)], retype('x', 'boolean'), 'x', [1, 0, null], [true, false, null]],
  ['int to list', [field('x', NUMBER)], retype('x', 'list'), 'x', [5, null], [[5], null]],
  [
    'double to int',
    [field('x', DOUBLE)],
    retype('x', 'number', { input_type: 'int' }),
    'x',
    [2.0, -3, null],
    [2, -3, null],
  ],
  [
    'boolean to int',
    [field('x', { field_type: 'boolean' })],
    retype('x', 'number'),
    'x',
    [true, false, null],
    [1, 0, null],
  ],
  [
    'date to text',
    [field('x', { field_type: 'date' })],
    retype('x', 'text'),
    'x',
    ['2024-02-29', null],
    ['2024-02-29', null],
  ],
  [
    'list to text',
    [field('x', { field_type: 'list' })],
    retype('x', 'text'),
    'x',
    [['a', 1], [], null],
    ['["a", 1]', '[]', null],
  ],
  [
    'list to repeated',
    [field('x', { field_type: 'list' })],
    retype('x', 'repeated'),
    'x',
    [['a', 1], [], null],
    [[{ value: 'a' }, { value: 1 }], [], null],
  ],
  ['object to repeated', DOC, retype('doc', 'repeated'), 'doc', [{ a: 1 }, null], [[{ a: 1 }], null]],
  ['repeated to list', LIST, retype('doc', 'list'), 'doc', [[{ a: 1 }], [], null], [[{ a: 1 }], [], null]],
  [
    'rename of a key',
    DOC,
    nested('rename', 'a', { parent_field: 'doc', new_name: 'b' }),
    'doc',
    [{ a: 1, z: 2 }, { z: 2 }, {}, null],
    [{ b: 1, z: 2 }, { z: 2 }, {}, null],
  ],
  [
    'rename of a key in elements',
    LIST,
    nested('rename', 'a', { parent_field: 'doc', new_name: 'b' }),
    'doc',
    [[{ a: 1 }, {}], [], null],
    [[{ b: 1 }, {}], [], null],
  ],
  [
    'delete of a key',
    DOC,
    nested('delete', 'a', { parent_field: 'doc' }),
    'doc',
    [{ a: 1, z: 2 }, null],
    [{ z: 2 }, null],
  ],
  [
    'duplicate of a key',
    DOC,
    nested('duplicate', 'a', { parent_field: 'doc', new_name: 'b' }),
    'doc',
    [{ a: 1 }, {}, null],
    [{ a: 1, b: 1 }, {}, null],
  ],
  [
    'cast of a key',
    DOC,
    retype('a', 'number', { parent_field: 'doc' }),
    'doc',
    [{ a: '12', z: 1 }, { a: null }, {}, null],
    [{ a: 12, z: 1 }, { a: null }, {}, null],
  ],
  [
    'up to the root',
    DOC,
    move('a', 'child_to_parent', 'doc'),
    'a',
    [{ a: 'x', z: 1 }, { a: null }, {}, null].map((doc) => ({ doc })),
    ['x', null, null, null],
  ],
  [
    'down from the root',
    [...DOC, field('x', NUMBER)],
    move('x', 'parent_to_child', 'doc'),
    'doc',
    [
      { doc: { a: 1 }, x: 5 },
      { doc: null, x: 6 },
      { doc: {}, x: null },
    ],
    [{ a: 1, x: 5 }, { x: 6 }, {}],
  ],
  [
    'duplicate of a column',
    [field('x', { validation: { default: 'd' } })],
    nested('duplicate', 'x', { new_name: 'y' }),
    'y',
    [{ x: 'a' }, { x: null }],
    ['a', null],
  ],
]

describe('what a row holds after a change, and again after its undo', () => {
  test.each(STORIES)('%s', async (name, before, mutation, column, given, wanted) => {
    const shop = await openShop(fleet, name, before, mutation)
    for (const [index, value] of given.entries()) {
      const isRow =
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        !('a' in value && column === 'doc') &&
        ('doc' in value || 'x' in value)
      const row = isRow ? value : { [mutationColumn(before, column)]: value }
      await fleet.client.query(`insert into ${shop.food} select * from jsonb_populate_record(null::${shop.food}, $1)`, [
        JSON.stringify({ id: `f${index}`, ...row }),
      ])
    }
    const old = await fleet.client.query(`select to_jsonb(t) as row from ${shop.food} t order by id`)
    await shop.preflight()
    await shop.forward()
    expect(Object.values(await valuesOf(fleet.client, shop, column))).toEqual(wanted)
    await shop.back()
    const again = await fleet.client.query(`select to_jsonb(t) as row from ${shop.food} t order by id`)
    expect(again.rows).toEqual(old.rows)
  })
})

/** The column that holds the given values before: the one that is looked at, unless it is new. */
function mutationColumn(before: readonly Mutation[], column: string): string {
  return before.some((each) => each.type === 'add_field' && each.field_label === column) ? column : 'x'
}
