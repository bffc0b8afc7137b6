import { describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import type { Field } from '../../../src/logical/schema.ts'
import { applied, field, fieldOf, model, modelOf, schemaOf } from '../build.ts'
import { refusal } from '../refusal.ts'

const food = schemaOf(
  model('food'),
  field('a'),
  field('b', { validation: { unique: true } }),
  field('doc', { field_type: 'object' }),
  field('x', { parent_field: 'doc' }),
  field('geo', { field_type: 'object', parent_field: 'doc' }),
  field('lat', { parent_field: 'doc.geo' }),
  field('items', { field_type: 'repeated' }),
  field('title', { parent_field: 'items' }),
  field('many', { field_type: 'object', validation: { locals: ['en', 'bn'] } }),
  field('y', { parent_field: 'many' }),
)
const move = (field_name: string, move_type: string, new_position: number, parent_id?: string): Mutation =>
  ({
    type: 'rearrange_field',
    model_name: 'food',
    field_name,
    move_type,
    new_position,
    ...(parent_id !== undefined && { parent_id }),
  }) as Mutation
const names = (fields: readonly Field[] | undefined) => (fields ?? []).map((each) => `${each.serial}${each.identifier}`)
const roots = (mutation: Mutation) => names(modelOf(applied(food, mutation)).fields)

describe('a field moves', () => {
  test('among its siblings, who are numbered anew', () => {
    expect(roots(move('b', 'reorder', 1)).slice(0, 3)).toEqual(['1b', '2a', '3doc'])
    expect(names(fieldOf(applied(food, move('geo', 'reorder', 1, 'doc')), 'doc').sub_field_info)).toEqual([
      '1geo',
      '2x',
    ])
  })

  test('A74: to where it is changes nothing', () => {
    expect(applied(food, move('a', 'reorder', 1))).toBe(food)
    expect(applied(food, move('geo', 'reorder', 2, 'doc'))).toBe(food)
  })

  test('from a parent to the root, however deep it was', () => {
    expect(roots(move('x', 'child_to_parent', 1, 'doc')).slice(0, 2)).toEqual(['1x', '2a'])
    expect(roots(move('lat', 'child_to_parent', 6, 'doc.geo')).at(-1)).toBe('6lat')
  })

  test('one level up, when its own parents are in its name', () => {
    const schema = applied(food, move('doc.geo.lat', 'child_to_parent', 1, '_root.doc'))
    expect(names(fieldOf(schema, 'doc').sub_field_info)).toEqual(['1lat', '2x', '3geo'])
  })

  test('from the root, or from another parent, into a parent at any depth, and keeps its id', () => {
    const down = applied(food, move('a', 'parent_to_child', 2, 'doc.geo'))
    expect(names(fieldOf(down, 'doc', 'geo').sub_field_info)).toEqual(['1lat', '2a'])
    expect(fieldOf(down, 'doc', 'geo', 'a').id).toBe(fieldOf(food, 'a').id)
    const across = applied(food, move('doc.x', 'parent_to_child', 1, '_root.items'))
    expect(names(fieldOf(across, 'items').sub_field_info)).toEqual(['1x', '2_id', '3title'])
  })
})

describe('a move is refused', () => {
  test.each<[string, Mutation, string]>([
    ['an unknown field', move('nowhere', 'reorder', 1), 'FIELD_NOT_FOUND'],
    ['a place that is not there', move('a', 'reorder', 6), 'INPUT_INVALID'],
    ['up without saying from where', move('x', 'child_to_parent', 1), 'INPUT_INVALID'],
    ['down without saying where to', move('a', 'parent_to_child', 1), 'INPUT_INVALID'],
    ['from a parent that is not there', move('x', 'child_to_parent', 1, 'nowhere.at'), 'PARENT_NOT_FOUND'],
    ['into itself', move('doc', 'parent_to_child', 1, 'doc.geo'), 'INPUT_INVALID'],
    ['out of a repeated parent', move('title', 'child_to_parent', 1, 'items'), 'CAST_UNSUPPORTED'],
    ['out of a localised parent', move('y', 'child_to_parent', 1, 'many'), 'CAST_UNSUPPORTED'],
    ['down with a rule that only a column keeps', move('b', 'parent_to_child', 1, 'doc'), 'CONSTRAINT_UNSUPPORTED'],
    ['an element id', move('_id', 'reorder', 2, 'items'), 'FIELD_PROTECTED'],
  ])('%s', (_, mutation, code) => {
    expect(refusal(() => applied(food, mutation)).code).toBe(code)
  })

  test('to where a field of its name is', () => {
    const twice = applied(food, field('a', { parent_field: 'doc' }))
    expect(refusal(() => applied(twice, move('a', 'parent_to_child', 1, 'doc'))).code).toBe('FIELD_EXISTS')
  })
})
