import { describe, expect, test } from 'vitest'
import { applyMutation } from '../../../src/logical/applyMutation.ts'
import { applied, CONTEXT, field, fieldOf, model, modelOf, remove, rename, schemaOf } from '../build.ts'
import { refusal, refusalText } from '../refusal.ts'

const food = schemaOf(
  model('food'),
  field('First Name'),
  field('size', { validation: { locals: ['en', 'bn'] } }),
  field('origin', { field_type: 'object' }),
  field('city', { parent_field: 'origin' }),
)

/** The schema with a relation field on `food`, as a connection makes it. */
const related = {
  models: food.models.map((each) => ({
    ...each,
    fields: each.fields.map((one) => (one.identifier === 'size' ? { ...one, system_generated: true } : one)),
  })),
}

describe('rename', () => {
  test('changes label and identifier and keeps id, place and children', () => {
    const schema = applied(food, rename('origin', 'Place of Origin'))
    expect(fieldOf(schema, 'place_of_origin')).toEqual({
      ...fieldOf(food, 'origin'),
      identifier: 'place_of_origin',
      label: 'Place of Origin',
    })
  })

  test('may change the label alone', () => {
    const schema = applied(food, rename('first_name', 'FIRST name'))
    expect(fieldOf(schema, 'first_name').label).toBe('FIRST name')
  })

  test('to the same label changes nothing', () => {
    expect(applyMutation(food, rename('firstName', ' First Name '), CONTEXT)).toBe(food)
  })

  test('refuses the name of another field', () => {
    expect(refusalText(() => applied(food, rename('first_name', 'Size')))).toBe(
      'FIELD_EXISTS: a field of this name exists already: choose another name',
    )
  })

  test('refuses a name whose column a locale has', () => {
    expect(refusal(() => applied(food, rename('first_name', 'size bn'))).code).toBe('NAME_TAKEN')
  })

  test('refuses protected and invalid names', () => {
    expect(refusal(() => applied(food, rename('size', 'Status'))).code).toBe('FIELD_PROTECTED')
    expect(refusal(() => applied(food, rename('size', '1st'))).code).toBe('NAME_INVALID')
  })
})

describe('delete', () => {
  test('removes the field and closes the gap', () => {
    const schema = applied(food, remove('First Name'))
    expect(modelOf(schema).fields.map(({ serial, identifier }) => [serial, identifier])).toEqual([
      [1, 'size'],
      [2, 'origin'],
    ])
  })
})

describe('both', () => {
  test.each([
    ['rename', rename('city', 'Town')],
    ['delete', remove('city')],
  ])('%s does not find a nested field at the root', (operation, mutation) => {
    expect(refusalText(() => applied(food, mutation))).toBe(`FIELD_NOT_FOUND: field to ${operation} not found`)
  })

  test.each([
    ['rename', rename('size', 'Weight'), rename('ID', 'Key')],
    ['delete', remove('size'), remove('id')],
  ])('%s refuses fields of the system', (operation, generated, id) => {
    expect(refusalText(() => applied(related, generated))).toBe(
      `FIELD_PROTECTED: cannot ${operation} a field that the system generated`,
    )
    expect(refusalText(() => applied(food, id))).toBe(`FIELD_PROTECTED: cannot ${operation} the id of a model`)
  })

  test('refuse an unknown model', () => {
    expect(refusal(() => applied(schemaOf(), remove('size'))).code).toBe('MODEL_NOT_FOUND')
  })
})
