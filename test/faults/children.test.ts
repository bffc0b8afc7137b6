import { describe } from 'vitest'
import { FORWARD, ONE_COLUMN, tell } from './stories.ts'

/** Their points are many more, so that their fleet is smaller; sweeps go through them with all eight. */
const FOUR = { ...ONE_COLUMN, tenants: ONE_COLUMN.tenants.slice(0, 4) }
const REFUSES = { tenant: 'cleo', when: FORWARD }

describe('a worker killed at every point between two effects, with a child for each tenant', () => {
  tell('A23: all eight tenants take the change', {
    ...{ ...ONE_COLUMN, options: { fanOut: 'children' } },
    ends: { status: 'committed', turn: 'released' },
  })
  tell('A25: one of four tenants fails for good, and all is undone', {
    ...{ ...FOUR, options: { fanOut: 'children' }, refuses: REFUSES },
    ends: { status: 'failed', turn: 'released', error_code: 'TARGET_DRIFTED' },
  })
  tell('one of four tenants fails for good, and is parked', {
    ...{ ...FOUR, options: { fanOut: 'children', onTenantFailure: 'park' }, refuses: REFUSES },
    ends: { status: 'committed', turn: 'released' },
  })
})
