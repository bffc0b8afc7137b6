import { z } from 'zod'
import { rearrange, rearrangeArguments } from '../fields/rearrange.ts'
import { findModel } from '../find.ts'
import { NOTHING_MADE } from '../made.ts'
import type { MutationDefinition } from '../mutation.ts'

const input = z.strictObject(rearrangeArguments)

/** The arguments of `rearrange_field`. */
export type RearrangeFieldInput = z.infer<typeof input>

/** Moves a field among its siblings, or between the root and a parent at any depth. */
export const rearrangeField: MutationDefinition<'rearrange_field', RearrangeFieldInput> = {
  type: 'rearrange_field',
  input,
  summary: ({ model_name, field_name, move_type }) => `${move_type} ${model_name}.${field_name}`,
  makes: NOTHING_MADE,
  apply: (schema, given) => rearrange(schema, findModel(schema, given.model_name), given),
}
