import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { withModel } from '../edit.ts'
import { patched } from '../fields/fieldPatch.ts'
import { findModel } from '../find.ts'
import { NOTHING_MADE } from '../made.ts'
import type { MutationDefinition } from '../mutation.ts'
import { nameArgument } from '../parse/arguments.ts'
import type { Model } from '../schema.ts'

const patch = {
  description: z.string().nullable().exactOptional(),
  locals: z.array(z.string()).nullable().exactOptional(),
  enable_revision: z.boolean().nullable().exactOptional(),
  revision_filter: z.array(z.string()).nullable().exactOptional(),
  ext: z.record(z.string(), z.unknown()).nullable().exactOptional(),
  is_common_model: z.boolean().nullable().exactOptional(),
}

const input = z.strictObject({ model_name: nameArgument('model'), ...patch })

/** The arguments of `update_model`: an absent key leaves the value, null clears it. */
export type UpdateModelInput = z.infer<typeof input>

const KEYS = ['description', 'locals', 'enable_revision', 'revision_filter', 'ext', 'is_common_model'] as const

/** Patches what is known about a model; its table stays as it is. */
export const updateModel: MutationDefinition<'update_model', UpdateModelInput> = {
  type: 'update_model',
  input,
  summary: ({ model_name }) => model_name,
  makes: NOTHING_MADE,
  apply(schema, given) {
    const model = findModel(schema, given.model_name)
    const next = KEYS.reduce<Model>((each, key) => withPatched(each, key, given), model)
    return isDeepStrictEqual(next, model) ? schema : withModel(schema, next)
  },
}

function withPatched(model: Model, key: (typeof KEYS)[number], given: UpdateModelInput): Model {
  const { [key]: before, ...rest } = model
  const after = patched<unknown>(before, given[key])
  return after === undefined ? rest : { ...rest, [key]: after }
}
