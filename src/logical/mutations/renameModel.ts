import { z } from 'zod'
import { MutationRejected } from '../../errors.ts'
import { withModel } from '../edit.ts'
import { findModel } from '../find.ts'
import { madeModel } from '../made.ts'
import { isConnected, refuseModelName } from '../models.ts'
import type { MutationDefinition } from '../mutation.ts'
import { refuseNameCollisions } from '../names/collisions.ts'
import { canonicalModelName } from '../names/names.ts'
import { nameArgument } from '../parse/arguments.ts'
import { renamedRelationField } from '../relations/relationFields.ts'
import type { Model } from '../schema.ts'

const input = z.strictObject({
  model_name: nameArgument('model'),
  new_name: nameArgument('newModel'),
  single_word: z.boolean().exactOptional(),
  with_relations: z.boolean().exactOptional(),
})

/** The arguments of `rename_model`. */
export type RenameModelInput = z.infer<typeof input>

/** Gives a model another name; with `with_relations`, its peers, key columns and pivot tables follow. */
export const renameModel: MutationDefinition<'rename_model', RenameModelInput> = {
  type: 'rename_model',
  input,
  summary: ({ model_name, new_name }) => `${model_name} -> ${new_name}`,
  makes: ({ new_name }) => madeModel(new_name),
  apply(schema, given) {
    const model = findModel(schema, given.model_name)
    if (given.new_name === model.name) return schema
    const name = canonicalModelName(given.new_name, { singleWord: given.single_word ?? false })
    if (name === model.name) return schema
    refuseModelName(schema, name, 'new_name')
    if (isConnected(schema, model) && !given.with_relations) {
      const text = 'cannot rename model because it has relations with other models'
      throw new MutationRejected('MODEL_HAS_CONNECTIONS', text, { path: 'model_name' })
    }
    const renamed = withModel(schema, { ...model, name })
    const next = { ...renamed, models: renamed.models.map((each) => followed(each, model.name, name)) }
    refuseNameCollisions(next)
    return next
  },
}

/** A model whose connections to the renamed one, and the fields that stand for them, bear the new name. */
function followed(model: Model, from: string, to: string): Model {
  const reached = model.connections.filter((connection) => connection.model === from)
  if (reached.length === 0) return model
  const fields = reached.reduce((each, { known_as }) => renamedRelationField(each, from, to, known_as), model).fields
  const connections = model.connections.map((each) => (each.model === from ? { ...each, model: to } : each))
  return { ...model, fields, connections }
}
