import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SagaError } from '../../src/errors.ts'
import { applyMutation } from '../../src/logical/applyMutation.ts'
import { columnOf } from '../../src/logical/fields/fieldTypes.ts'
import { localesOf } from '../../src/logical/fields/locales.ts'
import { findModel } from '../../src/logical/find.ts'
import { fieldIds } from '../../src/logical/ids.ts'
import { MUTATION_TYPES } from '../../src/logical/mutations/index.ts'
import { refuseNameCollisions } from '../../src/logical/names/collisions.ts'
import { parseMutation } from '../../src/logical/parse/parseMutation.ts'
import { isRelationField, relationFieldIdentifier } from '../../src/logical/relations/relationFields.ts'
import { keyColumnsOf, pivotOf, relationsOf } from '../../src/logical/relations/relations.ts'
import type { Field } from '../../src/logical/schema.ts'
import { propertyRuns } from '../fixtures/propertyRuns.ts'
import { arbitraryInput, arbitraryMutation, arbitrarySchema, arbitrarySteps } from './arbitraries.ts'
import { deepFreeze } from './deepFreeze.ts'

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
      const names = relationsOf(schema).flatMap((relation) => [
        ...keyColumnsOf(relation).map(({ column }) => column),
        ...[pivotOf(relation)].flatMap((pivot) =>
          pivot === null ? [] : [pivot.name, pivot.from.column, pivot.to.column],
        ),
      ])
      for (const name of names) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63)
      const fields = schema.models.flatMap((model) => model.fields).filter((field) => !isRelationField(field))
      for (const field of fields) {
        const column = columnOf(field)
        if (column.notNull) expect(column.default).not.toBeNull()
        for (const locale of localesOf(field)) expect(Buffer.byteLength(locale.column)).toBeLessThanOrEqual(63)
      }
    }),
  )
})

test('in every schema that can be reached, a connection has its other side, and each has-one side its field', () => {
  fc.assert(
    fc.property(arbitrarySchema, (schema) => {
      const relations = relationsOf(schema)
      const connections = schema.models.flatMap((model) => model.connections)
      expect(connections).toHaveLength(relations.length * 2)
      for (const model of schema.models) {
        const hasOne = model.connections.filter(({ relation }) => relation === 'has_one')
        const wanted = new Set(hasOne.map((each) => relationFieldIdentifier(each.model, each.known_as)))
        const found = model.fields.filter((field) => field.system_generated).map((field) => field.identifier)
        expect(found.sort()).toEqual([...wanted].sort())
      }
    }),
  )
})

test('an input either applies or is refused with a code, and no schema is ever changed in place', () => {
  fc.assert(
    fc.property(arbitrarySchema, arbitraryInput, (schema, input) => {
      deepFreeze(schema)
      try {
        applyMutation(schema, deepFreeze(parseMutation(input)), { operationId: 'law' })
      } catch (error) {
        expect(error).toBeInstanceOf(SagaError)
        expect((error as SagaError).code).toMatch(/^[A-Z_]+$/)
      }
    }),
    { numRuns: propertyRuns(500) },
  )
})

test('the generators reach every type of mutation, every operation on fields and every field type', () => {
  const steps = fc.sample(arbitrarySteps({ max: 30 }), { numRuns: 300, seed: 1 }).flat()
  const mutations = steps.map(({ mutation }) => mutation)
  expect(new Set(mutations.map(({ type }) => type))).toEqual(new Set(MUTATION_TYPES))
  const operations = mutations.flatMap((each) => (each.type === 'model_field_operation' ? [each.operation] : []))
  expect([...new Set(operations)].sort()).toEqual(['change_type', 'delete', 'duplicate', 'move', 'rename'])
  const moves = mutations.flatMap((each) => (each.type === 'rearrange_field' ? [each.move_type] : []))
  expect([...new Set(moves)].sort()).toEqual(['child_to_parent', 'parent_to_child', 'reorder'])
  expect(mutations.some((each) => each.type === 'add_field' && each.is_update)).toBe(true)
  const fields = steps.flatMap(({ after }) => after.models.flatMap((model) => model.fields))
  expect(new Set(fields.map((field) => field.field_type)).size).toBe(9)
  const schema = steps.at(-1)?.after ?? { models: [] }
  expect(fc.sample(arbitraryMutation(schema), 20)).toHaveLength(20)
})
