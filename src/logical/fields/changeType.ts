/** Another type for a field that is there; its values are cast, and the rules that still make sense stay. */

import { withModel } from '../edit.ts'
import type { Located } from '../find.ts'
import { fieldIds, freeId } from '../ids.ts'
import { refuseNameCollisions } from '../names/collisions.ts'
import type { Field, FieldType, InputType, LogicalSchema, Model, Validation } from '../schema.ts'
import { castBetween } from './casts.ts'
import { fitsDefault } from './fieldDefaults.ts'
import { checkFieldKind, columnTypeOf, defaultInputType } from './fieldTypes.ts'
import { withField } from './position.ts'
import { elementIdField } from './repeatedFields.ts'

type Rule = keyof Validation

/** Rules that say something about values of some types only. */
const RULES_OF_TYPES: Readonly<Partial<Record<Rule, readonly (FieldType | InputType)[]>>> = {
  is_email: ['text', 'multiline'],
  is_url: ['text', 'multiline'],
  is_password: ['text', 'multiline'],
  char_limit: ['text', 'multiline'],
  int_range_limit: ['int'],
  double_range_limit: ['double'],
  is_gallery: ['media'],
  is_multi_choice: ['list'],
  fixed_list_elements: ['list'],
  fixed_list_element_type: ['list'],
}

/** The schema with a field of another type; the same schema when it has that type already. */
export function changeType(
  schema: LogicalSchema,
  model: Model,
  { path, field }: Located,
  fieldType: FieldType,
  givenInput: InputType | undefined,
): LogicalSchema {
  const inputType = givenInput ?? (fieldType === field.field_type ? field.input_type : defaultInputType(fieldType))
  if (fieldType === field.field_type && inputType === field.input_type) return schema
  const { sub_field_info: _, validation: __, field_sub_type: ___, ...rest } = field
  const bare = { ...rest, field_type: fieldType, input_type: inputType }
  checkFieldKind(bare, 'nested')
  const validation = keptRules(bare, field.validation)
  const children = childrenFor(model, field, fieldType)
  const retyped: Field = {
    ...bare,
    ...(validation !== undefined && { validation }),
    ...(children !== undefined && { sub_field_info: children }),
  }
  castBetween(field, retyped, 'changed_type')
  checkFieldKind(retyped, path.length > 0 ? 'nested' : 'root')
  const next = withModel(schema, withField(model, path, field, retyped))
  refuseNameCollisions(next)
  return next
}

function keptRules(bare: Omit<Field, 'validation'>, before: Validation | undefined): Validation | undefined {
  if (before === undefined) return undefined
  const kept = Object.fromEntries(
    Object.entries(before).filter(([rule, value]) => stillMakesSense(bare, rule as Rule, value)),
  )
  return Object.keys(kept).length === 0 ? undefined : kept
}

function stillMakesSense(bare: Omit<Field, 'validation'>, rule: Rule, value: unknown): boolean {
  if (rule === 'default') return fitsDefault(bare, value)
  if (rule === 'unique') return !['jsonb', 'boolean'].includes(columnTypeOf(bare))
  const types = RULES_OF_TYPES[rule]
  return types === undefined || types.includes(bare.field_type) || types.includes(bare.input_type)
}

/** An object that becomes repeated keeps its children; a list that does gets the one that holds its values. */
function childrenFor(model: Model, field: Field, to: FieldType): readonly Field[] | undefined {
  if (to === 'object') return []
  if (to !== 'repeated') return undefined
  const taken = fieldIds(model.fields)
  const id = elementIdField(taken)
  const values = field.field_type === 'list' ? [valueField([...taken, id.id])] : (field.sub_field_info ?? [])
  return [id, ...values].map((child, index) => ({ ...child, serial: index + 1 }))
}

function valueField(taken: readonly string[]): Field {
  return {
    id: freeId('value', taken),
    identifier: 'value',
    label: 'Value',
    field_type: 'text',
    input_type: 'string',
    serial: 2,
  }
}
