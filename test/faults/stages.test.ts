import { describe } from 'vitest'
import { FORWARD, tell } from './stories.ts'

/** Transactions, a backfill under a sync, a concurrent index build and a settle, on a base and two tenants. */
const STAGES = {
  tenants: ['ada', 'bob'],
  before: [
    { type: 'create_model', name: 'guest' },
    { type: 'add_field', model_name: 'guest', field_label: 'Seats', field_type: 'text' },
  ],
  rows: `insert into :ns.guest select 'g' || n, n::text from generate_series(1, 30) n`,
  mutation: [
    {
      ...{ type: 'model_field_operation', operation: 'change_type', model_name: 'guest' },
      ...{ field_name: 'seats', changed_type: 'number' },
    },
    { type: 'add_field', model_name: 'guest', field_label: 'Card', field_type: 'text', enable_indexing: true },
  ],
  messages: true,
  options: { fanOut: 'children' },
} as const

/** Once its rows have been copied, the tenant takes no more. */
const LATE = `${FORWARD} and exists (select from schema_saga_target.backfill b where b.namespace = v_namespace)`

describe('a worker killed at every message of a plan with several stages', () => {
  tell('all targets take the change', { ...STAGES, ends: { status: 'committed', turn: 'released' } })
  tell('one tenant fails in a late stage, and all is undone', {
    ...{ ...STAGES, refuses: { tenant: 'bob', when: LATE } },
    ends: { status: 'failed', turn: 'released', error_code: 'TARGET_DRIFTED' },
  })
})
