/**
 * The logical schema: models, fields and connections, as users think of them.
 * Everything here is immutable plain data with the original's snake_case keys, because it is what `schema show` prints.
 */

/** What a field holds, as the user chooses it. */
export const FIELD_TYPES = [
  'text',
  'multiline',
  'date',
  'boolean',
  'number',
  'media',
  'list',
  'object',
  'repeated',
  'geo',
] as const
export type FieldType = (typeof FIELD_TYPES)[number]

/** How a field is entered; together with the field type it decides the column. */
export const INPUT_TYPES = ['string', 'int', 'double', 'bool', 'object', 'repeated', 'geo'] as const
export type InputType = (typeof INPUT_TYPES)[number]

/** Rules about a field's values; only `required`, `unique`, `default`, `locals` and the list keys reach the table. */
export interface Validation {
  readonly required?: boolean
  readonly unique?: boolean
  readonly default?: string | number | boolean | null | readonly unknown[] | Readonly<Record<string, unknown>>
  readonly locals?: readonly string[]
  readonly hide?: boolean
  readonly placeholder?: string
  readonly as_title?: boolean
  readonly is_email?: boolean
  readonly is_url?: boolean
  readonly is_gallery?: boolean
  readonly is_password?: boolean
  readonly is_multi_choice?: boolean
  readonly fixed_list_elements?: readonly string[]
  readonly fixed_list_element_type?: string
  readonly char_limit?: readonly number[]
  readonly int_range_limit?: readonly number[]
  readonly double_range_limit?: readonly number[]
  readonly hide_for_roles?: readonly string[]
}

/** One field; a root field is one column per locale, a nested one lives in the JSON column of its root field. */
export interface Field {
  /** Stays the same when the field is renamed; unique among the fields of its model. */
  readonly id: string
  readonly identifier: string
  readonly label: string
  readonly description?: string
  readonly field_type: FieldType
  readonly input_type: InputType
  readonly field_sub_type?: string
  readonly is_object_field?: boolean
  readonly enable_indexing?: boolean
  readonly system_generated?: boolean
  readonly validation?: Validation
  /** Position among its siblings, from 1. */
  readonly serial: number
  /** Children of an `object` or `repeated` field. */
  readonly sub_field_info?: readonly Field[]
}

/** One side of a relation between two models. */
export interface Connection {
  readonly model: string
  readonly relation: 'has_one' | 'has_many'
  readonly type: 'forward' | 'backward'
  readonly known_as?: string
  readonly on_delete?: 'set_null' | 'cascade' | 'restrict'
}

/** One model: a table in every target. */
export interface Model {
  /** Stays the same when the model is renamed; unique in its schema. */
  readonly id: string
  readonly name: string
  readonly description?: string
  readonly single_record?: boolean
  readonly single_record_id?: string
  readonly is_common_model?: boolean
  readonly locals?: readonly string[]
  readonly enable_revision?: boolean
  readonly revision_filter?: readonly string[]
  readonly ext?: Readonly<Record<string, unknown>>
  readonly fields: readonly Field[]
  readonly connections: readonly Connection[]
}

/** The models of one project at one revision, in the order in which they were created. */
export interface LogicalSchema {
  readonly models: readonly Model[]
}

/** The schema of a project that has no model yet. */
export const EMPTY_SCHEMA: LogicalSchema = { models: [] }
