/** The courses of events in which a worker is killed. */
import type { Story } from './runTogether.ts'

/** An operation is at work here, and it is not its undo. */
export const FORWARD = `exists (select from schema_saga_target.marker m where m.namespace = v_namespace)
  and coalesce(current_setting('schema_saga.stage', true), '') not like '%"compensate"%'`

/** Its undo is. */
export const UNDO = `coalesce(current_setting('schema_saga.stage', true), '') like '%"compensate"%'`

const DONE = { status: 'committed', turn: 'released' }
const UNDONE = { status: 'failed', turn: 'released', error_code: 'STATEMENT_REFUSED' }

/** A base and eight tenants on two servers get one more column. */
export const ONE_COLUMN = {
  tenants: ['ada', 'bob', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hal'],
  before: [{ type: 'create_model', name: 'guest' }],
  rows: "insert into :ns.guest values ('g1')",
  mutation: { type: 'add_field', model_name: 'guest', field_label: 'Card', field_type: 'text' },
}

/** The points of children are many more, so that their fleet is smaller; sweeps go through them with all eight. */
const FOUR = { ...ONE_COLUMN, tenants: ONE_COLUMN.tenants.slice(0, 4), refuses: { tenant: 'cleo', when: FORWARD } }

/** With a child for each tenant. */
export const CHILDREN: readonly Story[] = [
  {
    ...ONE_COLUMN,
    name: 'A23: all eight tenants take the change, with a child for each',
    options: { fanOut: 'children' },
    ends: DONE,
  },
  {
    ...FOUR,
    name: 'A25: one of four tenants fails for good, and all is undone, with a child for each',
    options: { fanOut: 'children' },
    ends: UNDONE,
  },
  {
    ...FOUR,
    name: 'one of four tenants fails for good, and is parked',
    options: { fanOut: 'children', onTenantFailure: 'park' },
    ends: DONE,
  },
]

/** With sweeps; their messages are points, too. */
export const SWEEPS: readonly Story[] = [
  {
    ...ONE_COLUMN,
    name: 'A23: all eight tenants take the change, in sweeps',
    messages: true,
    options: { fanOut: 'sweep' },
    ends: DONE,
  },
  {
    ...ONE_COLUMN,
    name: 'A25: one of eight tenants fails for good, and all is undone, in sweeps',
    messages: true,
    // One at a time, so that it is always the same tenants that are not begun.
    options: { fanOut: 'sweep', parallel: 1 },
    refuses: { tenant: 'eve', when: FORWARD },
    ends: UNDONE,
  },
]

/** Transactions, a backfill under a sync, a concurrent index build and a settle, on a base and two tenants. */
const SEVERAL_STAGES = {
  tenants: ['ada', 'bob'],
  before: [
    { type: 'create_model', name: 'guest' },
    { type: 'add_field', model_name: 'guest', field_label: 'Seats', field_type: 'text' },
  ],
  rows: `insert into :ns.guest select 'g' || n, n::text from generate_series(1, 30) n`,
  mutation: [
    {
      type: 'model_field_operation',
      operation: 'change_type',
      model_name: 'guest',
      field_name: 'seats',
      changed_type: 'number',
    },
    { type: 'add_field', model_name: 'guest', field_label: 'Card', field_type: 'text', enable_indexing: true },
  ],
  messages: true,
  options: { fanOut: 'children' },
} as const

/** Once its rows have been copied, the tenant takes no more. */
const LATE = `${FORWARD} and exists (select from schema_saga_target.backfill b where b.namespace = v_namespace)`

/** With a plan of several stages; messages are points, too. */
export const STAGES: readonly Story[] = [
  { ...SEVERAL_STAGES, name: 'all targets take a change in several stages', ends: DONE },
]

/** The same, undone. */
export const STAGES_UNDONE: readonly Story[] = [
  {
    ...SEVERAL_STAGES,
    name: 'one tenant fails in a late stage, and all is undone',
    refuses: { tenant: 'bob', when: LATE },
    ends: UNDONE,
  },
]
