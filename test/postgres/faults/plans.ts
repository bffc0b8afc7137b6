/** Plans with every kind of stage, in every order in which the planner puts them; each on as small a schema as it needs. */
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { connect, field, operate, update } from '../cases/setting.ts'
import { type PlanCase, planned, reverted } from './planCases.ts'

const FOOD: Mutation = { type: 'create_model', name: 'food' }
/** Two models that may be related. */
const RELATED: readonly Mutation[] = [
  FOOD,
  field('Label'),
  { type: 'create_model', name: 'order' },
  { type: 'add_field', model_name: 'order', field_label: 'Note', field_type: 'text' },
]
const CODE = field('Code', { enable_indexing: true, validation: { unique: true } })
const ROWS = "insert into :ns.food (id) values ('f1'), ('f2')"
const CODES = "insert into :ns.food (id, code) values ('f1', 'R1'), ('f2', 'T1'), ('f3', null)"

/** Plans of nothing but transactions that are done in no time. */
const TRANSACTIONS: readonly PlanCase[] = [
  planned({ name: 'a new field', before: [FOOD], rows: ROWS }, field('Motto')),
  planned(
    {
      name: 'a new field that is written to before the undo',
      before: [FOOD],
      rows: ROWS,
      written: "update :ns.food set motto = 'eat' where id = 'f1'",
    },
    field('Motto'),
  ),
  planned({ name: 'a deleted field', before: [FOOD, CODE], rows: CODES }, operate('delete', 'code')),
  planned({ name: 'a deleted model', before: [FOOD, CODE], rows: CODES }, { type: 'delete_model', model_name: 'food' }),
  planned(
    { name: 'a renamed model', before: [...RELATED, connect('food', 'order', 'has_one/has_many')], rows: ROWS },
    { type: 'rename_model', model_name: 'food', new_name: 'dish', with_relations: true },
  ),
  reverted({ name: 'a deleted field that comes back', before: [FOOD, CODE], rows: CODES }, operate('delete', 'code')),
  reverted(
    { name: 'a deleted model that comes back', before: [FOOD, CODE], rows: CODES },
    { type: 'delete_model', model_name: 'food' },
  ),
]

/** Indexes built and dropped concurrently, and proofs of all rows. */
const INDEXES_AND_PROOFS: readonly PlanCase[] = [
  planned(
    { name: 'an index that is built', before: [FOOD, field('Stock', { field_type: 'number' })], rows: ROWS },
    update('stock', { enable_indexing: true }),
  ),
  planned(
    { name: 'an index that is dropped', before: [FOOD, CODE], rows: CODES },
    update('code', { enable_indexing: false }),
  ),
  planned(
    { name: 'a field that becomes unique', before: [FOOD, field('Code')], rows: CODES },
    update('code', { validation: { unique: true } }),
  ),
  planned(
    {
      name: 'a shorter list',
      before: [FOOD, field('Course', { field_type: 'list', validation: { fixed_list_elements: ["chef's", 'ünï'] } })],
      rows: "insert into :ns.food (id, course) values ('f1', 'ünï'), ('f2', null)",
    },
    update('course', { validation: { fixed_list_elements: ['ünï', 'new'] } }),
  ),
  planned(
    {
      name: 'a relation',
      before: RELATED,
      rows: `${ROWS}; insert into :ns."order" (id) values ('o1')`,
    },
    connect('food', 'order', 'has_one/has_many'),
  ),
  planned({ name: 'a changeset with a new model and an indexed field', before: [FOOD, field('Label')], rows: ROWS }, {
    type: 'publish_schema_changeset',
    mutations: [
      { type: 'create_model', name: 'supplier' },
      { type: 'add_field', model_name: 'supplier', field_label: 'Name', field_type: 'text' },
      field('Sku', { enable_indexing: true, validation: { unique: true } }),
    ],
  } as Mutation),
]

/** Batches, alone and under the triggers of a sync. */
const BACKFILLS: readonly PlanCase[] = [
  planned(
    {
      name: 'empty places that are filled',
      before: [FOOD, field('Stock', { field_type: 'number' })],
      rows: "insert into :ns.food (id, stock) values ('f1', 3), ('f2', null)",
    },
    update('stock', { validation: { required: true, default: 7 } }),
  ),
  planned(
    {
      name: 'another type, in two batches',
      before: [FOOD, field('Digits')],
      // The first batch takes 1,000 rows.
      rows: "insert into :ns.food (id, digits) select 'n' || n, n::text from generate_series(1, 1001) n",
    },
    operate('change_type', 'digits', { changed_type: 'number' }),
  ),
  planned(
    {
      name: 'a nested field of another name',
      before: [FOOD, field('Address', { field_type: 'object' }), field('City', { parent_field: 'address' })],
      rows: `insert into :ns.food (id, address) values ('f1', '{"city": "Dhaka", "x": null}'), ('f2', null)`,
    },
    operate('rename', 'city', { parent_field: 'address', new_name: 'Town' }),
  ),
  planned(
    { name: 'a unique and indexed duplicate', before: [FOOD, CODE], rows: CODES },
    operate('duplicate', 'code', { new_name: 'Key' }),
  ),
  planned(
    {
      name: 'a required, localised field of another type',
      before: [FOOD, field('Name', { validation: { required: true, locals: ['en', 'bn'] } })],
      rows: "insert into :ns.food (id, name, name_bn) values ('f1', 'rice', 'ভাত'), ('f2', 'soup', '')",
    },
    operate('change_type', 'name', { changed_type: 'list' }),
  ),
]

const REQUIRED = field('Label', { validation: { required: true } })
const LABELS = "insert into :ns.food (id, label) values ('f1', 'rice'), ('f2', 'soup')"

/** Undos and reverts in several parts: what rows written meanwhile may break is filled and proven behind the change of places. */
const WAYS_BACK: readonly PlanCase[] = [
  planned(
    {
      name: 'a deleted field that is required',
      before: [FOOD, REQUIRED],
      rows: LABELS,
      written: "insert into :ns.food (id) values ('f3')",
    },
    operate('delete', 'label'),
  ),
  planned(
    {
      name: 'a unique that is given up',
      before: [FOOD, field('Code', { validation: { unique: true } })],
      rows: CODES,
      written: "update :ns.food set code = 'T1' where id = 'f1'",
    },
    update('code', { validation: { unique: false } }),
  ),
  planned(
    {
      name: 'a relation that is deleted',
      before: [...RELATED, connect('food', 'order', 'has_many/has_many')],
      rows: `${ROWS}; insert into :ns."order" (id) values ('o1')`,
    },
    { type: 'delete_connection', from: 'food', to: 'order' },
  ),
  reverted(
    { name: 'a deleted required field that comes back', before: [FOOD, REQUIRED], rows: LABELS },
    operate('delete', 'label'),
  ),
]

export const PLANS: readonly PlanCase[] = [...TRANSACTIONS, ...INDEXES_AND_PROOFS, ...BACKFILLS, ...WAYS_BACK]
