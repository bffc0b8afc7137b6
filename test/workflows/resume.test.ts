import { describe, expect, test } from 'vitest'
import type { PlannedOperation, ResumedOperation } from '../../src/contract.ts'
import { until, useStories } from './stories.ts'

const stories = useStories()

const plan: PlannedOperation = {
  ...{ hash: 'h1', baseRevision: 1, nextRevision: 2, unchanged: false, tenants: 3, hazards: [] },
  ...{ forwardSql: [], compensationSql: [], sqlLeftOut: 0 },
}
const reason = { type: 'DataRejected', code: 'DATA_REJECTED', message: 'tenant schema propagation: tenant t2: rows.' }
const standing = (from: ResumedOperation['from'], more: Partial<ResumedOperation> = {}) => ({
  resumed: (): ResumedOperation => ({
    ...{ from, plan, preflighted: true, baseEpoch: 0, reason: null, endsAs: 'failed' },
    ...more,
  }),
})

describe('a run that takes up what an earlier one began', () => {
  test('goes on forward, without looking at every target once more', async () => {
    const { fleet } = await stories.tell({ ...standing('forward'), parallel: 1 })
    expect(fleet.status()).toBe('committed')
    expect(fleet.steps.has('preflight')).toBe(false)
    expect(fleet.events.filter((event) => event.startsWith('apply'))).toHaveLength(4)
  })

  test('looks at every target if that was not done before', async () => {
    const { fleet } = await stories.tell(standing('forward', { preflighted: false }))
    expect(fleet.steps.get('preflight')?.state).toBe('succeeded')
  })

  test('A25: goes on undoing, and ends as the ledger says', async () => {
    const { fleet, cause } = await stories.tell(standing('undo', { reason }))
    expect(fleet.events).toEqual([
      'turn taken',
      'status compensating',
      'tombstone base',
      'status failed',
      'turn released',
    ])
    expect(cause?.message).toBe(reason.message)
    const cancelled = await stories.tell(standing('undo', { reason, endsAs: 'cancelled' }))
    expect(cancelled.fleet.status()).toBe('cancelled')
  })

  test('waits for a person if the undo did, without undoing anything before', async () => {
    const { fleet } = await stories.tell(standing('repair', { reason }), async (handle, seen) => {
      await expect
        .poll(async () => (await handle.query<{ status: string }>('status')).status, { timeout: 30_000 })
        .toBe('needs_repair')
      expect(seen.events).not.toContain('tombstone base')
      await handle.signal('repair', { action: 'retry', actor: 'ana' })
    })
    expect(fleet.status()).toBe('failed')
  })

  test('waits for a person if the operation was held, and can still give up', async () => {
    const { fleet } = await stories.tell(standing('held', { reason }), async (handle, seen) => {
      await until(seen, 'needs_repair')
      await handle.signal('repair', { action: 'compensate', actor: 'ana' })
    })
    expect(fleet.status()).toBe('failed')
    expect(fleet.events).toContain('tombstone base')
  })

  test('does only what is left when the schema is durable, and needs no turn for it', async () => {
    const { fleet } = await stories.tell(standing('durable'))
    expect(fleet.events).toEqual(['turn released', 'cache', 'status committed', 'hook'])
  })
})

describe('long waits', () => {
  test('for the turn go on as new long before the history gets long', async () => {
    const { fleet } = await stories.tell({ turns: (attempt) => attempt > 500 })
    expect(fleet.status()).toBe('committed')
    expect(fleet.runs()).toBeGreaterThan(1)
  }, 120_000)

  test('for a person go on as new, too', async () => {
    const { fleet } = await stories.tell(standing('repair', { reason }), async (handle, seen) => {
      for (let signals = 1; seen.runs() < 2; signals += 1) {
        await handle.signal('repair', { action: 'park', note: `${signals}` })
        if (signals % 20 === 0) await expect.poll(() => ignored(seen.events), { timeout: 30_000 }).toBe(signals)
      }
      await handle.signal('repair', { action: 'retry', actor: 'ana' })
    })
    expect(fleet.status()).toBe('failed')
  }, 120_000)
})

function ignored(events: readonly string[]): number {
  return events.filter((event) => event === 'audit repair_ignored').length
}
