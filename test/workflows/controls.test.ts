import { CancelledFailure } from '@temporalio/client'
import { describe, expect, test } from 'vitest'
import type { OperationProgress } from '../../src/contract.ts'
import type { OperationHandle } from './environment.ts'
import { createGate, forbid, refusalOf, until, untilEvent, useStories } from './stories.ts'
import type { Story } from './story.ts'

const stories = useStories()

const HOLD = { onTenantFailure: 'hold', parallel: 1 } as const
const by = { actor: 'ana', reason: 'peak hours' }
const update = (handle: OperationHandle, name: string, request: object = by): Promise<void> =>
  handle.executeUpdate<void, [object]>(name, { args: [request] })
const progressOf = (handle: OperationHandle): Promise<OperationProgress> => handle.query<OperationProgress>('status')

/** How many activities the operation's workflow knows to have ended. */
async function activitiesEnded(handle: OperationHandle): Promise<number> {
  const { events } = await handle.fetchHistory()
  return (events ?? []).filter((event) => event.activityTaskCompletedEventAttributes).length
}

/** A story that stands still at one tenant until it is let go. */
function standingAt(who: string): { story: Story; release: () => void } {
  const gate = createGate()
  return {
    story: { options: { parallel: 1 }, applied: (scope) => (scope === who ? gate.pass() : undefined) },
    release: gate.open,
  }
}

describe('pause and resume', () => {
  test('a paused operation ends what is in flight, begins no other tenant, and goes on when it is resumed', async () => {
    const { story, release } = standingAt('t1')
    const { fleet } = await stories.tell(story, async (handle, seen) => {
      await expect.poll(() => seen.steps.get('tenant_ddl/t1')?.state, { timeout: 30_000 }).toBe('running')
      await update(handle, 'pause')
      release()
      await untilEvent(seen, 'apply t1')
      expect((await progressOf(handle)).paused).toBe(true)
      expect(seen.steps.get('tenant_ddl/t2')?.state).toBe('pending')
      expect(await refusalOf(update(handle, 'pause'))).toBe('NOT_APPLICABLE: The operation is paused already.')
      await update(handle, 'resume')
    })
    expect(fleet.status()).toBe('committed')
    expect(fleet.events.indexOf('resumed')).toBeGreaterThan(fleet.events.indexOf('apply t1'))
    expect(fleet.events.indexOf('apply t2')).toBeGreaterThan(fleet.events.indexOf('resumed'))
  })

  test('a paused operation can be aborted', async () => {
    const { story, release } = standingAt('')
    const { fleet } = await stories.tell(story, async (handle, seen) => {
      await expect.poll(() => seen.steps.get('base_project_ddl')?.state, { timeout: 30_000 }).toBe('running')
      await update(handle, 'pause')
      release()
      // The time-skipping server cannot bear a cancel of work that ends in the same moment.
      await expect.poll(() => activitiesEnded(handle), { timeout: 30_000 }).toBe(3)
      await update(handle, 'abort')
    })
    expect(fleet.status()).toBe('cancelled')
    expect(fleet.events).toContain('undo base')
    expect(fleet.steps.get('tenant_ddl/t1')?.state).toBe('pending')
  })

  test('what a paused operation had done on tenants is undone when it is aborted, though nobody resumes it', async () => {
    const { story, release } = standingAt('t1')
    const { fleet } = await stories.tell(story, async (handle, seen) => {
      await expect.poll(() => seen.steps.get('tenant_ddl/t1')?.state, { timeout: 30_000 }).toBe('running')
      await update(handle, 'pause')
      release()
      await expect.poll(() => seen.steps.get('tenant_ddl/t1')?.state, { timeout: 30_000 }).toBe('succeeded')
      await update(handle, 'abort')
    })
    expect(fleet.status()).toBe('cancelled')
    expect(fleet.events).toContain('undo t1')
  })
})

