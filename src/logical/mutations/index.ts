/** All mutation types; a type without a definition does not compile. */
import type { MutationDefinition } from '../mutation.ts'
import { type AddFieldInput, addField } from './addField.ts'
import { type CreateModelInput, createModel } from './createModel.ts'
import { type DeleteModelInput, deleteModel } from './deleteModel.ts'
import { type ModelFieldOperationInput, modelFieldOperation } from './modelFieldOperation.ts'

/** The arguments of each mutation type. */
export interface MutationInputs {
  readonly create_model: CreateModelInput
  readonly add_field: AddFieldInput
  readonly model_field_operation: ModelFieldOperationInput
  readonly delete_model: DeleteModelInput
}

/** The name of a mutation type. */
export type MutationType = keyof MutationInputs

/** A mutation of one of the given types: its arguments with the type beside them. */
export type MutationOf<Type extends MutationType> = {
  [T in Type]: { readonly type: T } & MutationInputs[T]
}[Type]

/** A requested change of the logical schema. */
export type Mutation = MutationOf<MutationType>

/** The definition of each mutation type. */
export const MUTATIONS: { readonly [T in MutationType]: MutationDefinition<T, MutationInputs[T]> } = {
  create_model: createModel,
  add_field: addField,
  model_field_operation: modelFieldOperation,
  delete_model: deleteModel,
}

/** Whether a text names a mutation type. */
export function isMutationType(type: string): type is MutationType {
  return Object.hasOwn(MUTATIONS, type)
}

/** The names of all mutation types. */
export const MUTATION_TYPES: readonly MutationType[] = Object.keys(MUTATIONS).filter(isMutationType)
