/** The changes that the states are in the middle of, on the models of `SETTING`. */

/** The project of every state. */
export const PROJECT = 'shop'

/** Tenants by server: dan alone lives on beta. */
export const TENANTS = { ana: 'alpha', ben: 'alpha', cleo: 'alpha', dan: 'beta' } as const

const field = (field_label: string, rest: object = {}): object => ({
  type: 'add_field',
  model_name: 'guest',
  field_label,
  field_type: 'text',
  ...rest,
})

/** What every state begins with, operation by operation. */
export const SETTING: Readonly<Record<string, unknown>> = {
  'setup-models': {
    type: 'publish_schema_changeset',
    mutations: [
      { type: 'create_model', name: 'guest' },
      field('name', { validation: { required: true } }),
      field('email'),
      field('visits'),
      field('phone'),
      field('note'),
      field('address', { field_type: 'object' }),
      field('city', { parent_field: 'address' }),
      { type: 'create_model', name: 'room' },
    ],
  },
}

/** Rows of every target; `:ns` is its namespace. */
export const ROWS = `
  insert into :ns.guest (id, name, email, visits, phone, note, address) values
    ('g1', 'Nils', 'nils@example.org', '12', '0170', 'window', '{"city": "Bremen"}'),
    ('g2', 'Ida', 'ida@example.org', '7', null, null, '{"city": "Kiel"}'),
    ('g3', 'Omar', null, null, null, 'late', null);
  insert into :ns.room (id) values ('r1')`

/** Adds a field of that name: one transaction on each target. */
export const add = (name: string): object => field(name)

/** A text becomes a number: sync, backfill, switch, and triggers that are removed in the end. */
export const RETYPE = {
  type: 'model_field_operation',
  operation: 'change_type',
  model_name: 'guest',
  field_name: 'visits',
  changed_type: 'number',
  input_type: 'int',
}

/** Empty places are filled, and none may be empty any more. */
export const REQUIRE = {
  type: 'add_field',
  is_update: true,
  model_name: 'guest',
  field_label: 'phone',
  validation: { required: true, default: 'none' },
}

const email = (unique: boolean): object => ({
  type: 'add_field',
  is_update: true,
  model_name: 'guest',
  field_label: 'email',
  validation: { unique },
})

/** No two rows may have the same. */
export const DISTINGUISH = email(true)

/** The way back of this one is a rule that rows may break meanwhile. */
export const RELAX = email(false)

/** An index that is built while others write. */
export const INDEX = {
  type: 'add_field',
  is_update: true,
  model_name: 'guest',
  field_label: 'email',
  enable_indexing: true,
}

/** Renames a key in all documents of a column. */
export const RENAME_NESTED = {
  type: 'model_field_operation',
  operation: 'rename',
  model_name: 'guest',
  field_name: 'city',
  parent_field: 'address',
  new_name: 'Town',
}

/** Sets a column with values aside. */
export const DELETE = { type: 'model_field_operation', operation: 'delete', model_name: 'guest', field_name: 'note' }

/** Sets a table with rows aside. */
export const DELETE_MODEL = { type: 'delete_model', model_name: 'room' }

/** Several changes as one operation, with a foreign key and an index of its own. */
export const CHANGESET = {
  type: 'publish_schema_changeset',
  mutations: [
    { type: 'create_model', name: 'booking' },
    { type: 'add_field', model_name: 'booking', field_label: 'Nights', field_type: 'number', input_type: 'int' },
    {
      type: 'create_connection',
      from: 'guest',
      to: 'booking',
      on_delete: 'restrict',
      forward_connection_type: 'has_many',
      reverse_connection_type: 'has_one',
    },
    { type: 'model_field_operation', operation: 'delete', model_name: 'guest', field_name: 'note' },
    { type: 'add_field', is_update: true, model_name: 'guest', field_label: 'email', enable_indexing: true },
  ],
}
