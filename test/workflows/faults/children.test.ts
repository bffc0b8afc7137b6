import { describe } from 'vitest'
import { FORWARD, ONE_COLUMN } from '../../faults/stories.ts'
import { tell } from './everywhere.ts'
import { applies, CARD, GUESTS, useWorld } from './scenes.ts'

const CHILDREN = { fanOut: 'children' } as const
const REFUSES = { tenant: 'bob', when: FORWARD }

describe('a worker lost at every boundary of an activity, with a child for each tenant', () => {
  const world = useWorld()
  tell('A23: all tenants take the change', world, {
    ...GUESTS,
    id: 'all',
    kinds: ['before', 'after', 'task', 'late', 'beside'],
    happens: applies(CARD, CHILDREN),
    ends: { operation: { status: 'committed', turn: 'released' } },
  })
  tell('A23: all eight tenants take the change, whosever answer is lost', world, {
    ...GUESTS,
    id: 'eight',
    tenants: ONE_COLUMN.tenants,
    kinds: ['after', 'task'],
    happens: applies(CARD, CHILDREN),
    ends: { operation: { status: 'committed', turn: 'released' } },
  })
  tell('A25: one tenant fails for good, and all is undone', world, {
    ...GUESTS,
    id: 'undone',
    refuses: REFUSES,
    happens: applies(CARD, CHILDREN),
    ends: { operation: { status: 'failed', turn: 'released', error_code: 'STATEMENT_REFUSED' } },
  })
  tell('one tenant fails for good, and is parked', world, {
    ...GUESTS,
    id: 'parked',
    refuses: REFUSES,
    happens: applies(CARD, { ...CHILDREN, onTenantFailure: 'park' }),
    ends: { operation: { status: 'committed', turn: 'released' } },
  })
})
