import { ApplicationFailure, CancelledFailure, WorkflowFailedError } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OperationHandle, startTimeSkipping, withOperation } from './environment.ts'
import { createFakeFleet, type FakeFleet, failure, type Story } from './fakeActivities.ts'

let environment: TestWorkflowEnvironment
beforeAll(async () => {
  environment = await startTimeSkipping()
})
afterAll(async () => {
  await environment?.teardown()
})

async function commit(story: Story): Promise<FakeFleet> {
  const fleet = createFakeFleet(story)
  await withOperation(environment, fleet, (handle) => handle.result())
  return fleet
}

async function failureOf(handle: OperationHandle): Promise<{ cause: Error | undefined }> {
  const error: unknown = await handle.result().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof WorkflowFailedError)) throw new Error(`expected a failed workflow, got ${String(error)}`)
  return { cause: error.cause }
}

async function fail(story: Story): Promise<{ fleet: FakeFleet; error: ApplicationFailure }> {
  const fleet = createFakeFleet(story)
  const { cause } = await withOperation(environment, fleet, failureOf)
  if (!(cause instanceof ApplicationFailure)) throw new Error(`expected an ApplicationFailure, got ${String(cause)}`)
  return { fleet, error: cause }
}

const broken = (scope: string, who: string): void => {
  if (scope === who) throw failure('DataRejected', 'DATA_REJECTED', `${who} holds rows that forbid it.`)
}

describe('bookkeeping', () => {
  test('has no activity of its own, unless the catalog does not answer at once', async () => {
    const activities = async (story: Story): Promise<string[]> =>
      await withOperation(environment, createFakeFleet(story), async (handle) => {
        await handle.result()
        const { events } = await handle.fetchHistory()
        const names = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name)
        return names.filter((name) => name !== undefined && name !== null)
      })
    const usual = await activities({})
    expect(usual).toContain('preflightTargets')
    expect(usual).not.toContain('recordStep')
    const late = await activities({
      persisted: (attempt) => {
        if (attempt < 5) throw failure('SurroundingsMissing', 'CATALOG_UNREACHABLE', 'no answer', false)
        return undefined
      },
    })
    // One, however often it is tried: an outage must not make the history long.
    expect(late.filter((name) => name === 'persistSchema')).toHaveLength(1)
    expect(late.filter((name) => !usual.includes(name))).toEqual(['persistSchema'])
  })
})

describe('the normal course', () => {
  test('base comes first, then tenants, then the catalog, then the cache, then the hook', async () => {
    const { events, steps } = await commit({ parallel: 1 })
    expect(events).toEqual([
      'turn taken',
      'status applying',
      'apply base',
      'apply t1',
      'apply t2',
      'apply t3',
      'persist',
      'turn released',
      'cache',
      'status committed',
      'hook',
    ])
    for (const key of ['preflight', 'base_project_ddl', 'tenant_ddl', 'system_schema', 'cache', 'after_commit']) {
      expect(steps.get(key)?.state, key).toBe('succeeded')
    }
  })

  test('A3: without tenants the tenant step ends at once', async () => {
    const { steps, status } = await commit({ tenants: [] })
    expect(steps.get('tenant_ddl')?.state).toBe('succeeded')
    expect(status()).toBe('committed')
  })

  test('A4: without a base no base step is run', async () => {
    const { events, steps } = await commit({ base: false })
    expect(events).not.toContain('apply base')
    expect(steps.has('base_project_ddl')).toBe(false)
  })

  test('a mutation that changes nothing commits without touching a target', async () => {
    const { events } = await commit({ unchanged: true })
    expect(events).toEqual(['turn taken', 'status applying', 'turn released', 'status committed'])
  })

  test('a tenant activated while the operation runs is brought along by the closing sweep', async () => {
    const fleet: FakeFleet = createFakeFleet({
      parallel: 1,
      applied: (scope) => {
        if (scope === 't3') fleet.addTenant('t4')
      },
    })
    await withOperation(environment, fleet, (handle) => handle.result())
    expect(fleet.events.indexOf('apply t4')).toBeGreaterThan(fleet.events.indexOf('apply t3'))
    expect(fleet.events.indexOf('apply t4')).toBeLessThan(fleet.events.indexOf('persist'))
  })

  test('persist that finds a tenant behind sends the sweep out again', async () => {
    const { events } = await commit({
      persisted: (attempt) => (attempt === 1 ? { persisted: false, behind: 1 } : undefined),
    })
    expect(events).toContain('persist refused')
    expect(events.at(-1)).toBe('hook')
  })

  test('a cache that persist has refreshed is not refreshed again', async () => {
    const { events } = await commit({
      persisted: () => ({ persisted: true, behind: 0, turn: { next: null }, published: true }),
    })
    expect(events).not.toContain('cache')
    expect(events.at(-1)).toBe('hook')
  })

  test('the query says where the operation stands', async () => {
    const fleet = createFakeFleet()
    const progress = await withOperation(environment, fleet, async (handle) => {
      await handle.result()
      return await handle.query<{ status: string; tenants: { succeeded: number } }>('status')
    })
    expect(progress.status).toBe('committed')
    expect(progress.tenants.succeeded).toBe(3)
  })
})

