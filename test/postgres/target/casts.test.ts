import { afterAll, beforeAll, expect, test } from 'vitest'
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
