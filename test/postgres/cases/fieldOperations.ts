/** Cases of `model_field_operation` and `rearrange_field`. */
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { type Case, field, operate } from './setting.ts'

const OLD: readonly Case[] = [
  {
    name: 'rename of a localised field',
    mutation: {
      type: 'model_field_operation',
      operation: 'rename',
      model_name: 'food',
      field_name: 'name',
      new_name: 'Dish',
    },
  },
  {
    name: 'rename of a localised field to the name of its own second column',
    mutation: {
      type: 'model_field_operation',
      operation: 'rename',
      model_name: 'food',
      field_name: 'name',
      new_name: 'name_bn',
    },
  },
  {
    name: 'rename of an indexed and unique field',
    mutation: {
      type: 'model_field_operation',
      operation: 'rename',
      model_name: 'food',
      field_name: 'code',
      new_name: 'Short Code',
    },
  },
  {
    name: 'rename of a fixed list',
    mutation: {
      type: 'model_field_operation',
      operation: 'rename',
      model_name: 'food',
      field_name: 'course',
      new_name: 'Serving',
    },
  },
  {
    name: 'another label only',
    mutation: {
      type: 'model_field_operation',
      operation: 'rename',
      model_name: 'food',
      field_name: 'code',
      new_name: 'CODE',
    },
  },
  {
    name: 'delete of a localised field',
    mutation: { type: 'model_field_operation', operation: 'delete', model_name: 'food', field_name: 'name' },
  },
  {
    name: 'delete of an indexed and unique field',
    mutation: { type: 'model_field_operation', operation: 'delete', model_name: 'food', field_name: 'code' },
  },
  {
    name: 'delete of a fixed list',
    mutation: { type: 'model_field_operation', operation: 'delete', model_name: 'food', field_name: 'course' },
  },
  {
    name: 'delete of an object',
    mutation: { type: 'model_field_operation', operation: 'delete', model_name: 'food', field_name: 'address' },
  },
]

const retype = (field_name: string, changed_type: string, rest: Record<string, unknown> = {}): Mutation =>
  operate('change_type', field_name, { changed_type, ...rest })

const rearrange = (field_name: string, move_type: string, new_position: number, parent_id?: string): Mutation =>
  ({
    type: 'rearrange_field',
    model_name: 'food',
    field_name,
    move_type,
    new_position,
    ...(parent_id !== undefined && { parent_id }),
  }) as Mutation

const SECOND: readonly Case[] = [
  {
    name: 'rename to the name of its own second column, with keys and indexes',
    before: [
      field('Motto', { enable_indexing: true, validation: { unique: true, locals: ['en', 'bn'], default: null } }),
    ],
    mutation: operate('rename', 'motto', { new_name: 'Motto bn' }),
  },
]

const NESTED: readonly Case[] = [
  {
    name: 'rename of a nested field',
    mutation: operate('rename', 'city', { parent_field: 'address', new_name: 'Town' }),
  },
  { name: 'rename in every element', mutation: operate('rename', 'title', { parent_field: 'steps', new_name: 'Do' }) },
  {
    name: 'rename two levels down',
    mutation: operate('rename', 'lat', { parent_field: 'address.geo', new_name: 'Y' }),
  },
  { name: 'delete of a nested field', mutation: operate('delete', 'zip', { parent_field: 'address' }) },
  { name: 'delete in every element', mutation: operate('delete', 'title', { parent_field: 'steps' }) },
  {
    name: 'duplicate of a nested field',
    mutation: operate('duplicate', 'geo', { parent_field: 'address', new_name: 'Spot' }),
  },
  { name: 'nested double to text', mutation: retype('lat', 'text', { parent_field: 'address.geo' }) },
  { name: 'nested text to number', mutation: retype('zip', 'number', { parent_field: 'address' }) },
  { name: 'nested object to repeated', mutation: retype('geo', 'repeated', { parent_field: 'address' }) },
]

const DUPLICATES: readonly Case[] = [
  { name: 'duplicate of a text', mutation: operate('duplicate', 'digits', { new_name: 'Figures' }) },
  { name: 'duplicate of a localised field', mutation: operate('duplicate', 'name', { new_name: 'Dish' }) },
  { name: 'duplicate of an indexed and unique field', mutation: operate('duplicate', 'code', { new_name: 'Key' }) },
  { name: 'duplicate of a fixed list', mutation: operate('duplicate', 'course', { new_name: 'Part' }) },
  { name: 'duplicate of a repeated field', mutation: operate('duplicate', 'steps', { new_name: 'Phases' }) },
]

