/** The update half of `add_field`. */
import { isDeepStrictEqual } from 'node:util'
import { MutationRejected } from '../../errors.ts'
import { withModel } from '../edit.ts'
import { childrenAt, locateField, shown } from '../find.ts'
import { refuseNameCollisions } from '../names/collisions.ts'
import type { Field, FieldType, InputType, LogicalSchema, Model } from '../schema.ts'
import { type FieldPatch, patchField } from './fieldPatch.ts'
import { checkFieldKind, columnTypeOf, nestedUnsupported } from './fieldTypes.ts'
import { checkPosition, movedAmongSiblings, withField } from './position.ts'

/** What an update may say besides the patch. */
export interface FieldUpdate extends FieldPatch {
  readonly field_label: string
  readonly parent_field?: string
  readonly field_type?: FieldType
  readonly input_type?: InputType
  readonly serial?: number
}

/** The schema with one field patched; the same schema when nothing changes. */
export function updateField(schema: LogicalSchema, model: Model, given: FieldUpdate): LogicalSchema {
  const { path, field } = locateField(model, given.field_label, {
    parentField: given.parent_field,
    notFound: `field ${shown(given.field_label)} of model "${model.name}" not found`,
    verb: 'update',
    argument: 'field_label',
  })
  refuseOtherType(field, given)
  const after = patchField(field, given)
  const changed = isDeepStrictEqual(after, field) ? field : after
  if (changed !== field) checkUpdated(field, changed, path.length > 0 ? 'nested' : 'root')
  const updated = changed === field ? model : withField(model, path, field, changed)
  const serial = given.serial ?? field.serial
  checkPosition(serial, childrenAt(model, path).length, 'serial')
  const here = childrenAt(updated, path).find((each) => each.id === field.id) ?? changed
  const next = movedAmongSiblings(updated, path, here, serial)
  if (next === model) return schema
  const nextSchema = withModel(schema, next)
  refuseNameCollisions(nextSchema)
  return nextSchema
}

function refuseOtherType(field: Field, { field_type, input_type }: FieldUpdate): void {
  const path = field_type !== undefined && field_type !== field.field_type ? 'field_type' : 'input_type'
  if ((field_type ?? field.field_type) === field.field_type && (input_type ?? field.input_type) === field.input_type) {
    return
  }
  const text = `field "${field.identifier}" is of type ${field.field_type} (${field.input_type}): an update cannot change that, use change_type`
  throw new MutationRejected('TYPE_MISMATCH', text, { path })
}

function checkUpdated(before: Field, after: Field, place: 'root' | 'nested'): void {
  if (place === 'nested' && after.enable_indexing) throw nestedUnsupported('enable_indexing')
  checkFieldKind(after, place)
  if (columnTypeOf(before) === 'jsonb' && columnTypeOf(after) === 'text') {
    const text = 'a list of any values cannot become a single choice from a fixed list: its values are many'
    throw new MutationRejected('CAST_UNSUPPORTED', text, { path: 'validation.fixed_list_elements' })
  }
}
