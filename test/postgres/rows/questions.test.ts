import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { dumpAll } from '../../fixtures/dump.ts'
import { markersOf, openFleet, type TestFleet } from '../fleet.ts'
import { field, openShop } from './shop.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(async () => {
  await fleet?.close()
})

const update = (validation: Record<string, unknown>): Mutation =>
  ({ type: 'add_field', is_update: true, model_name: 'food', field_label: 'x', validation }) as Mutation
const retype = (field_name: string, changed_type: string, rest: Record<string, unknown> = {}): Mutation =>
  ({
    type: 'model_field_operation',
    operation: 'change_type',
    model_name: 'food',
    field_name,
    changed_type,
    ...rest,
  }) as Mutation
const set = (...mutations: unknown[]): Mutation => ({ type: 'publish_schema_changeset', mutations }) as Mutation

const DOC = [field('doc', { field_type: 'object' }), field('a', { parent_field: 'doc' })]
const X = [field('x')]

/** What is asked, with rows that forbid it, and how the refusal says so. */
const QUESTIONS: readonly (readonly [string, readonly Mutation[], Mutation, string, string])[] = [
  [
    'A69: empty places of a field that is to be required',
    X,
    update({ required: true }),
    `('1', null), ('2', null), ('3', 'v')`,
    '2 rows of food without a value in "x" (1, 2)',
  ],
  [
    'values that are there twice',
    X,
    update({ unique: true }),
    `('1', 'v'), ('2', 'v'), ('3', null), ('4', null)`,
    '2 rows of food with a value of "x" that others have too, in a field that must be unique (1, 2)',
  ],
  [
    'a new required and unique field',
    X,
    field('y', { validation: { required: true, unique: true } }),
    `('1', null), ('2', null)`,
    '2 rows of food that would all get the same default for the unique field "y" (1, 2)',
  ],
  [
    'A71: texts that are no whole numbers',
    X,
    retype('x', 'number'),
    `('1', '1.5'), ('2', ''), ('3', '2147483648'), ('4', 'x'), ('5', '5'), ('6', 'NaN'), ('7', '0x1')`,
    '6 rows of food with a value in "x" that is not a whole number from -2147483648 to 2147483647; an empty text is not one either, set it to NULL first (1, 2, 3, 4, 6, ...)',
  ],
  [
    'texts that are no dates',
    X,
    retype('x', 'date'),
    `('1', '2023-02-29'), ('2', '1/2/2024'), ('3', '2024-02-29'), ('4', 'infinity')`,
    '3 rows of food with a value in "x" that is not a date such as 2024-12-31; an empty text is not one either, set it to NULL first (1, 2, 4)',
  ],
  [
    'texts that are no booleans',
    X,
    retype('x', 'boolean'),
    `('1', 'on'), ('2', 'No')`,
    '1 row of food with a value in "x" that is not a boolean such as true or false; an empty text is not one either, set it to NULL first (1)',
  ],
  [
    'fractions',
    [field('x', { field_type: 'number', input_type: 'double' })],
    retype('x', 'number', { input_type: 'int' }),
    `('1', 1.5), ('2', 'NaN'), ('3', 3e9), ('4', 4)`,
    '3 rows of food with a value in "x" that is not a whole number from -2147483648 to 2147483647 (1, 2, 3)',
  ],
  [
    'values that are the same once they are cast',
    [field('x', { validation: { unique: true } })],
    retype('x', 'number'),
    `('1', '7'), ('2', '07')`,
    '2 rows of food with a value of "x" that others have too once it is number, in a field that must be unique (1, 2)',
  ],
  [
    'values outside a shorter list',
    [field('x', { field_type: 'list', validation: { fixed_list_elements: ['a', "b's"] } })],
    update({ fixed_list_elements: ['a'] }),
    `('1', 'a'), ('2', 'b''s')`,
    '1 row of food with a value in "x" that is not in its list (2)',
  ],
  [
    'nested texts that are no numbers',
    DOC,
    retype('a', 'number', { parent_field: 'doc' }),
    `('1', '{"a": "one"}'), ('2', '{"a": "2"}')`,
    '1 row of food with a value in "doc.a" that is not a whole number from -2147483648 to 2147483647; an empty text is not one either, set it to NULL first (1)',
  ],
  [
    'nested values that no column can hold',
    [...DOC],
    {
      type: 'rearrange_field',
      model_name: 'food',
      field_name: 'a',
      move_type: 'child_to_parent',
      new_position: 1,
      parent_id: 'doc',
    },
    `('1', '{"a": 5}'), ('2', '{"a": null}'), ('3', '{"a": "t"}')`,
    '1 row of food with a value in "doc.a" that does not fit a text column (1)',
  ],
  [
    'more rows than a single-record model holds',
    X,
    { type: 'convert_model', model_name: 'food' },
    `('1', null), ('2', null), ('3', null)`,
    '3 rows of food where a single-record model holds one (1, 2, 3)',
  ],
  [
    'what a later mutation of a changeset asks, by the names of today',
    X,
    set(
      { type: 'model_field_operation', operation: 'rename', model_name: 'food', field_name: 'x', new_name: 'y' },
      { type: 'rename_model', model_name: 'food', new_name: 'dish' },
      { type: 'add_field', is_update: true, model_name: 'dish', field_label: 'y', validation: { unique: true } },
    ),
    `('1', 'v'), ('2', 'v')`,
    '2 rows of food with a value of "x" that others have too, in a field that must be unique (1, 2)',
  ],
]

