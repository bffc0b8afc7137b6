import { describe, expect, test } from 'vitest'
import { applyMutation } from '../../../src/logical/applyMutation.ts'
import { applied, CONTEXT, field, model, modelOf, schemaOf } from '../build.ts'
import { refusal, refusalText } from '../refusal.ts'

describe('create_model', () => {
  test('appends a model without fields or connections', () => {
    const schema = schemaOf(model('tag'), { type: 'create_model', name: 'Food Orders', description: 'what they eat' })
    expect(schema.models).toEqual([
      { id: 'tag', name: 'tag', fields: [], connections: [] },
      { id: 'food_order', name: 'food_order', description: 'what they eat', fields: [], connections: [] },
    ])
  })

  test('A46: refuses a model that is already defined, however it is spelt', () => {
    expect(refusalText(() => applied(schemaOf(model('food_order')), model('foodOrder')))).toBe(
      'MODEL_EXISTS: model "food_order" is already defined',
    )
  })

  test('A47: asks for a word boundary, and takes one long word when single_word says so', () => {
    expect(refusal(() => schemaOf(model('foodorder'))).code).toBe('NAME_NEEDS_WORD_BOUNDARY')
    const schema = schemaOf({ type: 'create_model', name: 'Department', single_word: true })
    expect(schema.models).toEqual([{ id: 'department', name: 'department', fields: [], connections: [] }])
  })

  test('gives a single-record model the id of its record, made from the operation', () => {
    const single = { type: 'create_model', name: 'setting', single_record: true } as const
    const made = modelOf(schemaOf(single), 'setting')
    expect(made.single_record).toBe(true)
    expect(made.single_record_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(modelOf(schemaOf(single), 'setting')).toEqual(made)
    const elsewhere = applyMutation({ models: [] }, single, { operationId: 'op-2' })
    expect(modelOf(elsewhere, 'setting').single_record_id).not.toBe(made.single_record_id)
  })

  test('keeps is_common_model and leaves out what is off', () => {
    const schema = schemaOf({ type: 'create_model', name: 'tag', single_record: false, is_common_model: true })
    expect(schema.models[0]).toEqual({ id: 'tag', name: 'tag', is_common_model: true, fields: [], connections: [] })
  })

  test('gives another id when a renamed model holds it', () => {
    const renamed = { models: schemaOf(model('food')).models.map((each) => ({ ...each, name: 'meal' })) }
    const schema = applyMutation(renamed, { type: 'create_model', name: 'food' }, CONTEXT)
    expect(schema.models.map(({ id, name }) => [id, name])).toEqual([
      ['food', 'meal'],
      ['food_2', 'food'],
    ])
  })

  test('refuses a name that an index or a key of another model has', () => {
    const schema = schemaOf(model('food'), field('name', { enable_indexing: true, validation: { unique: true } }))
    expect(refusal(() => applied(schema, model('idx_food_name')))).toMatchObject({
      code: 'NAME_TAKEN',
      message: 'the index of field "food.name" and model "idx_food_name" would both be named "idx_food_name"',
    })
    expect(refusal(() => applied(schema, model('food_pkey'))).code).toBe('NAME_TAKEN')
    expect(refusal(() => applied(schema, model('food_name_key'))).code).toBe('NAME_TAKEN')
  })
})
