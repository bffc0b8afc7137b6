import { describe, expect, test } from 'vitest'
import { killEverywhere, type Story } from './killEverywhere.ts'

const MINUTES_10 = 600_000

const STORY = {
  tenants: ['ada', 'bob', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hal'],
  before: [{ type: 'create_model', name: 'guest' }],
  rows: "insert into :ns.guest values ('g1')",
  mutation: { type: 'add_field', model_name: 'guest', field_label: 'Card', field_type: 'text' },
} as const

const REFUSED = {
  tenant: 'eve',
  when: `nullif(current_setting('schema_saga.stage', true), '')::jsonb ->> 'direction' = 'forward'`,
} as const

const STORIES: readonly Story[] = [
  {
    ...{ ...STORY, name: 'children: all tenants take the change', options: { fanOut: 'children' } },
    ends: { status: 'committed', turn: 'released' },
  },
  {
    ...{ ...STORY, name: 'children: one tenant fails for good, and all is undone', options: { fanOut: 'children' } },
    refuses: REFUSED,
    ends: { status: 'failed', turn: 'released', error_code: 'TARGET_DRIFTED' },
  },
  {
    ...{ ...STORY, name: 'children: one tenant fails for good, and is parked', refuses: REFUSED },
    options: { fanOut: 'children', onTenantFailure: 'park' },
    ends: { status: 'committed', turn: 'released' },
  },
]

describe.concurrent('a worker that is killed at every point between two effects, on a base and eight tenants', () => {
  test.each(STORIES)(
    'A23, A25: $name',
    async (story) => {
      const { points, covered } = await killEverywhere(story)
      expect(covered).toBe(points)
    },
    MINUTES_10,
  )
})
