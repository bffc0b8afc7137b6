import { describe, expect, test } from 'vitest'
import type { OperationProgress } from '../../src/contract.ts'
import type { OperationHandle } from './environment.ts'
import { forbid, useStories } from './stories.ts'
import { failure, type Story } from './story.ts'

const stories = useStories()

/** The activities that the operation's workflow has scheduled, local ones left out. */
async function scheduledBy(story: Story): Promise<string[]> {
  let names: string[] = []
  await stories.tell(story, async (handle: OperationHandle) => {
    await handle.result()
    const { events } = await handle.fetchHistory()
    names = (events ?? []).flatMap(
      ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? [],
    )
  })
  return names
}

describe('bookkeeping', () => {
  test('has no activity of its own, unless the catalog does not answer at once', async () => {
    const usual = await scheduledBy({})
    expect(usual).toContain('preflightTargets')
    expect(usual).not.toContain('recordStep')
    const late = await scheduledBy({
      persisted: (attempt) => {
        if (attempt < 5) throw failure('SurroundingsMissing', 'CATALOG_UNREACHABLE', 'no answer', false)
      },
    })
    // One, however often it is tried: an outage must not make the history long.
    expect(late.filter((name) => name === 'persistSchema')).toHaveLength(1)
    expect(late.filter((name) => !usual.includes(name))).toEqual(['persistSchema'])
  })
})

describe('the normal course', () => {
  test('base comes first, then tenants, then the catalog with the cache, then the hook', async () => {
    const { fleet } = await stories.tell({ options: { parallel: 1 } })
    expect(fleet.events).toEqual([
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
      expect(fleet.steps.get(key)?.state, key).toBe('succeeded')
    }
  })

  test('A3: without tenants the tenant step ends at once', async () => {
    const { fleet } = await stories.tell({ tenants: [] })
    expect(fleet.steps.get('tenant_ddl')?.state).toBe('succeeded')
    expect(fleet.status()).toBe('committed')
  })

  test('A4: without a base the base step is skipped', async () => {
    const { fleet } = await stories.tell({ base: false })
    expect(fleet.events).not.toContain('apply base')
    expect(fleet.steps.get('base_project_ddl')?.state).toBe('skipped')
  })

  test('A74: a mutation that changes nothing commits without touching a target', async () => {
    const mutation = {
      type: 'rearrange_field',
      model_name: 'food',
      field_name: 'name',
      move_type: 'reorder',
      new_position: 1,
    }
    const { fleet } = await stories.tell({ mutation })
    expect(fleet.events).toEqual(['turn taken', 'status applying', 'turn released', 'status committed'])
  })

  test('A44: a tenant activated while the operation runs is brought along by the closing sweep', async () => {
    const { fleet } = await stories.tell({
      options: { parallel: 1 },
      applied: async (scope, attempt, { addTenant }) => {
        if (scope === 't3' && attempt === 1) await addTenant('t4')
      },
    })
    expect(fleet.events.filter((event) => /^(apply t|persist)/.test(event))).toEqual([
      'apply t1',
      'apply t2',
      'apply t3',
      'apply t4',
      'persist',
    ])
  })

  test('persist that finds a tenant behind sends the sweep out again', async () => {
    const { fleet } = await stories.tell({
      persisted: async (attempt, { addTenant }) => {
        if (attempt === 1) await addTenant('t4')
      },
    })
    const at = (event: string): number => fleet.events.indexOf(event)
    expect(at('persist refused')).toBeGreaterThan(at('apply t3'))
    expect(at('apply t4')).toBeGreaterThan(at('persist refused'))
    expect(at('persist')).toBeGreaterThan(at('apply t4'))
    expect(fleet.events.at(-1)).toBe('hook')
  })

  test('the query says where the operation stands', async () => {
    await stories.tell({}, async (handle) => {
      await handle.result()
      const progress = await handle.query<OperationProgress>('status')
      expect(progress).toMatchObject({ status: 'committed', tenants: { total: 3, succeeded: 3 } })
    })
  })
})

describe('retries', () => {
  test('an unreachable target is tried again until it answers', async () => {
    let tries = 0
    const { fleet } = await stories.tell({
      applied: (scope, attempt) => {
        if (scope !== 't2') return
        tries = attempt
        if (attempt < 5) throw failure('TargetUnreachable', 'TARGET_UNREACHABLE', 'no answer', false)
      },
    })
    expect(tries).toBe(5)
    expect(fleet.events).toContain('apply t2')
  })

  test('data that forbids the change is not tried twice', async () => {
    let tries = 0
    const { fleet } = await stories.tell({
      applied: (scope, attempt) => {
        if (scope === 't2') tries = attempt
        forbid('t2')(scope)
      },
    })
    expect(tries).toBe(1)
    expect(fleet.status()).toBe('failed')
  })

  test('the cache of a durable change is tried until it works', async () => {
    const { fleet } = await stories.tell({
      cached: (attempt) => {
        if (attempt < 8) throw failure('SurroundingsMissing', 'CACHE_UNAVAILABLE', 'the cache is unavailable', false)
      },
    })
    expect(fleet.events.slice(-4)).toEqual(['turn released', 'cache', 'status committed', 'hook'])
  })

  test('A19: a hook that fails twice runs a third time, after the commit', async () => {
    let tries = 0
    const { fleet } = await stories.tell({
      hooked: (attempt) => {
        tries = attempt
        if (attempt < 3) throw failure('Unexpected', 'UNEXPECTED', 'the replica is unavailable', false)
      },
    })
    expect(tries).toBe(3)
    expect(fleet.events.slice(-2)).toEqual(['status committed', 'hook'])
  })
})

describe('the turn', () => {
  test('an operation behind another waits, says for whom, and goes on when it is woken', async () => {
    let free = false
    const { fleet } = await stories.tell({ free: () => free }, async (handle, seen) => {
      await expect.poll(() => seen.events, { timeout: 30_000 }).toContain('turn waits')
      const progress = await handle.query<OperationProgress>('status')
      expect(progress.waitsFor).toMatchObject({ operationId: `front-${seen.project}`, status: 'pending' })
      free = true
      await handle.signal('turn')
    })
    expect(fleet.status()).toBe('committed')
  })

  test('a lost wake-up is made good by the timer', async () => {
    const { fleet } = await stories.tell({ free: (attempt) => attempt === 4 })
    expect(fleet.events.filter((event) => event === 'turn waits')).toHaveLength(3)
    expect(fleet.status()).toBe('committed')
  })
})
