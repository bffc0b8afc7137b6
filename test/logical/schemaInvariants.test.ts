import fc from 'fast-check'
import { expect, test } from 'vitest'
import { refuseNameCollisions } from '../../src/logical/collisions.ts'
import { columnOf } from '../../src/logical/fieldTypes.ts'
import { findModel } from '../../src/logical/find.ts'
import { fieldIds } from '../../src/logical/ids.ts'
import { localesOf } from '../../src/logical/locales.ts'
import type { Field } from '../../src/logical/schema.ts'
import { arbitraryMutation, arbitrarySchema, arbitrarySteps } from './arbitraries.ts'

function checkSerials(fields: readonly Field[]): void {
  expect(fields.map((field) => field.serial)).toEqual(fields.map((_, index) => index + 1))
  expect(new Set(fields.map((field) => field.identifier)).size).toBe(fields.length)
  for (const field of fields) checkSerials(field.sub_field_info ?? [])
}

test('in every schema that can be reached, ids, names and positions are what they should be', () => {
  fc.assert(
    fc.property(arbitrarySchema, (schema) => {
      refuseNameCollisions(schema)
      expect(new Set(schema.models.map((model) => model.id)).size).toBe(schema.models.length)
      for (const model of schema.models) {
        expect(findModel(schema, model.name)).toBe(model)
        expect(new Set(fieldIds(model.fields)).size).toBe(fieldIds(model.fields).length)
        checkSerials(model.fields)
      }
    }),
  )
})

test('in every schema that can be reached, each root field has columns that fit Postgres', () => {
  fc.assert(
    fc.property(arbitrarySchema, (schema) => {
      for (const field of schema.models.flatMap((model) => model.fields)) {
        const column = columnOf(field)
        if (column.notNull) expect(column.default).not.toBeNull()
        for (const locale of localesOf(field)) expect(Buffer.byteLength(locale.column)).toBeLessThanOrEqual(63)
      }
    }),
  )
})

test('the generators reach every kind of mutation and every field type', () => {
  const steps = fc.sample(arbitrarySteps({ max: 30 }), { numRuns: 200, seed: 1 }).flat()
  const seen = new Set(steps.map(({ mutation }) => ('operation' in mutation ? mutation.operation : mutation.type)))
  expect([...seen].sort()).toEqual(['add_field', 'create_model', 'delete', 'delete_model', 'rename'])
  const fields = steps.flatMap(({ after }) => after.models.flatMap((model) => model.fields))
  expect(new Set(fields.map((field) => field.field_type)).size).toBe(9)
  expect(fields.some((field) => (field.sub_field_info ?? []).some((child) => !child.system_generated))).toBe(true)
  const schema = steps.at(-1)?.after ?? { models: [] }
  expect(fc.sample(arbitraryMutation(schema), 20)).toHaveLength(20)
})
