import { z } from 'zod'
import { MutationRejected } from '../../errors.ts'
import { nameArgument, validationArgument } from '../arguments.ts'
import { refuseNameCollisions } from '../collisions.ts'
import { withChildren, withModel } from '../edit.ts'
import { checkFieldKind, defaultInputType, nestedUnsupported } from '../fieldTypes.ts'
import { childrenAt, findModel, resolveParent } from '../find.ts'
import { fieldIds, freeId } from '../ids.ts'
import type { MutationDefinition } from '../mutation.ts'
import { canonicalFieldIdentifier } from '../names.ts'
import { FIELD_TYPES, type Field, INPUT_TYPES, type Model } from '../schema.ts'

const input = z.strictObject({
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

/** The arguments of `add_field`. */
export type AddFieldInput = z.infer<typeof input>

/** Adds a field at the root of a model or below an object or repeated field. */
export const addField: MutationDefinition<'add_field', AddFieldInput> = {
  type: 'add_field',
  input,
  apply(schema, given) {
    const model = findModel(schema, given.model_name)
    const identifier = canonicalFieldIdentifier(given.field_label)
    const parent = resolveParent(model, given.parent_field)
    const siblings = childrenAt(model, parent)
    if (siblings.some((field) => field.identifier === identifier)) {
      throw new MutationRejected('FIELD_EXISTS', `a field with identifier '${identifier}' already exists`, {
        path: 'field_label',
      })
    }
    if (parent.length > 0 && given.enable_indexing) throw nestedUnsupported('enable_indexing')
    const serial = checkSerial(given.serial ?? siblings.length + 1, siblings.length + 1)
    const field = newField(model, identifier, serial, given)
    checkFieldKind(field, parent.length > 0 ? 'nested' : 'root')
    const next = withModel(schema, withChildren(model, parent, siblings.toSpliced(serial - 1, 0, field)))
    refuseNameCollisions(next)
    return next
  },
}

function newField(model: Model, identifier: string, serial: number, given: AddFieldInput): Field {
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
    ...(given.field_type === 'repeated' && { sub_field_info: [elementId([...taken, id])] }),
  }
}

/** Every element of a repeated field carries its own id, which nobody edits. */
function elementId(taken: readonly string[]): Field {
  return {
    id: freeId('_id', taken),
    identifier: '_id',
    label: 'ID',
    field_type: 'text',
    input_type: 'string',
    system_generated: true,
    validation: { hide: true, unique: true },
    serial: 1,
  }
}

function checkSerial(serial: number, last: number): number {
  if (serial >= 1 && serial <= last) return serial
  throw new MutationRejected('INPUT_INVALID', `serial must be between 1 and ${last}`, { path: 'serial' })
}
