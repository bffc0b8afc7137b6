import { z } from 'zod'
import { withModel } from '../edit.ts'
import { changeType } from '../fields/changeType.ts'
import { duplicateField, refuseTaken } from '../fields/duplicateField.ts'
import { withField, withoutField } from '../fields/position.ts'
import { MOVE_ARGUMENTS, rearrange } from '../fields/rearrange.ts'
import { findModel, type Located, locateField } from '../find.ts'
import { madeField } from '../made.ts'
import type { MutationDefinition } from '../mutation.ts'
import { refuseNameCollisions } from '../names/collisions.ts'
import { canonicalFieldIdentifier } from '../names/names.ts'
import { nameArgument } from '../parse/arguments.ts'
import { FIELD_TYPES, INPUT_TYPES, type LogicalSchema, type Model } from '../schema.ts'

const target = {
  model_name: nameArgument('model'),
  field_name: nameArgument('field'),
  parent_field: z.string().exactOptional(),
}

const input = z.discriminatedUnion('operation', [
  z.strictObject({ operation: z.literal('rename'), ...target, new_name: nameArgument('label') }),
  z.strictObject({ operation: z.literal('duplicate'), ...target, new_name: nameArgument('label') }),
  z.strictObject({ operation: z.literal('delete'), ...target }),
  z.strictObject({ operation: z.literal('move'), ...target, ...MOVE_ARGUMENTS }),
  z.strictObject({
    operation: z.literal('change_type'),
    ...target,
    changed_type: z.enum(FIELD_TYPES),
    input_type: z.enum(INPUT_TYPES).exactOptional(),
  }),
])

/** The arguments of `model_field_operation`. */
export type ModelFieldOperationInput = z.infer<typeof input>

/** Renames, duplicates, deletes, moves or retypes a field, at the root or nested. */
export const modelFieldOperation: MutationDefinition<'model_field_operation', ModelFieldOperationInput> = {
  type: 'model_field_operation',
  input,
  summary: ({ operation, model_name, field_name }) => `${operation} ${model_name}.${field_name}`,
  makes: (given) => ('new_name' in given ? madeField(given.model_name, given.new_name) : null),
  apply(schema, given) {
    const model = findModel(schema, given.model_name)
    if (given.operation === 'move') return rearrange(schema, model, given)
    const located = locate(model, given)
    switch (given.operation) {
      case 'rename':
        return rename(schema, model, located, given.new_name.trim())
      case 'duplicate':
        return duplicateField(schema, model, located, given.new_name.trim())
      case 'delete':
        return withModel(schema, withoutField(model, located.path, located.field))
      case 'change_type':
        return changeType(schema, model, located, given.changed_type, given.input_type)
    }
  },
  copies(before, after, given) {
    if (given.operation !== 'duplicate') return []
    const model = findModel(before, given.model_name)
    const { field } = locate(model, given)
    const copy = duplicateOf(model, findModel(after, model.name), given)
    return copy === undefined ? [] : [{ model: model.id, from: field.id, to: copy }]
  },
}

function locate(model: Model, given: ModelFieldOperationInput): Located {
  const verb = given.operation === 'change_type' ? 'change the type of' : given.operation
  return locateField(model, given.field_name, {
    parentField: given.parent_field,
    notFound:
      given.operation === 'change_type'
        ? 'field to change the type of not found'
        : `field to ${given.operation} not found`,
    verb,
  })
}

function rename(schema: LogicalSchema, model: Model, { path, field }: Located, label: string): LogicalSchema {
  if (label === field.label) return schema
  const identifier = canonicalFieldIdentifier(label)
  const text = 'a field of this name exists already: choose another name'
  if (identifier !== field.identifier) refuseTaken(model, path, identifier, text)
  const next = withModel(schema, withField(model, path, field, { ...field, identifier, label }))
  refuseNameCollisions(next)
  return next
}

/** The id of the field that the duplication added. */
function duplicateOf(before: Model, after: Model, given: ModelFieldOperationInput): string | undefined {
  const { path } = locate(before, given)
  const label = given.operation === 'duplicate' ? given.new_name : ''
  return locateField(after, canonicalFieldIdentifier(label), {
    parentField: ['_root', ...path].join('.'),
    notFound: 'the duplicate is not there',
    verb: 'find',
  }).field.id
}
