import { describe, expect, test } from 'vitest'
import type { Mutation, SimpleMutation } from '../../../src/logical/mutations/index.ts'
import { parseMutation } from '../../../src/logical/parse/parseMutation.ts'
import { applied, field, model, schemaOf } from '../build.ts'
import { refusal, refusalText } from '../refusal.ts'

const set = (...mutations: Mutation[]): Mutation => ({
  type: 'publish_schema_changeset',
  mutations: mutations as SimpleMutation[],
})
const food = schemaOf(model('food'))

describe('a changeset', () => {
  test('comes to the same as its mutations one by one', () => {
    const mutations = [field('Name'), model('order'), field('Code', { serial: 1 })]
    expect(applied(food, set(...mutations))).toEqual(mutations.reduce(applied, food))
  })

  test('that changes nothing is the same schema', () => {
    expect(applied(food, set({ type: 'update_model', model_name: 'food', description: null }))).toBe(food)
  })

  test('names all mutations that do not apply, and applies none', () => {
    const refused = refusal(() => applied(food, set(field('Name'), field('name'), model('food'), field('Code'))))
    expect(refused).toMatchObject({ code: 'CHANGESET_CONFLICT', path: 'mutations[1]' })
    expect(refused.message).toBe(
      `2 of 4 mutations do not apply, so none was: mutations[1] (add_field) FIELD_EXISTS: a field with identifier 'name' already exists; ` +
        'mutations[2] (create_model) MODEL_EXISTS: model "food" is already defined',
    )
    expect(refused.details).toMatchObject({ conflicts: [{ index: 1 }, { index: 2 }] })
  })

  test('tells refusals that only follow from another one by their number, and by their cause in the details', () => {
    const user = 'user'
    const kinds = { forward_connection_type: 'has_one', reverse_connection_type: 'has_many' } as const
    const relation = { type: 'create_connection', ...kinds } as const
    const refused = refusal(() =>
      applied(
        food,
        set(
          model(user),
          field('Mail', { model_name: 'Users' }),
          field('Mail', { model_name: user }),
          { ...relation, from: user, to: 'food' },
          field('status'),
          { type: 'model_field_operation', operation: 'delete', model_name: 'food', field_name: 'status' },
          { type: 'model_field_operation', operation: 'delete', model_name: 'food', field_name: 'other' },
        ),
      ),
    )
    expect(refused.message).toMatch(
      /^7 of 7 mutations do not apply, so none was: mutations\[0\] \(create_model\) NAME_RESERVED/,
    )
    expect(refused.message).toMatch(/mutations\[6\] [^;]*; 3 more fail only because of these$/)
    const { conflicts } = refused.details as { conflicts: { because_of: number | null }[] }
    expect(conflicts.map(({ because_of }) => because_of)).toEqual([null, null, 0, 0, null, 4, null])
  })

  test('is what an array means', () => {
    expect(parseMutation([{ type: 'create_model', name: 'food' }])).toEqual(set(model('food')))
  })

  test.each<[unknown, string]>([
    [[{ type: 'create_model' }], 'NAME_REQUIRED: model name is required'],
    [[model('food'), { type: 'create_model', name: 5 }], 'INPUT_INVALID: mutation.mutations[1].name: must be a text'],
    [[5], 'INPUT_INVALID: mutation.mutations[0]: must be an object'],
    [[set(model('food'))], 'INPUT_INVALID: mutation.mutations[0].type: a changeset cannot hold another changeset'],
    [{ ...set(model('food')), changeset_id: 'c1' }, 'INPUT_INVALID: mutation.changeset_id: unknown key'],
  ])('%j is refused', (value, text) => {
    expect(refusalText(() => parseMutation(value))).toBe(text)
  })
})
