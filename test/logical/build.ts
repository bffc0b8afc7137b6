/** Short ways to make schemas in tests. */
import { applyMutation } from '../../src/logical/applyMutation.ts'
import type { NewFieldInput } from '../../src/logical/mutations/addField.ts'
import type { Mutation } from '../../src/logical/mutations/index.ts'
import { EMPTY_SCHEMA, type Field, type LogicalSchema, type Model } from '../../src/logical/schema.ts'
import { deepFreeze } from './deepFreeze.ts'

export const CONTEXT = { operationId: 'op-1' }

/** The schema after these mutations, frozen. */
export function schemaOf(...mutations: Mutation[]): LogicalSchema {
  return mutations.reduce(applied, deepFreeze(EMPTY_SCHEMA))
}

export function applied(schema: LogicalSchema, mutation: Mutation): LogicalSchema {
  return deepFreeze(applyMutation(deepFreeze(schema), deepFreeze(mutation), CONTEXT))
}

export function model(name: string): Mutation {
  return { type: 'create_model', name }
}

/** A text field of model `food`, or what `more` says. */
export function field(field_label: string, more: Partial<NewFieldInput> = {}): Mutation {
  return { type: 'add_field', model_name: 'food', field_label, field_type: 'text', ...more }
}

export function rename(field_name: string, new_name: string): Mutation {
  return { type: 'model_field_operation', operation: 'rename', model_name: 'food', field_name, new_name }
}

export function remove(field_name: string): Mutation {
  return { type: 'model_field_operation', operation: 'delete', model_name: 'food', field_name }
}

export function modelOf(schema: LogicalSchema, name = 'food'): Model {
  const found = schema.models.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no model ${name}`)
  return found
}

/** The field at that path of model `food`. */
export function fieldOf(schema: LogicalSchema, ...path: string[]): Field {
  let fields = modelOf(schema).fields
  let found: Field | undefined
  for (const identifier of path) {
    found = fields.find((each) => each.identifier === identifier)
    fields = found?.sub_field_info ?? []
  }
  if (found === undefined) throw new Error(`no field ${path.join('.')}`)
  return found
}
