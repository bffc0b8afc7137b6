/** A failure that a test makes up: an update of `food.price`, by an application that has just looked. */
import type { Look } from './lookups.ts'
import type { ColumnPlace, TablePlace } from './places.ts'
import type { Statement } from './statements.ts'
import type { Announced, Failure } from './verdict.ts'

const PRICE: ColumnPlace = {
  cell: 'price/',
  kind: 'int',
  column: 'price',
  keys: [],
  notNull: false,
  unique: false,
  choices: null,
  fallback: null,
  references: null,
  within: [],
}

const FOOD: TablePlace = { model: 'food', table: 'food', single: false, columns: [PRICE], related: false }

/** A tenant whose table `food` has this one column. */
export function lookOf(column: string): Look {
  const seen = { name: column, number: 2, type: 'integer', notNull: false, default: null, rules: [] }
  return { revision: 1, hash: 'one', tables: [{ id: '1', name: 'food', columns: [seen] }] }
}

/** An operation that touches the column; its plan names no hazard. */
export function announcement(change: Partial<Announced> = {}): Announced {
  return {
    operation: 'op-1',
    hazards: [],
    touches: new Set(['food.price']),
    rules: new Set(),
    names: new Map([['food', ['food', 'food']]]),
    ...change,
  }
}

/** The failure, at which no operation was at work. */
export function failureOf(change: Partial<Failure> = {}): Failure {
  const column = { name: 'price', number: 2, meaning: { table: FOOD, column: PRICE, schema: 'one' } }
  const statement: Statement = {
    kind: 'update',
    text: 'update food set price = 5',
    values: ['a1', 5],
    prepared: false,
    row: 'a1',
    reads: [],
    table: { id: '1', name: 'food', place: FOOD, columns: [column] },
    sent: [{ column, value: 5 }],
  }
  return {
    tenant: 'shop/a',
    statement,
    code: '42703',
    message: 'column "price" does not exist',
    early: false,
    times: 1,
    before: lookOf('price'),
    after: lookOf('price'),
    announced: [],
    ...change,
  }
}
