import { z } from 'zod'
import { MutationRejected } from '../../errors.ts'
import { findModel } from '../find.ts'
import { NOTHING_MADE } from '../made.ts'
import type { MutationDefinition } from '../mutation.ts'
import { looseModelName } from '../names/names.ts'
import { nameArgument } from '../parse/arguments.ts'
import type { LogicalSchema, Model } from '../schema.ts'

const input = z.strictObject({ model_name: nameArgument('model') })

/** The arguments of `delete_model`. */
export type DeleteModelInput = z.infer<typeof input>

const PROTECTED = new Map([
  ['user', 'cannot delete the model user: it is kept for those who sign in to the application'],
  ['users', 'cannot delete the model users: it is kept for those who sign in to the application'],
])

/** Removes a model that no connection leaves or reaches. */
export const deleteModel: MutationDefinition<'delete_model', DeleteModelInput> = {
  type: 'delete_model',
  input,
  summary: ({ model_name }) => model_name,
  makes: NOTHING_MADE,
  apply(schema, given) {
    const refusal = PROTECTED.get(looseModelName(given.model_name))
    if (refusal !== undefined) throw new MutationRejected('MODEL_PROTECTED', refusal, { path: 'model_name' })
    const notFound = schema.models.length === 0 ? 'there is no model to delete' : 'model to delete not found'
    const model = findModel(schema, given.model_name, notFound)
    refuseConnections(schema, model)
    return { ...schema, models: schema.models.filter((each) => each !== model) }
  },
}

function refuseConnections(schema: LogicalSchema, model: Model): void {
  const count = model.connections.length
  if (count > 0) {
    throw new MutationRejected(
      'MODEL_HAS_CONNECTIONS',
      `model "${model.name}" still has ${count} outgoing schema connection(s); ` +
        'remove each with delete_connection before deleting the model',
      { details: { connections: count } },
    )
  }
  const other = schema.models.find((each) => each.connections.some((connection) => connection.model === model.name))
  if (other === undefined) return
  throw new MutationRejected(
    'MODEL_HAS_CONNECTIONS',
    `model "${model.name}" is still referenced from schema model "${other.name}" (connection to "${model.name}"); ` +
      'remove that relation with delete_connection before deleting the model',
    { details: { referenced_from: other.name } },
  )
}
