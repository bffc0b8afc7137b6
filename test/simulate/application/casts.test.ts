/** The casts of this folder beside those of the product, on a real Postgres. */
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { castBackSql, castSql } from '../../../src/physical/changes/sql/castSql.ts'
import { ensureBookkeeping } from '../../../src/postgres/target/bookkeeping/bookkeeping.ts'
import { type FreshDatabase, freshDatabase } from '../../fixtures/database.ts'
import { asText, type CellKind, castBack, castValue } from './casts.ts'

type Kind = Exclude<CellKind, 'key'>

const TYPES: Readonly<Record<Kind, string>> = {
  text: 'text',
  int: 'integer',
  double: 'numeric',
  boolean: 'boolean',
  date: 'date',
  list: 'jsonb',
  object: 'jsonb',
  repeated: 'jsonb',
  media: 'jsonb',
}

const FORWARD: readonly (readonly [Kind, Kind, readonly unknown[]])[] = [
  ['text', 'int', ['12', ' 7 ', '-3', '12.5', 'x', '', '99999999999']],
  ['text', 'double', ['12', '12.25', '.5', '1e3', 'x', '']],
  ['text', 'boolean', ['yes', 'No', 'TRUE', '0', '1', 'x', '']],
  ['text', 'date', ['2024-02-29', '2023-02-29', '2024-2-9', 'x']],
  ['text', 'list', ['a', '']],
  ['int', 'text', [12, -3]],
  ['int', 'double', [12]],
  ['int', 'boolean', [0, 1, 2]],
  ['int', 'list', [5]],
  ['double', 'text', [12.25, 3]],
  ['double', 'int', [12, 12.25, 99999999999]],
  ['double', 'list', [1.5]],
  ['boolean', 'text', [true, false]],
  ['boolean', 'int', [true, false]],
  ['boolean', 'double', [true]],
  ['date', 'text', ['2024-02-29']],
  ['list', 'text', [['a', "b'c"], []]],
  ['list', 'repeated', [['a', 'b'], []]],
  ['object', 'text', [{ town: 'x', zip: 5, by: { a: [1] } }]],
  ['object', 'repeated', [{ town: 'x' }]],
  ['repeated', 'text', [[{ town: 'x' }]]],
  ['repeated', 'list', [[{ town: 'x' }]]],
]

const BACKWARD: readonly (readonly [Kind, Kind, readonly unknown[]])[] = [
  ['text', 'list', [['a', 'b'], []]],
  ['list', 'text', ['["a"]', 'no document']],
  ['object', 'text', ['{"a": 1}']],
  ['list', 'repeated', [[{ value: 'a' }, { value: 'b' }]]],
  ['object', 'repeated', [[{ town: 'x' }]]],
  ['int', 'text', ['12', 'x']],
]

let database: FreshDatabase
let client: pg.Client

beforeAll(async () => {
  database = await freshDatabase()
  client = new pg.Client(database.url)
  await client.connect()
  await ensureBookkeeping(client)
})

afterAll(async () => {
  await client.end()
  await database.drop()
})

/** As the product has it; an empty list for nothing. */
async function product(sql: string, kind: Kind, value: unknown): Promise<readonly unknown[]> {
  const given = TYPES[kind] === 'jsonb' ? JSON.stringify(value) : value
  const over = sql.replaceAll('$1', `($1::text)::${TYPES[kind]}`)
  const { rows } = await client.query<{ value: unknown }>(`select to_jsonb(${over}) as value`, [given])
  return rows[0]?.value === null ? [] : [rows[0]?.value]
}

describe('the casts of the shadow copy', () => {
  it.each(FORWARD)('agree with those of the product from %s to %s', async (from, to, values) => {
    for (const value of values)
      expect(castValue(value, from, to)).toEqual(await product(castSql(from, to), from, value))
  })

  it.each(BACKWARD)('agree with what the product makes of %s that became %s', async (from, to, values) => {
    for (const value of values)
      expect(castBack(value, to, from)).toEqual(await product(castBackSql(from, to), to, value))
  })

  it('write documents as Postgres does', async () => {
    const document = { zip: 5, town: 'x', b: [1, { c: null }], 'ä"': true }
    const { rows } = await client.query<{ text: string }>('select $1::jsonb::text as text', [JSON.stringify(document)])
    expect(asText(document)).toBe(rows[0]?.text)
  })
})
