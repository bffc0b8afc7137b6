import { describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { applied, field, fieldOf, model, modelOf, schemaOf } from '../build.ts'
import { refusal, refusalText } from '../refusal.ts'

const food = schemaOf(
  model('food'),
  field('Name', { validation: { required: true, hide: true, locals: ['en', 'bn'] }, field_description: 'what it is' }),
  field('Course', { field_type: 'list', validation: { fixed_list_elements: ['a', 'b'] } }),
  field('Address', { field_type: 'object' }),
  field('City', { parent_field: 'address' }),
)
const update = (field_label: string, more: object = {}): Mutation =>
  ({ type: 'add_field', is_update: true, model_name: 'food', field_label, ...more }) as Mutation

describe('an update of a field', () => {
  test('merges its rules key by key, and null clears one', () => {
    const schema = applied(food, update('name', { validation: { required: null, placeholder: 'dish' } }))
    expect(fieldOf(schema, 'name').validation).toEqual({ hide: true, locals: ['en', 'bn'], placeholder: 'dish' })
    expect(fieldOf(schema, 'name').description).toBe('what it is')
  })

  test('clears a description, and all rules at once', () => {
    const schema = applied(food, update('NAME', { field_description: null, validation: null }))
    expect(fieldOf(schema, 'name')).not.toHaveProperty('description')
    expect(fieldOf(schema, 'name')).not.toHaveProperty('validation')
  })

  test('keeps the children of an object and moves it to another place', () => {
    const schema = applied(food, update('address', { serial: 1, field_description: 'where' }))
    expect(modelOf(schema).fields.map((each) => each.identifier)).toEqual(['address', 'name', 'course'])
    expect(fieldOf(schema, 'address', 'city')).toEqual(fieldOf(food, 'address', 'city'))
  })

  test('reaches nested fields', () => {
    const schema = applied(food, update('city', { parent_field: 'address', validation: { required: true } }))
    expect(fieldOf(schema, 'address', 'city').validation).toEqual({ required: true })
  })

  test('that says what is so already is the same schema', () => {
    expect(applied(food, update('name'))).toBe(food)
    expect(applied(food, update('name', { serial: 1, validation: { required: true } }))).toBe(food)
  })

  test.each<[string, Mutation, string]>([
    ['A66: an unknown field', update('nowhere'), 'FIELD_NOT_FOUND'],
    ['another type', update('name', { field_type: 'number' }), 'TYPE_MISMATCH'],
    ['another input type', update('name', { input_type: 'int' }), 'TYPE_MISMATCH'],
    ['a default outside the list', update('course', { validation: { default: 'z' } }), 'TYPE_MISMATCH'],
    [
      'required without a default that it needs',
      update('course', { validation: { required: true } }),
      'DEFAULT_REQUIRED',
    ],
    ['unique on an object', update('address', { validation: { unique: true } }), 'CONSTRAINT_UNSUPPORTED'],
    [
      'an index on a nested field',
      update('city', { parent_field: 'address', enable_indexing: true }),
      'CONSTRAINT_UNSUPPORTED',
    ],
    [
      'locales on a nested field',
      update('city', { parent_field: 'address', validation: { locals: ['en'] } }),
      'CONSTRAINT_UNSUPPORTED',
    ],
    ['a place that is not there', update('name', { serial: 4 }), 'INPUT_INVALID'],
    ['the id', update('ID'), 'FIELD_PROTECTED'],
  ])('is refused: %s', (_, mutation, code) => {
    expect(refusal(() => applied(food, mutation)).code).toBe(code)
  })

  test('a list of anything cannot become a choice from a list', () => {
    const tags = applied(food, field('Tags', { field_type: 'list' }))
    expect(refusalText(() => applied(tags, update('tags', { validation: { fixed_list_elements: ['a'] } })))).toBe(
      'CAST_UNSUPPORTED: a list of any values cannot become a single choice from a fixed list: its values are many',
    )
  })

  test('a model whose name could not be given anew is found all the same', () => {
    const schema = schemaOf(
      { type: 'create_model', name: 'department', single_word: true },
      {
        type: 'add_field',
        model_name: 'department',
        field_label: 'Name',
        field_type: 'text',
      },
    )
    const next = applied(schema, {
      ...update('name', { serial: 1, field_description: 'x' }),
      model_name: 'Departments',
    } as Mutation)
    expect(modelOf(next, 'department').fields[0]?.description).toBe('x')
  })
})
