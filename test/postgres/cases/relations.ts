/** Cases of relations: all four pairs, with and without rows, changed and removed. */
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { type Case, connect } from './setting.ts'

export const CONNECTED: readonly Case[] = [
  { name: 'belongs to', mutation: connect('food', 'order', 'has_one/has_many') },
  { name: 'has many', mutation: connect('food', 'order', 'has_many/has_one', { on_delete: 'cascade' }) },
  { name: 'one to one', mutation: connect('food', 'order', 'has_one/has_one') },
  { name: 'many to many', mutation: connect('food', 'order', 'has_many/has_many') },
  {
    name: 'a second relation by another name',
    before: [connect('food', 'order', 'has_one/has_many', { known_as: 'chef' })],
    mutation: connect('food', 'order', 'has_one/has_many', { known_as: 'Waiter' }),
  },
  { name: 'many to many by a name', mutation: connect('food', 'order', 'has_many/has_many', { known_as: 'side' }) },
  { name: 'to itself, one to one', mutation: connect('food', 'food', 'has_one/has_one', { known_as: 'twin' }) },
  { name: 'to itself, a tree', mutation: connect('food', 'food', 'has_many/has_one', { known_as: 'part' }) },
  { name: 'to itself, many to many', mutation: connect('food', 'food', 'has_many/has_many', { known_as: 'side' }) },
  {
    name: 'another delete rule',
    before: [connect('food', 'order', 'has_one/has_many')],
    rows: `update :ns.food set order_id = 'o1';`,
    mutation: connect('food', 'order', 'has_one/has_many', { on_delete: 'cascade' }),
  },
  {
    name: 'one to one becomes one to many',
    before: [connect('food', 'order', 'has_one/has_one')],
    rows: `update :ns."order" set food_id = 'f1' where id = 'o1'; update :ns.food set order_id = 'o1' where id = 'f1';`,
    mutation: connect('food', 'order', 'has_many/has_one'),
  },
  {
    name: 'one to one with itself becomes a tree',
    before: [connect('food', 'food', 'has_one/has_one', { known_as: 'twin' })],
    rows: `update :ns.food set twin_id = 'f2' where id = 'f1';`,
    mutation: connect('food', 'food', 'has_one/has_many', { known_as: 'twin' }),
  },
  {
    name: 'one to one with itself becomes a tree with another delete rule',
    before: [connect('food', 'food', 'has_one/has_one', { known_as: 'twin', on_delete: 'restrict' })],
    rows: `update :ns.food set twin_id = 'f2' where id = 'f1';`,
    mutation: connect('food', 'food', 'has_one/has_many', { known_as: 'twin', on_delete: 'set_null' }),
  },
]

const disconnect = (from: string, to: string, known_as?: string): Mutation => ({
  type: 'delete_connection',
  from,
  to,
  ...(known_as !== undefined && { known_as }),
})

export const DISCONNECTED: readonly Case[] = [
  {
    name: 'of a key with values',
    before: [connect('food', 'order', 'has_one/has_many', { on_delete: 'restrict' })],
    rows: `update :ns.food set order_id = 'o1' where id = 'f1';`,
    mutation: disconnect('food', 'order'),
  },
  {
    name: 'of one to one',
    before: [connect('food', 'order', 'has_one/has_one')],
    rows: `update :ns."order" set food_id = 'f1' where id = 'o1';`,
    mutation: disconnect('food', 'order'),
  },
  {
    name: 'of many to many with rows',
    before: [connect('food', 'order', 'has_many/has_many', { known_as: 'side' })],
    rows: `insert into :ns.food_order_as_side (food_id, order_id) values ('f1', 'o1');`,
    mutation: disconnect('food', 'order', 'side'),
  },
]
