import { describe, expect, test } from 'vitest'
import { findModel, resolveParent } from '../../src/logical/find.ts'
import type { Model } from '../../src/logical/schema.ts'
import { field, model, modelOf, schemaOf } from './build.ts'
import { refusalText } from './refusal.ts'

describe('a model', () => {
  const schema = schemaOf(model('food_order'), { type: 'create_model', name: 'Department', single_word: true })

  test.each(['food_order', 'foodOrder', 'Food Orders'])('is found as %j', (name) => {
    expect(findModel(schema, name).name).toBe('food_order')
  })

  test('is never refused by the rules for new names', () => {
    expect(findModel(schema, 'Departments').name).toBe('department')
    expect(refusalText(() => findModel(schema, 'foodorder'))).toBe('MODEL_NOT_FOUND: model "foodorder" not found')
  })

  test('with exactly the given name is preferred', () => {
    const [first] = schema.models
    const odd: Model = { ...modelOf(schema, 'department'), id: 'odd', name: 'foodOrder' }
    expect(first && findModel({ models: [first, odd] }, 'foodOrder').id).toBe('odd')
  })

  test('that is not there is named in the refusal, cut when it is long', () => {
    expect(refusalText(() => findModel(schema, 'x'.repeat(500)))).toBe(
      `MODEL_NOT_FOUND: model "${'x'.repeat(60)}..." not found`,
    )
  })
})

describe('a field', () => {
  const food = modelOf(
    schemaOf(
      model('food'),
      field('First Name'),
      field('address', { field_type: 'object' }),
      field('geo', { field_type: 'object', parent_field: 'address' }),
      field('City', { parent_field: 'address.geo' }),
      field('shop', { field_type: 'repeated' }),
      field('geo', { field_type: 'object', parent_field: 'shop' }),
      field('extra', { field_type: 'object' }),
      field('extra', { field_type: 'object', parent_field: 'address' }),
    ),
  )

  test.each([
    [undefined, []],
    ['', []],
    ['_root', []],
    ['address', ['address']],
    ['Address', ['address']],
    ['address.geo', ['address', 'geo']],
    ['Address.Geo', ['address', 'geo']],
    ['_root.address.geo', ['address', 'geo']],
    ['_root.extra', ['extra']],
    ['address.extra', ['address', 'extra']],
  ])('has the parent %j at %j', (given, expected) => {
    expect(resolveParent(food, given)).toEqual(expected)
  })

  test.each([
    ['geo', 'PARENT_AMBIGUOUS: parent field "geo" is ambiguous: give one of the paths address.geo, shop.geo'],
    ['extra', 'PARENT_AMBIGUOUS: parent field "extra" is ambiguous: give one of the paths _root.extra, address.extra'],
    ['nowhere', 'PARENT_NOT_FOUND: parent field not found'],
    ['address.nowhere', 'PARENT_NOT_FOUND: parent field not found'],
    ['address..geo', 'PARENT_NOT_FOUND: parent field not found'],
    ['first_name', 'PARENT_NOT_FOUND: parent field not found'],
  ])('has no parent %j', (given, expected) => {
    expect(refusalText(() => resolveParent(food, given))).toBe(expected)
  })
})