describe('retries', () => {
  test('an unreachable target is tried again until it answers', async () => {
    const { events } = await commit({
      applied: (scope, attempt) => {
        if (scope === 't2' && attempt < 5) throw failure('TargetUnreachable', 'TARGET_UNREACHABLE', 'no answer', false)
      },
    })
    expect(events).toContain('apply t2')
  })

  test('data that forbids the change is not tried twice', async () => {
    let tries = 0
    await fail({
      applied: (scope) => {
        if (scope === 't2') tries += 1
        broken(scope, 't2')
      },
    })
    expect(tries).toBe(1)
  })

  test('the cache of a durable change is tried until it works', async () => {
    const { events, status } = await commit({
      cached: (attempt) => {
        if (attempt < 8) throw failure('SurroundingsMissing', 'CACHE_UNAVAILABLE', 'the cache is away', false)
      },
    })
    expect(events).toContain('cache')
    expect(status()).toBe('committed')
  })

  test('a hook that fails twice runs a third time, after the commit', async () => {
    const { events } = await commit({
      hooked: (attempt) => {
        if (attempt < 3) throw failure('Unexpected', 'UNEXPECTED', 'the replica is away', false)
      },
    })
    expect(events.slice(-2)).toEqual(['status committed', 'hook'])
  })
})

describe('failures and their undo', () => {
  test('a rejected plan ends as failed and nothing is undone, because nothing was done', async () => {
    const { fleet, error } = await fail({
      planned: () => {
        throw failure('MutationRejected', 'MODEL_NOT_FOUND', 'model is required')
      },
    })
    expect(error.type).toBe('MutationRejected')
    expect(error.message).toBe('model is required')
    expect(error.details?.[0]).toMatchObject({ code: 'MODEL_NOT_FOUND' })
    expect(fleet.events).toEqual(['turn taken', 'status failed', 'turn released'])
  })

  test('P1: preflight names every target that would not go through, before anything is changed', async () => {
    const problem = (scope: string) => ({
      scope,
      errorType: 'TargetDrifted',
      errorCode: 'TARGET_DRIFTED',
      error: 'it has drifted.',
    })
    const { fleet, error } = await fail({ preflight: [problem('t1'), problem('t3')] })
    expect(error.message).toBe('preflight: tenant t1: it has drifted.; tenant t3: it has drifted.')
    expect(fleet.events.filter((event) => event.startsWith('apply'))).toEqual([])
    expect(fleet.steps.get('preflight')?.state).toBe('failed')
  })

  test('A9, F1: a base that fails leaves every tenant alone', async () => {
    const { fleet, error } = await fail({ applied: (scope) => broken(scope, '') })
    expect(error.message).toMatch(/^base project schema DDL: /)
    expect(fleet.events.filter((event) => /^(apply|undo)/.test(event))).toEqual([])
    expect(fleet.events).toContain('tombstone base')
    expect(fleet.steps.get('base_project_ddl')?.state).toBe('failed')
    expect(fleet.status()).toBe('failed')
  })

  test('A10, F2: tenant 2 of 3 fails, so tenant 1 and the base are undone and tenant 3 is never touched', async () => {
    const { fleet, error } = await fail({ parallel: 1, applied: (scope) => broken(scope, 't2') })
    expect(error.message).toBe('tenant schema propagation: tenant t2: t2 holds rows that forbid it.')
    expect(error.type).toBe('DataRejected')
    expect(fleet.events).toEqual([
      'turn taken',
      'status applying',
      'apply base',
      'apply t1',
      'status compensating',
      'undo t1',
      'tombstone t2',
      'undo base',
      'status failed',
      'turn released',
    ])
    expect(fleet.steps.get('tenant_ddl/t1')?.state).toBe('compensated')
    expect(fleet.steps.get('tenant_ddl/t2')?.state).toBe('failed')
    expect(fleet.steps.has('tenant_ddl/t3')).toBe(false)
  })

  test('F3: a conflict in persist undoes every target', async () => {
    const { fleet, error } = await fail({
      persisted: () => {
        throw failure('PersistConflict', 'PERSIST_CONFLICT', 'the revision moved.')
      },
    })
    expect(error.message).toBe('persist system schema: the revision moved.')
    expect(fleet.events.filter((event) => event.startsWith('undo')).sort()).toEqual([
      'undo base',
      'undo t1',
      'undo t2',
      'undo t3',
    ])
    expect(fleet.events.filter((event) => event.startsWith('undo')).at(-1)).toBe('undo base')
  })

  test('C: an undo that fails needs repair, keeps the turn, and finishes when a person signals retry', async () => {
    let healed = false
    const fleet = createFakeFleet({
      parallel: 1,
      applied: (scope) => broken(scope, 't2'),
      compensated: (scope) => {
        if (scope === 't1' && !healed) throw failure('TargetDrifted', 'TARGET_DRIFTED', 'somebody changed it.')
      },
    })
    const { cause } = await withOperation(environment, fleet, async (handle) => {
      await expect.poll(() => fleet.status(), { timeout: 20_000 }).toBe('needs_repair')
      expect(fleet.events).not.toContain('turn released')
      expect(fleet.steps.get('tenant_ddl/t1')?.error).toBe('compensation: somebody changed it.')
      await handle.signal('repair', { action: 'park' })
      healed = true
      await handle.signal('repair', { action: 'retry', actor: 'ana' })
      // Only now: the server skips the time of whoever waits for the end, however long nobody decides.
      return await failureOf(handle)
    })
    expect(fleet.status()).toBe('failed')
    expect(fleet.events).toContain('audit repair_ignored')
    expect(fleet.events.at(-1)).toBe('turn released')
    expect(cause?.message).toMatch(/^tenant schema propagation: /)
  })
})

