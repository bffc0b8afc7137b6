import { z } from 'zod'
import { findModel } from '../find.ts'
import { freeId, singleRecordId } from '../ids.ts'
import { madeModel } from '../made.ts'
import { refuseModelName } from '../models.ts'
import type { MutationDefinition } from '../mutation.ts'
import { refuseNameCollisions } from '../names/collisions.ts'
import { canonicalModelName } from '../names/names.ts'
import { nameArgument } from '../parse/arguments.ts'
import { isRelationField } from '../relations/relationFields.ts'
import type { Model } from '../schema.ts'

const input = z.strictObject({
  model_name: nameArgument('model'),
  new_name: nameArgument('newModel'),
  single_word: z.boolean().exactOptional(),
})

/** The arguments of `duplicate_model`. */
export type DuplicateModelInput = z.infer<typeof input>

/** Appends a model with the same fields, without relations and without rows. */
export const duplicateModel: MutationDefinition<'duplicate_model', DuplicateModelInput> = {
  type: 'duplicate_model',
  input,
  summary: ({ model_name, new_name }) => `${model_name} -> ${new_name}`,
  makes: ({ new_name }) => madeModel(new_name),
  apply(schema, given, { operationId }) {
    const model = findModel(schema, given.model_name)
    const name = canonicalModelName(given.new_name, { singleWord: given.single_word ?? false })
    refuseModelName(schema, name, 'new_name')
    const taken = schema.models.map((each) => each.id)
    const id = freeId(name, taken)
    const next = { ...schema, models: [...schema.models, copyOf(model, id, name, operationId)] }
    refuseNameCollisions(next)
    return next
  },
}

function copyOf(model: Model, id: string, name: string, operationId: string): Model {
  const own = structuredClone(model.fields.filter((field) => !isRelationField(field)))
  return {
    ...structuredClone(model),
    id,
    name,
    ...(model.single_record && { single_record_id: singleRecordId(operationId, id) }),
    fields: own.map((field, index) => ({ ...field, serial: index + 1 })),
    connections: [],
  }
}
