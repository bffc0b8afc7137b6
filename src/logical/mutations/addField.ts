import { z } from 'zod'
import { MutationRejected } from '../../errors.ts'
import { withChildren, withModel } from '../edit.ts'
import { checkFieldKind, defaultInputType, nestedUnsupported } from '../fields/fieldTypes.ts'
import { checkPosition } from '../fields/position.ts'
import { elementIdField } from '../fields/repeatedFields.ts'
import { updateField } from '../fields/updateField.ts'
import { childrenAt, findModel, resolveParent } from '../find.ts'
import { fieldIds, freeId } from '../ids.ts'
import { madeField } from '../made.ts'
import type { MutationDefinition } from '../mutation.ts'
import { refuseNameCollisions } from '../names/collisions.ts'
import { canonicalFieldIdentifier } from '../names/names.ts'
import { nameArgument, validationArgument, validationPatchArgument } from '../parse/arguments.ts'
import { FIELD_TYPES, type Field, INPUT_TYPES, type LogicalSchema, type Model } from '../schema.ts'

const add = z.strictObject({
  is_update: z.literal(false).exactOptional(),
  model_name: nameArgument('model'),
  field_label: nameArgument('label'),
  field_type: z.enum(FIELD_TYPES),
  input_type: z.enum(INPUT_TYPES).exactOptional(),
  field_sub_type: z.string().exactOptional(),
  field_description: z.string().exactOptional(),
  parent_field: z.string().exactOptional(),
  is_object_field: z.boolean().exactOptional(),
  serial: z.int().exactOptional(),
  enable_indexing: z.boolean().exactOptional(),
  validation: validationArgument.exactOptional(),
})

const update = z.strictObject({
  is_update: z.literal(true),
  model_name: nameArgument('model'),
  field_label: nameArgument('label'),
  field_type: z.enum(FIELD_TYPES).exactOptional(),
  input_type: z.enum(INPUT_TYPES).exactOptional(),
  field_description: z.string().nullable().exactOptional(),
  parent_field: z.string().exactOptional(),
  serial: z.int().exactOptional(),
  enable_indexing: z.boolean().nullable().exactOptional(),
  validation: validationPatchArgument.nullable().exactOptional(),
})

const input = z.discriminatedUnion('is_update', [add, update])

/** The arguments of `add_field`: of a new field, or with `is_update` the patch of one that is there. */
export type AddFieldInput = z.infer<typeof input>

/** The arguments of `add_field` for a new field. */
export type NewFieldInput = z.infer<typeof add>

/** Adds a field at the root of a model or below an object or repeated field, or patches one. */
export const addField: MutationDefinition<'add_field', AddFieldInput> = {
  type: 'add_field',
  input,
  summary: ({ model_name, field_label }) => `${model_name}.${field_label}`,
  makes: ({ model_name, field_label }) => madeField(model_name, field_label),
  apply(schema, given) {
    const model = findModel(schema, given.model_name)
    return given.is_update ? updateField(schema, model, given) : addNew(schema, model, given)
  },
}

function addNew(schema: LogicalSchema, model: Model, given: NewFieldInput): LogicalSchema {
  const identifier = canonicalFieldIdentifier(given.field_label)
  const parent = resolveParent(model, given.parent_field)
  const siblings = childrenAt(model, parent)
  if (siblings.some((field) => field.identifier === identifier)) {
    throw new MutationRejected('FIELD_EXISTS', `a field with identifier '${identifier}' already exists`, {
      path: 'field_label',
    })
  }
  if (parent.length > 0 && given.enable_indexing) throw nestedUnsupported('enable_indexing')
  const serial = checkPosition(given.serial ?? siblings.length + 1, siblings.length + 1, 'serial')
  const field = newField(model, identifier, serial, given)
  checkFieldKind(field, parent.length > 0 ? 'nested' : 'root')
  const next = withModel(schema, withChildren(model, parent, siblings.toSpliced(serial - 1, 0, field)))
  refuseNameCollisions(next)
  return next
}

function newField(model: Model, identifier: string, serial: number, given: NewFieldInput): Field {
  const taken = fieldIds(model.fields)
  const id = freeId(identifier, taken)
  return {
    id,
    identifier,
    label: given.field_label.trim(),
    ...(given.field_description !== undefined && { description: given.field_description }),
    field_type: given.field_type,
    input_type: given.input_type ?? defaultInputType(given.field_type),
    ...(given.field_sub_type !== undefined && { field_sub_type: given.field_sub_type }),
    ...(given.is_object_field !== undefined && { is_object_field: given.is_object_field }),
    ...(given.enable_indexing !== undefined && { enable_indexing: given.enable_indexing }),
    ...(given.validation !== undefined && { validation: given.validation }),
    serial,
    ...(given.field_type === 'object' && { sub_field_info: [] }),
    ...(given.field_type === 'repeated' && { sub_field_info: [elementIdField([...taken, id])] }),
  }
}
