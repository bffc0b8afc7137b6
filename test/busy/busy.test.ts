import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limitsOf } from '../../src/postgres/target/stage/execution.ts'
import { openFleet, type TestFleet } from '../postgres/fleet.ts'
import { runForm } from './course.ts'
import { formOf } from './forms.ts'

const ROWS = 50_000

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(() => fleet?.close())

/** One of each kind of statement: a column, a rule, an index, another type, a table that goes. */
const FIVE = [
  'add_field: required on, empty places filled with the default',
  'add_field: unique on',
  'model_field_operation: text to whole number',
  'model_field_operation: delete of an indexed and unique field',
  'rename_model: of a model with rows',
]

describe('a form of change on a table that an application writes to and reads', () => {
  test.each(FIVE)('%s: keeps nobody waiting, and fails only what its plan says, there and back', async (name) => {
    const result = await runForm(fleet, { form: formOf(name), rows: ROWS, namespace: `busy_${FIVE.indexOf(name)}` })
    console.info(JSON.stringify(result))
    expect(result.unannounced).toEqual([])
    expect(result.longestWaitMs).toBeLessThan(2 * limitsOf({}).lockMs)
    expect(result.statements).toBeGreaterThan(10)
  })
})
