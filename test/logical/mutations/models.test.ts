import { describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { applied, field, model, modelOf, schemaOf } from '../build.ts'
import { refusal, refusalText } from '../refusal.ts'

const plain = schemaOf(model('food'), model('order'), field('Name'), field('Address', { field_type: 'object' }), {
  type: 'add_field',
  model_name: 'order',
  field_label: 'Note',
  field_type: 'text',
})
const related = applied(plain, {
  type: 'create_connection',
  from: 'food',
  to: 'order',
  known_as: 'first',
  forward_connection_type: 'has_one',
  reverse_connection_type: 'has_many',
})
const rename = (model_name: string, new_name: string, more: object = {}): Mutation => ({
  type: 'rename_model',
  model_name,
  new_name,
  ...more,
})
const convert: Mutation = { type: 'convert_model', model_name: 'food' }

describe('rename_model', () => {
  test('keeps the id and everything but the name', () => {
    const { name, ...rest } = modelOf(plain)
    expect(modelOf(applied(plain, rename('food', 'Dishes')), 'dish')).toEqual({ ...rest, name: 'dish' })
    expect(name).toBe('food')
  })

  test('A51: with relations it is refused, unless they are to follow', () => {
    expect(refusalText(() => applied(related, rename('order', 'bill')))).toBe(
      'MODEL_HAS_CONNECTIONS: cannot rename model because it has relations with other models',
    )
    const schema = applied(related, rename('order', 'bill', { with_relations: true }))
    expect(modelOf(schema).connections).toMatchObject([{ model: 'bill', known_as: 'first' }])
    expect(modelOf(schema).fields[0]).toMatchObject({
      id: 'system_order_as_first_id',
      identifier: 'system_bill_as_first_id',
      label: 'System First ID',
    })
  })

  test('to the same name changes nothing, even if it could not be given anew', () => {
    expect(applied(plain, rename('food', 'food'))).toBe(plain)
    const long = schemaOf({ type: 'create_model', name: 'department', single_word: true })
    expect(applied(long, rename('department', 'department'))).toBe(long)
  })

  test.each([
    ['MODEL_EXISTS: model "order" is already defined', 'food', 'Orders'],
    ['MODEL_NOT_FOUND: model "nobody" not found', 'nobody', 'dish'],
    [
      'NAME_RESERVED: a model cannot be named `List`, which stands for the plural of a model in the names of an API: choose another name',
      'food',
      'list',
    ],
  ])('is refused: %s', (text, from, to) => {
    expect(refusalText(() => applied(plain, rename(from, to)))).toBe(text)
  })
})

describe('duplicate_model', () => {
  const duplicate: Mutation = { type: 'duplicate_model', model_name: 'food', new_name: 'Snack' }

  test('A53: copies fields deeply, without relations and what stands for them', () => {
    const schema = applied(related, duplicate)
    expect(modelOf(schema, 'snack')).toMatchObject({ id: 'snack', connections: [] })
    expect(modelOf(schema, 'snack').fields).toEqual(modelOf(plain).fields)
    expect(modelOf(schema, 'snack').fields[0]).not.toBe(modelOf(plain).fields[0])
  })

  test('gives a single record an id of its own', () => {
    const single = applied(plain, convert)
    const schema = applied(single, duplicate)
    expect(modelOf(schema, 'snack').single_record_id).toMatch(/^[0-9a-f-]{36}$/)
    expect(modelOf(schema, 'snack').single_record_id).not.toBe(modelOf(schema).single_record_id)
  })

  test('refuses a name that is taken', () => {
    expect(refusal(() => applied(plain, { ...duplicate, new_name: 'order' } as Mutation)).code).toBe('MODEL_EXISTS')
  })
})

describe('convert_model', () => {
  test('A54: sets flag and id, and clears both', () => {
    const single = applied(plain, convert)
    expect(modelOf(single)).toMatchObject({ single_record: true, single_record_id: expect.any(String) })
    expect(applied(single, convert)).toEqual(plain)
  })

  test('A51: is refused in both directions of a relation', () => {
    const text = 'MODEL_HAS_CONNECTIONS: cannot convert model because it has relations with other models'
    expect(refusalText(() => applied(related, convert))).toBe(text)
    expect(refusalText(() => applied(related, { ...convert, model_name: 'order' } as Mutation))).toBe(text)
  })
})

describe('update_model', () => {
  const update = (patch: object): Mutation => ({ type: 'update_model', model_name: 'food', ...patch })

  test('sets what it names, leaves what it does not, and clears what is null', () => {
    const schema = applied(plain, update({ description: 'eaten', ext: { menu: [1] }, enable_revision: true }))
    expect(modelOf(schema)).toEqual({
      ...modelOf(plain),
      description: 'eaten',
      ext: { menu: [1] },
      enable_revision: true,
    })
    expect(modelOf(applied(schema, update({ description: null })))).toEqual({
      ...modelOf(plain),
      ext: { menu: [1] },
      enable_revision: true,
    })
  })

  test('changes nothing when all is as it says', () => {
    const schema = applied(plain, update({ ext: { a: { b: 1 } } }))
    expect(applied(schema, update({ ext: { a: { b: 1 } } }))).toBe(schema)
    expect(applied(schema, update({ description: null }))).toBe(schema)
  })
})