describe('cancellation', () => {
  test('X: a cancel in the middle of the tenants undoes what was changed and ends cancelled', async () => {
    let release = (): void => undefined
    const blocked = new Promise<void>((resolve) => {
      release = resolve
    })
    const fleet = createFakeFleet({ parallel: 1, applied: (scope) => (scope === 't2' ? blocked : undefined) })
    const { cause } = await withOperation(environment, fleet, async (handle) => {
      const ended = failureOf(handle)
      await expect.poll(() => fleet.steps.get('tenant_ddl/t2')?.state, { timeout: 20_000 }).toBe('running')
      await handle.cancel()
      release()
      return await ended
    })
    expect(cause).toBeInstanceOf(CancelledFailure)
    expect(fleet.status()).toBe('cancelled')
    // How far it came before the cancel reached it is chance; that all of it is undone is not.
    const targetsOf = (verb: string): string[] =>
      fleet.events.flatMap((event) => (event.startsWith(`${verb} `) ? [event.slice(verb.length + 1)] : [])).sort()
    expect(targetsOf('apply')).toEqual(expect.arrayContaining(['base', 't1']))
    expect(targetsOf('undo')).toEqual(targetsOf('apply'))
    expect(fleet.events).not.toContain('persist')
  })

  test('X2: a cancel that comes after persist changes nothing', async () => {
    let release = (): void => undefined
    const blocked = new Promise<void>((resolve) => {
      release = resolve
    })
    const fleet: FakeFleet = createFakeFleet({ cached: () => blocked })
    await withOperation(environment, fleet, async (handle) => {
      const result = handle.result()
      await expect.poll(() => fleet.steps.get('cache')?.state, { timeout: 20_000 }).toBe('running')
      await handle.cancel()
      release()
      await result
    })
    expect(fleet.status()).toBe('committed')
    expect(fleet.events.filter((event) => event.startsWith('undo'))).toEqual([])
  })
})

describe('the turn', () => {
  test('an operation behind another waits, says for whom, and goes on when it is woken', async () => {
    let free = false
    const fleet = createFakeFleet({ turns: () => free })
    await withOperation(environment, fleet, async (handle) => {
      await expect.poll(() => fleet.events, { timeout: 20_000 }).toContain('turn waits')
      const progress = await handle.query<{ waitsFor: { operationId: string } }>('status')
      expect(progress.waitsFor.operationId).toBe('op-0')
      free = true
      await handle.signal('turn')
      await handle.result()
    })
    expect(fleet.status()).toBe('committed')
  })

  test('a lost wake-up is made good by the timer', async () => {
    const { events } = await commit({ turns: (attempt) => attempt === 4 })
    expect(events.filter((event) => event === 'turn waits')).toHaveLength(3)
  })
})
