/** Which column a field is, and which combinations of types and rules there are. */
import { InputInvalid, MutationRejected } from '../../errors.ts'
import { FIELD_TYPES, type FieldType, type InputType, type Validation } from '../schema.ts'
import { checkDefault, type DefaultValue, defaultOf } from './fieldDefaults.ts'
import { type FieldKind, fixedChoices } from './fieldKind.ts'

/** Types of the columns that fields become. */
export type ColumnType = 'text' | 'integer' | 'numeric' | 'boolean' | 'date' | 'jsonb'

/** The column of a root field, the same for each of its locales. */
export interface FieldColumn {
  readonly type: ColumnType
  readonly notNull: boolean
  /** Null when the column has no default. */
  readonly default: DefaultValue | null
  /** The texts that a CHECK allows; null without one. */
  readonly oneOf: readonly string[] | null
}

const INPUTS: Readonly<Record<FieldType, readonly InputType[]>> = {
  text: ['string'],
  multiline: ['string'],
  date: ['string'],
  boolean: ['bool'],
  number: ['int', 'double'],
  media: ['string'],
  list: ['string'],
  object: ['object'],
  repeated: ['repeated'],
  geo: ['geo'],
}

/** The input type of a field whose input names none. */
export function defaultInputType(fieldType: FieldType): InputType {
  return INPUTS[fieldType][0] ?? 'string'
}

/** The type of the field's column. */
export function columnTypeOf(field: FieldKind): ColumnType {
  switch (field.field_type) {
    case 'text':
    case 'multiline':
      return 'text'
    case 'date':
      return 'date'
    case 'boolean':
      return 'boolean'
    case 'number':
      return field.input_type === 'int' ? 'integer' : 'numeric'
    case 'list':
      return fixedChoices(field) === null ? 'jsonb' : 'text'
    case 'media':
    case 'object':
    case 'repeated':
      return 'jsonb'
    case 'geo':
      throw geoRefused()
  }
}

/** The column of a root field. */
export function columnOf(field: FieldKind): FieldColumn {
  return {
    type: columnTypeOf(field),
    notNull: field.validation?.required ?? false,
    default: defaultOf(field),
    oneOf: fixedChoices(field),
  }
}

/** Refuses a field that no column can be, or whose rules its type cannot keep. */
export function checkFieldKind(field: FieldKind, place: 'root' | 'nested'): void {
  checkInputType(field)
  checkFixedList(field)
  const validation = field.validation ?? {}
  if (place === 'nested') checkNested(validation)
  else if (validation.unique) checkUnique(field)
  checkDefault(field)
  const needsDefault = field.field_type === 'date' || fixedChoices(field) !== null
  if (place === 'root' && validation.required && needsDefault && defaultOf(field) === null) {
    const what = field.field_type === 'date' ? 'date' : 'fixed list'
    const text = `a required ${what} field needs a value in validation.default, which is what rows get that are written without one: even where every row has a value now`
    throw new MutationRejected('DEFAULT_REQUIRED', text, { path: 'validation.default' })
  }
}

/** The refusal of what only a column of its own could keep. */
export function nestedUnsupported(key: string): MutationRejected {
  const text = `${key} is not supported on a nested field: it lives in the JSON column of its root field`
  return new MutationRejected('CONSTRAINT_UNSUPPORTED', text, { path: key })
}

function checkInputType(field: FieldKind): void {
  if (!INPUTS[field.field_type].includes(field.input_type)) {
    if (field.field_type === 'geo') throw mismatch(field, 'input_type must be geo if field_type is geo')
    const fitting = INPUTS[field.field_type].map((each) => `"${each}"`).join(' or ')
    throw mismatch(
      field,
      `input_type "${field.input_type}" does not fit field_type "${field.field_type}": use ${fitting}`,
    )
  }
  if (field.field_type === 'geo') throw geoRefused()
}

function checkFixedList(field: FieldKind): void {
  const elements = field.validation?.fixed_list_elements ?? []
  const path = 'validation.fixed_list_elements'
  if (elements.length > 0 && field.field_type !== 'list') {
    throw new MutationRejected('CONSTRAINT_UNSUPPORTED', 'fixed_list_elements are supported on list fields only', {
      path,
    })
  }
  if (new Set(elements).size < elements.length) {
    throw new InputInvalid('INPUT_INVALID', 'fixed_list_elements holds an element twice', { path })
  }
}

function checkNested(validation: Validation): void {
  if (validation.unique) throw nestedUnsupported('validation.unique')
  if ((validation.locals ?? []).length > 0) throw nestedUnsupported('validation.locals')
}

function checkUnique(field: FieldKind): void {
  const type = columnTypeOf(field)
  if (type !== 'boolean' && type !== 'jsonb') return
  throw new MutationRejected('CONSTRAINT_UNSUPPORTED', `unique is not supported on a ${field.field_type} field`, {
    path: 'validation.unique',
  })
}

function mismatch(field: FieldKind, text: string): MutationRejected {
  const details = { field_type: field.field_type, input_type: field.input_type }
  return new MutationRejected('TYPE_MISMATCH', text, { path: 'input_type', details })
}

function geoRefused(): MutationRejected {
  const text = `fields of type geo are not supported: use one of ${FIELD_TYPES.filter((type) => type !== 'geo').join(', ')}`
  return new MutationRejected('TYPE_UNSUPPORTED', text, { path: 'field_type' })
}
