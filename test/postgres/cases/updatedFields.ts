/** Cases of `add_field` as an update, on tables with rows. */
import { type Case, update } from './setting.ts'

const REQUIRED = { required: true }

export const UPDATED_FIELDS: readonly Case[] = [
  { name: 'required off', mutation: update('name', { validation: { required: false } }) },
  {
    name: 'required on, empty places filled with the default',
    mutation: update('stock', { validation: { ...REQUIRED, default: 7 } }),
  },
  {
    name: 'required on, where no row is empty',
    rows: `update :ns.food set stock = 1 where stock is null;`,
    mutation: update('stock', { validation: REQUIRED }),
  },
  {
    name: 'required on for a list, with a default',
    mutation: update('tags', { validation: { ...REQUIRED, default: ['new'] } }),
  },
  { name: 'another default', mutation: update('digits', { validation: { default: 'none' } }) },
  { name: 'unique on', mutation: update('digits', { validation: { unique: true } }) },
  { name: 'unique off', mutation: update('code', { validation: { unique: null } }) },
  {
    name: 'unique on in three locales',
    mutation: update('name', { validation: { unique: true } }),
    rows: `update :ns.food set name_bn = id, name_pt_br = id;`,
  },
  { name: 'index on', mutation: update('stock', { enable_indexing: true }) },
  { name: 'index off', mutation: update('code', { enable_indexing: false }) },
  { name: 'a locale more', mutation: update('name', { validation: { locals: ['en', 'bn', 'pt-BR', 'de'] } }) },
  { name: 'a locale less', mutation: update('name', { validation: { locals: ['en', 'pt-BR'] } }) },
  { name: 'locales on', mutation: update('code', { validation: { locals: ['en', 'bn'], unique: false } }) },
  { name: 'locales off', mutation: update('name', { validation: { locals: null } }) },
  { name: 'another locale', mutation: update('code', { validation: { locals: ['bn'] } }) },
  {
    name: 'a longer fixed list',
    mutation: update('course', { validation: { fixed_list_elements: ["chef's", 'ünï', 'new'] } }),
  },
  { name: 'no fixed list any more', mutation: update('course', { validation: { fixed_list_elements: null } }) },
  { name: 'many choices from a fixed list', mutation: update('course', { validation: { is_multi_choice: true } }) },
  { name: 'description and place', mutation: update('digits', { field_description: 'seven of them', serial: 1 }) },
  { name: 'nested patch', mutation: update('city', { parent_field: 'address', validation: { required: true } }) },
]
