import { z } from 'zod'
import { MutationRejected } from '../../errors.ts'
import { freeId, singleRecordId } from '../ids.ts'
import { madeModel } from '../made.ts'
import type { MutationContext, MutationDefinition } from '../mutation.ts'
import { refuseNameCollisions } from '../names/collisions.ts'
import { canonicalModelName } from '../names/names.ts'
import { nameArgument } from '../parse/arguments.ts'
import type { LogicalSchema, Model } from '../schema.ts'

const input = z.strictObject({
  name: nameArgument('model'),
  single_record: z.boolean().exactOptional(),
  single_word: z.boolean().exactOptional(),
  is_common_model: z.boolean().exactOptional(),
  description: z.string().exactOptional(),
})

/** The arguments of `create_model`. */
export type CreateModelInput = z.infer<typeof input>

/** Appends a model without fields. */
export const createModel: MutationDefinition<'create_model', CreateModelInput> = {
  type: 'create_model',
  input,
  summary: ({ name }) => name,
  makes: ({ name }) => madeModel(name),
  apply(schema, given, context) {
    const name = canonicalModelName(given.name, { singleWord: given.single_word ?? false })
    if (schema.models.some((model) => model.name === name)) {
      throw new MutationRejected('MODEL_EXISTS', `model "${name}" is already defined`, { path: 'name' })
    }
    const next = { ...schema, models: [...schema.models, newModel(schema, name, given, context)] }
    refuseNameCollisions(next)
    return next
  },
}

function newModel(schema: LogicalSchema, name: string, given: CreateModelInput, context: MutationContext): Model {
  const taken = schema.models.map((model) => model.id)
  const id = freeId(name, taken)
  return {
    id,
    name,
    ...(given.description !== undefined && { description: given.description }),
    ...(given.single_record && { single_record: true, single_record_id: singleRecordId(context.operationId, id) }),
    ...(given.is_common_model !== undefined && { is_common_model: given.is_common_model }),
    fields: [],
    connections: [],
  }
}
