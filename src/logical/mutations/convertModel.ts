import { z } from 'zod'
import { MutationRejected } from '../../errors.ts'
import { withModel } from '../edit.ts'
import { findModel } from '../find.ts'
import { singleRecordId } from '../ids.ts'
import { NOTHING_MADE } from '../made.ts'
import { isConnected } from '../models.ts'
import type { MutationDefinition } from '../mutation.ts'
import { nameArgument } from '../parse/arguments.ts'

const input = z.strictObject({ model_name: nameArgument('model') })

/** The arguments of `convert_model`. */
export type ConvertModelInput = z.infer<typeof input>

/** Makes a model a single-record one, or a single-record one a usual one. */
export const convertModel: MutationDefinition<'convert_model', ConvertModelInput> = {
  type: 'convert_model',
  input,
  summary: ({ model_name }) => model_name,
  makes: NOTHING_MADE,
  apply(schema, given, { operationId }) {
    const model = findModel(schema, given.model_name)
    if (isConnected(schema, model)) {
      const text = 'cannot convert model because it has relations with other models'
      throw new MutationRejected('MODEL_HAS_CONNECTIONS', text, { path: 'model_name' })
    }
    const { single_record: single, single_record_id: _, ...rest } = model
    if (single) return withModel(schema, rest)
    return withModel(schema, {
      ...rest,
      single_record: true,
      single_record_id: singleRecordId(operationId, model.id),
    })
  },
}
