/** Cases of the mutations on whole models. */
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { type Case, connect } from './setting.ts'

export const CREATED: readonly Case[] = [
  { name: 'a model', mutation: { type: 'create_model', name: 'staff member' } },
  { name: 'a single-record model', mutation: { type: 'create_model', name: 'opening hour', single_record: true } },
  { name: 'a reserved word', mutation: { type: 'create_model', name: 'select' } },
]

export const DELETED: readonly Case[] = [
  { name: 'of a model with rows', mutation: { type: 'delete_model', model_name: 'food' } },
  { name: 'of a small model', mutation: { type: 'delete_model', model_name: 'order' } },
]

const RELATED: readonly Mutation[] = [
  connect('food', 'order', 'has_many/has_many'),
  connect('shelf', 'food', 'has_many/has_one', { on_delete: 'restrict' }),
  connect('food', 'food', 'has_one/has_one', { known_as: 'twin' }),
  connect('food', 'food', 'has_many/has_many', { known_as: 'side' }),
]

const PAIRS = `insert into :ns.food_order (food_id, order_id) values ('f1', 'o1'), ('f1', 'o2');
  insert into :ns.food_food_as_side (food_id, side_id) values ('f1', 'f2');
  update :ns.food set shelf_id = 's1' where id = 'f2'; update :ns.food set twin_id = 'f3' where id = 'f1';`

const rename = (new_name: string, rest: Record<string, unknown> = {}): Mutation =>
  ({ type: 'rename_model', model_name: 'food', new_name, ...rest }) as Mutation

export const RENAMED: readonly Case[] = [
  { name: 'of a model with rows', mutation: rename('dish') },
  { name: 'with its relations', before: RELATED, rows: PAIRS, mutation: rename('dish', { with_relations: true }) },
  {
    name: 'with its relations, to a name that sorts behind its peers',
    before: RELATED,
    rows: PAIRS,
    mutation: rename('zebra cake', { with_relations: true }),
  },
  {
    name: 'of a peer',
    before: RELATED,
    rows: PAIRS,
    mutation: { type: 'rename_model', model_name: 'shelf', new_name: 'rack', with_relations: true },
  },
]

export const DUPLICATED: readonly Case[] = [
  { name: 'of a model with rows', mutation: { type: 'duplicate_model', model_name: 'food', new_name: 'meal' } },
  {
    name: 'of a model with relations',
    before: RELATED,
    mutation: { type: 'duplicate_model', model_name: 'food', new_name: 'meal' },
  },
]

export const CONVERTED: readonly Case[] = [
  { name: 'to single record', mutation: { type: 'convert_model', model_name: 'shelf' } },
  {
    name: 'back to usual',
    before: [{ type: 'convert_model', model_name: 'shelf' }],
    mutation: { type: 'convert_model', model_name: 'shelf' },
  },
]

export const UPDATED: readonly Case[] = [
  {
    name: 'of what is known about a model',
    mutation: { type: 'update_model', model_name: 'food', description: 'what is eaten', ext: { menu: [1, 2] } },
  },
]