const TYPES: readonly Case[] = [
  { name: 'text to whole number', mutation: retype('digits', 'number') },
  { name: 'text to fraction', mutation: retype('digits', 'number', { input_type: 'double' }) },
  { name: 'text to boolean', rows: `update :ns.food set digits = 'yes';`, mutation: retype('digits', 'boolean') },
  { name: 'text to date', rows: `update :ns.food set digits = '2024-02-29';`, mutation: retype('digits', 'date') },
  { name: 'text to list', mutation: retype('digits', 'list') },
  { name: 'text to multiline', mutation: retype('digits', 'multiline') },
  { name: 'whole number to text', mutation: retype('stock', 'text') },
  { name: 'whole number to fraction', mutation: retype('stock', 'number', { input_type: 'double' }) },
  {
    name: 'whole number to boolean',
    rows: `update :ns.food set stock = 1 where stock = 3;`,
    mutation: retype('stock', 'boolean'),
  },
  { name: 'whole number to list', mutation: retype('stock', 'list') },
  { name: 'list to text', mutation: retype('tags', 'text') },
  { name: 'list to repeated', mutation: retype('tags', 'repeated') },
  { name: 'object to text', mutation: retype('address', 'text') },
  { name: 'object to repeated', mutation: retype('address', 'repeated') },
  { name: 'repeated to list', mutation: retype('steps', 'list') },
  { name: 'repeated to text', mutation: retype('steps', 'text') },
  {
    name: 'of a unique and indexed field',
    rows: `update :ns.food set code = '1' || right(id, 1);`,
    mutation: retype('code', 'list'),
  },
  {
    name: 'of a unique and indexed field that stays so',
    rows: `update :ns.food set code = right(id, 1);`,
    mutation: retype('code', 'number'),
  },
  { name: 'of a required and localised field', mutation: retype('name', 'list') },
  {
    name: 'of a boolean to a number',
    before: [field('Vegan', { field_type: 'boolean' })],
    rows: `update :ns.food set vegan = id = 'f1';`,
    mutation: retype('vegan', 'number'),
  },
  {
    name: 'of a date to text',
    before: [field('Since', { field_type: 'date' })],
    rows: `update :ns.food set since = '2024-02-29';`,
    mutation: retype('since', 'text'),
  },
  {
    name: 'of a fraction to a whole number',
    before: [field('Rate', { field_type: 'number', input_type: 'double' })],
    rows: `update :ns.food set rate = 4.0;`,
    mutation: retype('rate', 'number', { input_type: 'int' }),
  },
]

export const FIELD_OPERATIONS: readonly Case[] = [
  ...OLD,
  ...SECOND,
  ...NESTED,
  ...DUPLICATES,
  ...TYPES,
  { name: 'move to another place', mutation: operate('move', 'code', { move_type: 'reorder', new_position: 1 }) },
  {
    name: 'move of a nested field to another place',
    mutation: operate('move', 'zip', { parent_field: 'address', move_type: 'reorder', new_position: 1 }),
  },
]

export const REARRANGED: readonly Case[] = [
  { name: 'reorder', mutation: rearrange('digits', 'reorder', 1) },
  { name: 'child to the root', mutation: rearrange('city', 'child_to_parent', 1, 'address') },
  { name: 'child two levels down to the root', mutation: rearrange('lat', 'child_to_parent', 1, 'address.geo') },
  { name: 'child one level up', mutation: rearrange('address.geo.lat', 'child_to_parent', 1, '_root.address') },
  { name: 'object to the root', mutation: rearrange('geo', 'child_to_parent', 1, 'address') },
  { name: 'root field into an object', mutation: rearrange('digits', 'parent_to_child', 1, 'address') },
  { name: 'root field two levels down', mutation: rearrange('stock', 'parent_to_child', 1, 'address.geo') },
  {
    name: 'root field into every element',
    rows: `update :ns.food set digits = null where id <> 'f1';`,
    mutation: rearrange('digits', 'parent_to_child', 1, 'steps'),
  },
  { name: 'nested field into its neighbour', mutation: rearrange('address.city', 'parent_to_child', 1, 'address.geo') },
  {
    name: 'nested field into another column',
    before: [field('Contact', { field_type: 'object' })],
    mutation: rearrange('address.city', 'parent_to_child', 1, '_root.contact'),
  },
]
