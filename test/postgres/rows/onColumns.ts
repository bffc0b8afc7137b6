/** Columns of model `food` on which others hang something, and what becomes of them. */
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { field } from './shop.ts'

/** The fields that are there first. */
export const BEFORE = [
  field('Price', { field_type: 'number', input_type: 'int' }),
  field('Note'),
  field('Doc', { field_type: 'object' }),
  field('a', { parent_field: 'doc' }),
]

/** What the mutations of fields have in common. */
export const ON = { type: 'model_field_operation', model_name: 'food' } as const

/** The price gets another type. */
export const OTHER_TYPE = {
  ...ON,
  operation: 'change_type',
  field_name: 'price',
  changed_type: 'number',
  input_type: 'double',
} as Mutation

/** A key of the document gets another name. */
export const RENAME_KEY = {
  ...ON,
  operation: 'rename',
  field_name: 'a',
  parent_field: 'doc',
  new_name: 'b',
} as Mutation

/** The price goes. */
export const DELETE = { ...ON, operation: 'delete', field_name: 'price' } as Mutation
