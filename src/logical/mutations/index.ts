/** All mutation types; a type without a definition does not compile. */
import type { MutationDefinition } from '../mutation.ts'
import { type AddFieldInput, addField } from './addField.ts'
import { type ConvertModelInput, convertModel } from './convertModel.ts'
import { type CreateConnectionInput, createConnection } from './createConnection.ts'
import { type CreateModelInput, createModel } from './createModel.ts'
import { type DeleteConnectionInput, deleteConnection } from './deleteConnection.ts'
import { type DeleteModelInput, deleteModel } from './deleteModel.ts'
import { type DuplicateModelInput, duplicateModel } from './duplicateModel.ts'
import { type ModelFieldOperationInput, modelFieldOperation } from './modelFieldOperation.ts'
import { type PublishSchemaChangesetInput, publishSchemaChangeset } from './publishSchemaChangeset.ts'
import { type RearrangeFieldInput, rearrangeField } from './rearrangeField.ts'
import { type RenameModelInput, renameModel } from './renameModel.ts'
import { type UpdateModelInput, updateModel } from './updateModel.ts'

/** The arguments of each mutation type: `MutationInputs['add_field']`, by which name a program has them as well. */
export interface MutationInputs {
  readonly create_model: CreateModelInput
  readonly add_field: AddFieldInput
  readonly model_field_operation: ModelFieldOperationInput
  readonly create_connection: CreateConnectionInput
  readonly delete_connection: DeleteConnectionInput
  readonly delete_model: DeleteModelInput
  readonly rename_model: RenameModelInput
  readonly duplicate_model: DuplicateModelInput
  readonly convert_model: ConvertModelInput
  readonly update_model: UpdateModelInput
  readonly rearrange_field: RearrangeFieldInput
  readonly publish_schema_changeset: PublishSchemaChangesetInput
}

/** The name of a mutation type. */
export type MutationType = keyof MutationInputs

/** A mutation of one of the given types: its arguments with the type beside them. */
export type MutationOf<Type extends MutationType> = {
  [T in Type]: { readonly type: T } & MutationInputs[T]
}[Type]

/** A requested change of the logical schema. */
export type Mutation = MutationOf<MutationType>

/** A mutation that is not a changeset of others. */
export type SimpleMutation = MutationOf<Exclude<MutationType, 'publish_schema_changeset'>>

/** The definition of each mutation type. */
export const MUTATIONS: { readonly [T in MutationType]: MutationDefinition<T, MutationInputs[T]> } = {
  create_model: createModel,
  add_field: addField,
  model_field_operation: modelFieldOperation,
  create_connection: createConnection,
  delete_connection: deleteConnection,
  delete_model: deleteModel,
  rename_model: renameModel,
  duplicate_model: duplicateModel,
  convert_model: convertModel,
  update_model: updateModel,
  rearrange_field: rearrangeField,
  publish_schema_changeset: publishSchemaChangeset,
}

/** The mutations one by one: those of a changeset, or the one itself. */
export function simpleMutations(mutation: Mutation): readonly SimpleMutation[] {
  return mutation.type === 'publish_schema_changeset' ? mutation.mutations : [mutation]
}

/** One line for people, for example `add_field food.price`. */
export function summaryOf<Type extends MutationType>(mutation: MutationOf<Type>): string {
  return `${mutation.type} ${MUTATIONS[mutation.type].summary(mutation)}`
}

/** Whether a text names a mutation type. */
export function isMutationType(type: string): type is MutationType {
  return Object.hasOwn(MUTATIONS, type)
}

/** The names of all mutation types. */
export const MUTATION_TYPES: readonly MutationType[] = Object.keys(MUTATIONS).filter(isMutationType)