describe('single tenants', () => {
  test('a tenant that has not been begun is left out', async () => {
    const { story, release } = standingAt('t1')
    const { fleet } = await stories.tell(story, async (handle, seen) => {
      await expect.poll(() => seen.steps.get('tenant_ddl/t1')?.state, { timeout: 30_000 }).toBe('running')
      await update(handle, 'skipTenant', { tenant: 't3', ...by })
      expect(await refusalOf(update(handle, 'skipTenant', { tenant: 't9', ...by }))).toBe(
        `TENANT_NOT_FOUND: Project "${seen.project}" has no tenant "t9".`,
      )
      expect(await refusalOf(update(handle, 'skipTenant', { tenant: 't2', actor: 'ana' }))).toBe(
        'NOT_APPLICABLE: A reason is expected: it is shown with the tenant.',
      )
      release()
    })
    expect(fleet.status()).toBe('committed')
    expect(fleet.steps.get('tenant_ddl/t3')?.state).toBe('skipped')
    expect(fleet.events).not.toContain('apply t3')
  })

  test('a held operation goes on once its only failed tenant is skipped, which is fenced before', async () => {
    const story: Story = { options: HOLD, applied: forbid('t2') }
    const { fleet } = await stories.tell(story, async (handle, seen) => {
      await until(seen, 'needs_repair')
      await update(handle, 'skipTenant', { tenant: 't2', ...by })
    })
    expect(fleet.status()).toBe('committed')
    expect(fleet.events.indexOf('skip t2')).toBeGreaterThan(fleet.events.indexOf('tombstone t2'))
    expect(fleet.events).toContain('apply t3')
  })

  test('a held operation tries those again that are named, as another attempt, and refuses those that have not failed', async () => {
    let isHealed = false
    const story: Story = {
      options: HOLD,
      applied: (scope) => {
        if (!isHealed) forbid('t2')(scope)
      },
    }
    const { fleet } = await stories.tell(story, async (handle, seen) => {
      expect(await refusalOf(update(handle, 'retryTenants'))).toMatch(/^NOT_APPLICABLE: The operation/)
      await until(seen, 'needs_repair')
      expect(seen.document()).toMatchObject({ code: 'HELD', error: expect.stringMatching(/^held: /) })
      expect(await refusalOf(update(handle, 'retryTenants', { tenants: ['t1'], ...by }))).toBe(
        'NOT_APPLICABLE: None of the tenants t1 has failed in this operation.',
      )
      isHealed = true
      await update(handle, 'retryTenants', { tenants: ['t2'], ...by })
    })
    expect(fleet.status()).toBe('committed')
    expect(fleet.document().attempt).toBe(2)
    expect(fleet.events.filter((event) => event === 'apply t1')).toHaveLength(1)
  })

  test('an abort of a held operation undoes everything and ends it cancelled', async () => {
    const { fleet } = await stories.tell({ options: HOLD, applied: forbid('t2') }, async (handle, seen) => {
      await until(seen, 'needs_repair')
      await update(handle, 'abort')
    })
    expect(fleet.status()).toBe('cancelled')
    expect(fleet.events).toContain('undo base')
  })
})

describe('parallelism', () => {
  test('more tenants are worked on at once when a person says so', async () => {
    const gate = createGate()
    const story: Story = { options: { parallel: 1 }, applied: (scope) => (scope === '' ? undefined : gate.pass()) }
    const { fleet } = await stories.tell(story, async (handle, seen) => {
      await expect.poll(() => seen.steps.get('tenant_ddl/t1')?.state, { timeout: 30_000 }).toBe('running')
      expect(seen.steps.get('tenant_ddl/t2')?.state).toBe('pending')
      await update(handle, 'setParallelism', { parallel: 3, ...by })
      await expect.poll(() => seen.steps.get('tenant_ddl/t3')?.state, { timeout: 30_000 }).toBe('running')
      expect(await refusalOf(update(handle, 'setParallelism', { parallel: 0, ...by }))).toBe(
        'INPUT_INVALID: parallel: a whole number from 1 to 1000 is expected.',
      )
      gate.open()
    })
    expect(fleet.status()).toBe('committed')
  })
})

describe('what comes too late', () => {
  test('X2: nothing but a query is heard once the schema is durable, and a cancel is written down', async () => {
    const gate = createGate()
    const { fleet, cause } = await stories.tell({ cached: gate.pass }, async (handle, seen) => {
      await gate.reached
      expect(await refusalOf(update(handle, 'abort'))).toBe(
        'NOT_APPLICABLE: The operation is applying and its schema is durable: aborting it makes no sense any more.',
      )
      expect(await refusalOf(update(handle, 'pause'))).toMatch(/^NOT_APPLICABLE: .*pausing it makes no sense any more/)
      await handle.cancel()
      await untilEvent(seen, 'audit cancel_ignored')
      gate.open()
    })
    expect(cause).toBeUndefined()
    expect(fleet.status()).toBe('committed')
  })

  test('an operation that needs repair ignores a cancel and refuses an abort, both on record', async () => {
    let isHealed = false
    const story: Story = {
      options: { parallel: 1 },
      applied: forbid('t2'),
      compensated: (scope) => {
        if (scope === 't1' && !isHealed) forbid('t1')(scope)
      },
    }
    const { fleet, cause } = await stories.tell(story, async (handle, seen) => {
      await until(seen, 'needs_repair')
      await handle.cancel()
      await untilEvent(seen, 'audit cancel_ignored')
      expect(await refusalOf(update(handle, 'abort'))).toMatch(/^NOT_APPLICABLE: The operation is needs_repair/)
      await handle.signal('repair', { action: 'compensate' })
      await handle.signal('repair', { nonsense: true })
      isHealed = true
      await handle.signal('repair', { action: 'retry', actor: 'ana' })
    })
    expect(cause).not.toBeInstanceOf(CancelledFailure)
    expect(fleet.status()).toBe('failed')
    expect(fleet.events.filter((event) => event === 'audit repair_ignored')).toHaveLength(2)
  })

  test('the base is never taken as it is', async () => {
    let isHealed = false
    const story: Story = {
      applied: forbid('t1'),
      compensated: (scope) => {
        if (scope === '' && !isHealed) forbid('')(scope)
      },
    }
    const { fleet } = await stories.tell(story, async (handle, seen) => {
      await until(seen, 'needs_repair')
      await handle.signal('repair', { action: 'accept', actor: 'ana' })
      await untilEvent(seen, 'audit repair_ignored')
      isHealed = true
      await handle.signal('repair', { action: 'retry', actor: 'ana' })
    })
    expect(fleet.status()).toBe('failed')
    expect(fleet.events).toContain('undo base')
  })
})
