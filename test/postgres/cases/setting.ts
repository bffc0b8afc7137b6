/** What every case of the table begins with: a schema with something of everything, and rows. */
import { applyMutation } from '../../../src/logical/applyMutation.ts'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { EMPTY_SCHEMA, type LogicalSchema } from '../../../src/logical/schema.ts'

/** One mutation on the setting, or on what `before` makes of it. */
export interface Case {
  readonly name: string
  readonly before?: readonly Mutation[]
  /** More rows, with `:ns` for the namespace. */
  readonly rows?: string
  readonly mutation: Mutation
}

/** A field of model `food`. */
export function field(label: string, rest: Record<string, unknown> = {}): Mutation {
  return { type: 'add_field', model_name: 'food', field_label: label, field_type: 'text', ...rest } as Mutation
}

/** A patch of a field of model `food`. */
export function update(label: string, rest: Record<string, unknown>): Mutation {
  return { type: 'add_field', is_update: true, model_name: 'food', field_label: label, ...rest } as Mutation
}

/** An operation on a field of model `food`. */
export function operate(operation: string, field_name: string, rest: Record<string, unknown> = {}): Mutation {
  return { type: 'model_field_operation', operation, model_name: 'food', field_name, ...rest } as Mutation
}

/** A relation. */
export function connect(from: string, to: string, kinds: string, rest: Record<string, unknown> = {}): Mutation {
  const [forward, reverse] = kinds.split('/')
  return {
    type: 'create_connection',
    from,
    to,
    forward_connection_type: forward,
    reverse_connection_type: reverse,
    ...rest,
  } as Mutation
}

const SETTING: readonly Mutation[] = [
  { type: 'create_model', name: 'food' },
  { type: 'create_model', name: 'order' },
  { type: 'create_model', name: 'shelf' },
  { type: 'add_field', model_name: 'order', field_label: 'Note', field_type: 'text' },
  { type: 'add_field', model_name: 'shelf', field_label: 'Label', field_type: 'text' },
  field('Name', { validation: { required: true, locals: ['en', 'bn', 'pt-BR'] } }),
  field('Code', { enable_indexing: true, validation: { unique: true } }),
  field('Course', { field_type: 'list', validation: { fixed_list_elements: ["chef's", 'a\\b', 'ünï'] } }),
  field('Address', { field_type: 'object' }),
  field('City', { parent_field: 'address' }),
  field('Zip', { parent_field: 'address' }),
  field('Geo', { field_type: 'object', parent_field: 'address' }),
  field('Lat', { field_type: 'number', input_type: 'double', parent_field: 'address.geo' }),
  field('Steps', { field_type: 'repeated' }),
  field('Title', { parent_field: 'steps' }),
  field('Stock', { field_type: 'number' }),
  field('Digits'),
  field('Tags', { field_type: 'list' }),
]

const ROWS = `
  insert into :ns.food (id, name, name_bn, name_pt_br, code, course, address, steps, stock, digits, tags) values
    ('f1', 'rice', 'ভাত', 'arroz', 'R1', 'chef''s', '{"city": "Dhaka", "zip": "1205", "geo": {"lat": 23.7}, "x": null}',
      '[{"_id": "s1", "title": "boil"}, {"_id": "s2"}]', 3, '007', '["a", 1]'),
    ('f2', 'tea', 'চা', 'chá', 'T1', null, null, null, null, null, null),
    ('f3', 'soup', '', '', null, 'ünï', '{"zip": null, "geo": null}', '[]', 0, ' 12 ', '[]');
  insert into :ns."order" (id, note) values ('o1', 'first'), ('o2', null);
  insert into :ns.shelf (id, label) values ('s1', 'top');`

/** The schema of the setting, with the mutations of a case on top. */
export function settingOf(more: readonly Mutation[] = []): LogicalSchema {
  return [...SETTING, ...more].reduce(
    (schema, mutation) => applyMutation(schema, mutation, { operationId: 'setting' }),
    EMPTY_SCHEMA,
  )
}

/** The rows of a case. */
export function rowsOf({ rows = '' }: Pick<Case, 'rows'>): string {
  return `${ROWS} ${rows}`
}
