/** What the courses of events have in common. */
import { expect, test } from 'vitest'
import { killEverywhere } from './killEverywhere.ts'
import type { Story } from './runTogether.ts'

/** A base and eight tenants on two servers get one more column. */
export const ONE_COLUMN = {
  tenants: ['ada', 'bob', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hal'],
  before: [{ type: 'create_model', name: 'guest' }],
  rows: "insert into :ns.guest values ('g1')",
  mutation: { type: 'add_field', model_name: 'guest', field_label: 'Card', field_type: 'text' },
} as const

/** Each point takes the time of two operations; a worker's death is noticed after 15 to 30 s. */
const LIMIT_MS = 1_800_000

/** An operation is at work here, and it is not its undo. */
export const FORWARD = `exists (select from schema_saga_target.marker m where m.namespace = v_namespace)
  and coalesce(current_setting('schema_saga.stage', true), '') not like '%"compensate"%'`

/** A test of one story. */
export function tell(name: string, story: Omit<Story, 'name'>): void {
  test(
    name,
    async () => {
      const { points, covered } = await killEverywhere({ ...story, name })
      // How many messages it takes depends on how many sessions share them: the last points may be none in another run.
      expect(covered).toBeGreaterThanOrEqual(story.messages ? points * 0.85 : points)
    },
    LIMIT_MS,
  )
}
