/** Cases of changesets: several mutations as one revision. */
import type { SimpleMutation } from '../../../src/logical/mutations/index.ts'
import { type Case, connect, field, operate, update } from './setting.ts'

const set = (name: string, ...mutations: unknown[]): Case => ({
  name,
  mutation: { type: 'publish_schema_changeset', mutations: mutations as SimpleMutation[] },
})

export const CHANGESETS: readonly Case[] = [
  set('one mutation', field('Motto')),
  set(
    'a new model with fields and a relation',
    { type: 'create_model', name: 'supplier' },
    { type: 'add_field', model_name: 'supplier', field_label: 'Name', field_type: 'text', enable_indexing: true },
    {
      type: 'add_field',
      model_name: 'supplier',
      field_label: 'Tax Id',
      field_type: 'text',
      validation: { unique: true },
    },
    connect('supplier', 'food', 'has_many/has_one'),
    field('Shelf Life', { field_type: 'number', enable_indexing: true }),
  ),
  set('a rename and a new field of the old name', operate('rename', 'code', { new_name: 'Sku' }), field('Code')),
  set('a delete and a new field of the same name', operate('delete', 'code'), field('Code', { field_type: 'number' })),
  set(
    'another type, and then another name',
    operate('change_type', 'digits', { changed_type: 'number' }),
    operate('rename', 'digits', { new_name: 'Figures' }),
    { type: 'rename_model', model_name: 'food', new_name: 'dish' },
  ),
  set(
    'two types one after the other',
    operate('change_type', 'digits', { changed_type: 'number' }),
    operate('change_type', 'digits', { changed_type: 'list' }),
  ),
  set(
    'another type, and then deleted with its model',
    operate('change_type', 'digits', { changed_type: 'number' }),
    operate('delete', 'digits'),
    { type: 'delete_model', model_name: 'food' },
  ),
  set(
    'nested edits of one document',
    operate('rename', 'city', { parent_field: 'address', new_name: 'Town' }),
    operate('delete', 'zip', { parent_field: 'address' }),
    {
      type: 'rearrange_field',
      model_name: 'food',
      field_name: 'town',
      move_type: 'child_to_parent',
      new_position: 1,
      parent_id: 'address',
    },
  ),
  set(
    'a new field that becomes required and unique',
    field('Batch', { field_type: 'number' }),
    update('batch', { validation: { unique: true } }),
    update('batch', { enable_indexing: true }),
  ),
  set('nothing that lasts in the tables', field('Motto'), operate('delete', 'motto')),
]
