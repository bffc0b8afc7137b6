/** Cases of `add_field` for new fields. */
import { type Case, field } from './setting.ts'

export const NEW_FIELDS: readonly Case[] = [
  { name: 'text', mutation: field('Note') },
  {
    name: 'multiline, required',
    mutation: field('Story', { field_type: 'multiline', validation: { required: true } }),
  },
  { name: 'a default with quotes', mutation: field('Motto', { validation: { default: `it's "so" \\ :"ns"` } }) },
  {
    name: 'date with default',
    mutation: field('Since', { field_type: 'date', validation: { required: true, default: '2024-02-29' } }),
  },
  { name: 'boolean, required', mutation: field('Vegan', { field_type: 'boolean', validation: { required: true } }) },
  { name: 'whole number', mutation: field('Portions', { field_type: 'number', validation: { required: true } }) },
  { name: 'negative number', mutation: field('Floor', { field_type: 'number', validation: { default: -2 } }) },
  {
    name: 'price',
    mutation: field('Price (USD)', { field_type: 'number', input_type: 'double', validation: { required: true } }),
  },
  {
    name: 'fraction',
    mutation: field('Rate', { field_type: 'number', input_type: 'double', validation: { default: 0.25 } }),
  },
  {
    name: 'small negative fraction',
    mutation: field('Drift', { field_type: 'number', input_type: 'double', validation: { default: -1.5e-7 } }),
  },
  {
    name: 'wide number',
    mutation: field('Code Wide', {
      field_type: 'number',
      input_type: 'double',
      validation: { default: 12345678901 },
    }),
  },
  { name: 'media, required', mutation: field('Photo', { field_type: 'media', validation: { required: true } }) },
  {
    name: 'gallery, required',
    mutation: field('Photos', { field_type: 'media', validation: { required: true, is_gallery: true } }),
  },
  { name: 'list', mutation: field('Diet Tags', { field_type: 'list', validation: { required: true } }) },
  {
    name: 'list with default',
    mutation: field('Labels', { field_type: 'list', validation: { default: ['b', 'aa', 1.5] } }),
  },
  {
    name: 'fixed list, required',
    mutation: field('Size', {
      field_type: 'list',
      validation: { required: true, default: 'm', fixed_list_elements: ['s', 'm', "x'l"] },
    }),
  },
  {
    name: 'multiple choice',
    mutation: field('Diets', {
      field_type: 'list',
      validation: { is_multi_choice: true, fixed_list_elements: ['a', 'b'] },
    }),
  },
  {
    name: 'object with default',
    mutation: field('Opening', { field_type: 'object', validation: { default: { to: 22, from: [8, { m: null }] } } }),
  },
  {
    name: 'repeated, required',
    mutation: field('Sizes', { field_type: 'repeated', validation: { required: true } }),
  },
  { name: 'unique', mutation: field('Barcode', { validation: { unique: true } }) },
  {
    name: 'indexed in two locales',
    mutation: field('Slug', { enable_indexing: true, validation: { locals: ['en', 'bn'], unique: true } }),
  },
  { name: 'nested', mutation: field('Street', { parent_field: 'address' }) },
  {
    name: 'as long as names may be',
    mutation: field('a'.repeat(50), { enable_indexing: true, validation: { unique: true, locals: ['pt-BR'] } }),
  },
  { name: 'nested, deep', mutation: field('Lon', { field_type: 'number', parent_field: 'address.geo' }) },
]
