import { describe, expect, test } from 'vitest'
import { fieldIds } from '../../../src/logical/ids.ts'
import { MUTATIONS, type Mutation } from '../../../src/logical/mutations/index.ts'
import { applied, field, fieldOf, model, modelOf, schemaOf } from '../build.ts'
import { refusal, refusalText } from '../refusal.ts'

const food = schemaOf(
  model('food'),
  field('Name', { enable_indexing: true, validation: { unique: true, locals: ['en', 'bn'] } }),
  field('Address', { field_type: 'object' }),
  field('City', { parent_field: 'address' }),
  field('Geo', { field_type: 'object', parent_field: 'address' }),
  field('City', { parent_field: 'address.geo' }),
)
const operate = (operation: string, field_name: string, more: object = {}): Mutation =>
  ({ type: 'model_field_operation', operation, model_name: 'food', field_name, ...more }) as Mutation

describe('nested fields', () => {
  test('are renamed and deleted where their parent says, or where their dotted name does', () => {
    const renamed = applied(food, operate('rename', 'city', { parent_field: 'geo', new_name: 'Town' }))
    expect(fieldOf(renamed, 'address', 'geo', 'town').id).toBe(fieldOf(food, 'address', 'geo', 'city').id)
    expect(fieldOf(renamed, 'address', 'city')).toEqual(fieldOf(food, 'address', 'city'))
    const removed = applied(food, operate('delete', 'address.geo.city'))
    expect(fieldOf(removed, 'address', 'geo').sub_field_info).toEqual([])
    expect(fieldOf(removed, 'address', 'city')).toEqual(fieldOf(food, 'address', 'city'))
  })

  test('are not found at the root', () => {
    expect(refusalText(() => applied(food, operate('delete', 'city')))).toBe(
      'FIELD_NOT_FOUND: field to delete not found',
    )
  })
})

describe('a duplicate', () => {
  const duplicate = operate('duplicate', 'address', { new_name: 'Second Address' })

  test('is the last of its siblings, with ids of its own all the way down', () => {
    const schema = applied(food, duplicate)
    const ids = fieldIds(modelOf(schema).fields)
    expect(new Set(ids).size).toBe(ids.length)
    expect(fieldOf(schema, 'second_address')).toMatchObject({
      serial: 3,
      label: 'Second Address',
      field_type: 'object',
    })
    expect(fieldOf(schema, 'second_address', 'geo', 'city')).toMatchObject({ identifier: 'city', field_type: 'text' })
  })

  test('keeps all rules', () => {
    const schema = applied(food, operate('duplicate', 'name', { new_name: 'Dish' }))
    const { validation, enable_indexing } = fieldOf(food, 'name')
    expect(fieldOf(schema, 'dish')).toMatchObject({ validation, enable_indexing })
  })

  test('says of which field it is the copy, which no comparison of schemas shows', () => {
    const { copies } = MUTATIONS.model_field_operation
    const input = duplicate as Extract<Mutation, { type: 'model_field_operation' }>
    expect(copies?.(food, applied(food, duplicate), input)).toEqual([
      { model: 'food', from: 'address', to: 'second_address' },
    ])
  })

  test.each([
    ['address', 'Name', 'FIELD_EXISTS'],
    ['nowhere', 'Dish', 'FIELD_NOT_FOUND'],
    ['id', 'Dish', 'FIELD_PROTECTED'],
    ['name', 'Status', 'FIELD_PROTECTED'],
    ['name', 'Address bn', 'NAME_TAKEN'],
  ])('of %s to "%s" is refused: %s', (from, new_name, code) => {
    const taken = applied(food, field('Address', { parent_field: 'geo' }))
    const schema = code === 'NAME_TAKEN' ? applied(taken, field('Address bn bn')) : taken
    expect(refusal(() => applied(schema, operate('duplicate', from, { new_name }))).code).toBe(code)
  })
})
