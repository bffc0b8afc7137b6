import { afterAll, beforeAll, expect, test } from 'vitest'
import { castSql } from '../../../src/physical/changes/sql/castSql.ts'
import { openFleet, type TestFleet, target } from '../fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
  await target(fleet, 'shop')
})
afterAll(() => fleet?.close())

test.each([
  ['a document that is nested too deeply', `text_to_json_v1(repeat('[', 100000))`],
  [
    'a document inside a document that is nested too deeply',
    `json_cast_v1(to_jsonb(repeat('[', 100000)), 'list', 'text', true)`,
  ],
  ['a number of more digits than Postgres takes', `text_to_numeric_v1(repeat('9', 200000))`],
  ['a fraction of more digits than Postgres takes', `text_to_numeric_v1('.' || repeat('9', 20000))`],
])('%s does not fit, and never fails the write of the application', async (_, call) => {
  const { rows } = await fleet.client.query(`SELECT schema_saga_target.${call} AS value`)
  expect(rows).toEqual([{ value: null }])
})

test.each([
  ['0001-01-01', '0001-01-01'],
  ['12024-02-29', '12024-02-29'],
  ['0044-03-15 BC', null],
  ['infinity', null],
  ['-infinity', null],
])('the date %s becomes the text %s, and never another day', async (date, told) => {
  const sql = castSql('date', 'text').replaceAll('$1', 'given')
  const { rows } = await fleet.client.query(`SELECT ${sql} AS value FROM (SELECT $1::date AS given) one`, [date])
  expect(rows).toEqual([{ value: told }])
})
