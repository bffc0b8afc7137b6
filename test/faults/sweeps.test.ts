import { describe } from 'vitest'
import { FORWARD, ONE_COLUMN, tell } from './stories.ts'

const SWEPT = { ...ONE_COLUMN, messages: true }

describe('a worker killed at every point between two effects, and at every message of a sweep', () => {
  tell('A23: all eight tenants take the change', {
    ...{ ...SWEPT, options: { fanOut: 'sweep' } },
    ends: { status: 'committed', turn: 'released' },
  })
  tell('A25: one of eight tenants fails for good, and all is undone', {
    // One at a time, so that it is always the same tenants that are not begun.
    ...{ ...SWEPT, options: { fanOut: 'sweep', parallel: 1 }, refuses: { tenant: 'eve', when: FORWARD } },
    ends: { status: 'failed', turn: 'released', error_code: 'TARGET_DRIFTED' },
  })
})
