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
/** One of these types. */
export type FieldType = (typeof FIELD_TYPES)[number]

/** How a field is entered; together with the field type it decides the column. */
export const INPUT_TYPES = ['string', 'int', 'double', 'bool', 'object', 'repeated', 'geo'] as const
/** One of these inputs. */
export type InputType = (typeof INPUT_TYPES)[number]

/** Rules about a field's values; only `required`, `unique`, `default`, `locals` and the list keys reach the table. */
export interface Validation {
  /** NOT NULL, in columns of its own. */
  readonly required?: boolean
  /** UNIQUE, in columns of its own. */
  readonly unique?: boolean
  /** What rows get that are written without a value. */
  readonly default?: string | number | boolean | null | readonly unknown[] | Readonly<Record<string, unknown>>
  /** One column per locale. */
  readonly locals?: readonly string[]
  readonly hide?: boolean
  readonly placeholder?: string
  readonly as_title?: boolean
  readonly is_email?: boolean
  readonly is_url?: boolean
  readonly is_gallery?: boolean
  readonly is_password?: boolean
  readonly is_multi_choice?: boolean
  /** The texts that a list field may hold, by a CHECK. */
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
  /** Its name in the table or in the document, in snake case. */
  readonly identifier: string
  /** Its name for people. */
  readonly label: string
  /** For people. */
  readonly description?: string
  /** What it holds. */
  readonly field_type: FieldType
  /** How it is entered. */
  readonly input_type: InputType
  /** Kept for the application; has no meaning here. */
  readonly field_sub_type?: string
  /** Kept for the application; has no meaning here. */
  readonly is_object_field?: boolean
  /** Whether its columns have an index. */
  readonly enable_indexing?: boolean
  /** Whether it stands for a relation: nobody changes it directly. */
  readonly system_generated?: boolean
  /** Rules about its values. */
  readonly validation?: Validation
  /** Position among its siblings, from 1. */
  readonly serial: number
  /** Children of an `object` or `repeated` field. */
  readonly sub_field_info?: readonly Field[]
}

/** One side of a relation between two models. */
export interface Connection {
  /** The other model. */
  readonly model: string
  /** Whether this side has one of the other or many. */
  readonly relation: 'has_one' | 'has_many'
  /** Whether it was created from this side (`forward`) or from the other. */
  readonly type: 'forward' | 'backward'
  /** Its name beside the models, where there are several. */
  readonly known_as?: string
  /** What becomes of the rows that refer to a deleted one; `set_null` by default. */
  readonly on_delete?: 'set_null' | 'cascade' | 'restrict'
}

/** One model: a table in every target. */
export interface Model {
  /** Stays the same when the model is renamed; unique in its schema. */
  readonly id: string
  /** Its table, in snake case. */
  readonly name: string
  /** For people. */
  readonly description?: string
  /** Whether its table holds at most one row. */
  readonly single_record?: boolean
  /** The id of that row. */
  readonly single_record_id?: string
  /** Kept for the application; has no meaning here. */
  readonly is_common_model?: boolean
  /** Locales, kept for the application. */
  readonly locals?: readonly string[]
  /** Kept for the application; has no meaning here. */
  readonly enable_revision?: boolean
  /** Kept for the application; has no meaning here. */
  readonly revision_filter?: readonly string[]
  /** Kept for the application; has no meaning here. */
  readonly ext?: Readonly<Record<string, unknown>>
  /** In order of their serials. */
  readonly fields: readonly Field[]
  /** To other models and to itself, each side on record. */
  readonly connections: readonly Connection[]
}

/** The models of one project at one revision, in the order in which they were created. */
export interface LogicalSchema {
  /** In the order in which they were created. */
  readonly models: readonly Model[]
}

/** The schema of a project that has no model yet. */
export const EMPTY_SCHEMA: LogicalSchema = { models: [] }