const X_IS = { type: 'add_field', is_update: true, model_name: 'food' }

describe('a changeset asks about columns that are not there yet', () => {
  test.each([
    [
      'a new field that is then required',
      [field('y'), { ...X_IS, field_label: 'y', validation: { required: true } }],
      '2 rows of food without a value in "y" (1, 2)',
    ],
    [
      'a cast that is then cast again',
      [retype('x', 'list'), retype('x', 'text'), retype('x', 'number')],
      '1 row of food with a value in "x" that is not a whole number from -2147483648 to 2147483647; an empty text is not one either, set it to NULL first (1)',
    ],
    [
      'a copy that is then unique',
      [
        { type: 'model_field_operation', operation: 'duplicate', model_name: 'food', field_name: 'x', new_name: 'y' },
        { ...X_IS, field_label: 'y', validation: { unique: true } },
      ],
      '2 rows of food with a value of "y" that others have too, in a field that must be unique (1, 2)',
    ],
    [
      'filled places that are then unique',
      [
        { ...X_IS, field_label: 'x', validation: { required: true, default: 'v' } },
        { ...X_IS, field_label: 'x', validation: { unique: true } },
      ],
      '2 rows of food with a value of "x" that others have too, in a field that must be unique (1, 2)',
    ],
  ] as const)('%s', async (name, mutations, said) => {
    const shop = await openShop(fleet, name, X, set(...mutations))
    const second = name.startsWith('filled') ? 'null' : name.startsWith('a copy') ? `'v'` : 'null'
    await fleet.client.query(`insert into ${shop.food} (id, x) values ('1', 'v'), ('2', ${second})`)
    expect(await shop.preflight().catch((error: Error) => error.message)).toContain(said)
  })
})

describe('preflight asks the rows of a target', () => {
  test.each(QUESTIONS)('%s', async (name, before, mutation, rows, said) => {
    const shop = await openShop(fleet, name.slice(0, 60), before, mutation)
    const column = before.some((each) => each.type === 'add_field' && each.field_label === 'doc') ? 'doc' : 'x'
    await fleet.client.query(`insert into ${shop.food} (id, ${column}) values ${rows}`)
    const dump = await dumpAll(fleet.client, shop.target.namespace)
    const refused = shop.preflight()
    await expect(refused).rejects.toMatchObject({ name: 'DataRejected', code: 'DATA_REJECTED' })
    expect(await refused.catch((error: Error) => error.message)).toContain(said)
    expect(await dumpAll(fleet.client, shop.target.namespace)).toBe(dump)
    expect(await markersOf(fleet, shop.target.namespace)).toEqual([])
  })

  test('a view that would go on reading the old column is named', async () => {
    const shop = await openShop(fleet, 'with a view', X, retype('x', 'number'))
    await fleet.client.query(`create view "with a view".report as select id, x as total from ${shop.food}`)
    expect(await shop.preflight().catch((error: Error) => error.message)).toContain(
      'view report depends on food.x, which cannot go along to a column of type integer: drop it first',
    )
  })

  test('all of them at once, and never with a value', async () => {
    const both = set(
      { type: 'add_field', is_update: true, model_name: 'food', field_label: 'x', validation: { required: true } },
      { type: 'add_field', is_update: true, model_name: 'food', field_label: 'x', validation: { unique: true } },
    )
    const shop = await openShop(fleet, 'several questions', X, both)
    await fleet.client.query(`insert into ${shop.food} values ('1', null), ('2', 'secret'), ('3', 'secret')`)
    const message = await shop.preflight().catch((error: Error) => error.message)
    expect(message).toContain('1 row of food without a value in "x" (1); 2 rows of food with a value of "x"')
    expect(message).not.toContain('secret')
  })
})
