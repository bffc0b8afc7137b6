import { describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import type { Connection, LogicalSchema } from '../../../src/logical/schema.ts'
import { applied, model, schemaOf } from '../build.ts'
import { refusalText } from '../refusal.ts'

const schema = schemaOf(model('food'), model('category'), model('users'))

function deleting(model_name: string): Mutation {
  return { type: 'delete_model', model_name }
}

function connected(name: string, connection: Connection): LogicalSchema {
  const models = schema.models.map((each) => (each.name === name ? { ...each, connections: [connection] } : each))
  return { models }
}

describe('delete_model', () => {
  test('removes the model and leaves the others', () => {
    expect(applied(schema, deleting('Foods')).models.map(({ name }) => name)).toEqual(['category', 'users'])
  })

  test.each([
    ['user', 'MODEL_PROTECTED: cannot delete the model user: it is kept for those who sign in to the application'],
    ['User', 'MODEL_PROTECTED: cannot delete the model user: it is kept for those who sign in to the application'],
    ['users', 'MODEL_PROTECTED: cannot delete the model users: it is kept for those who sign in to the application'],
  ])('A57: refuses the protected model %j', (name, expected) => {
    expect(refusalText(() => applied(schema, deleting(name)))).toBe(expected)
  })

  test('A55: refuses a model with connections of its own', () => {
    const outgoing = connected('food', { model: 'category', relation: 'has_one', type: 'forward' })
    expect(refusalText(() => applied(outgoing, deleting('food')))).toBe(
      'MODEL_HAS_CONNECTIONS: model "food" still has 1 outgoing schema connection(s); ' +
        'remove each with delete_connection before deleting the model',
    )
  })

  test('A55: refuses a model that another one is connected to', () => {
    const incoming = connected('category', { model: 'food', relation: 'has_many', type: 'forward' })
    expect(refusalText(() => applied(incoming, deleting('food')))).toBe(
      'MODEL_HAS_CONNECTIONS: model "food" is still referenced from schema model "category" (connection to "food"); ' +
        'remove that relation with delete_connection before deleting the model',
    )
  })

  test('refuses a model that is not there', () => {
    expect(refusalText(() => applied(schema, deleting('drink')))).toBe('MODEL_NOT_FOUND: model to delete not found')
    expect(refusalText(() => applied(schemaOf(), deleting('drink')))).toBe(
      'MODEL_NOT_FOUND: there is no model to delete',
    )
  })
})
