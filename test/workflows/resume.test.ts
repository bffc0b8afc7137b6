import { describe, expect, test } from 'vitest'
import type { OperationHandle } from './environment.ts'
import type { Fleet } from './fleetEvents.ts'
import { createGate, forbid, type Person, SELDOM, until, useStories } from './stories.ts'
import { failure, type Story } from './story.ts'

const stories = useStories()

/** Somebody terminates the run when it stands there, and starts the operation again. */
async function replaced(handle: OperationHandle, { startAgain }: Person): Promise<OperationHandle> {
  await handle.terminate('a test')
  return await startAgain()
}

const times = ({ events }: Fleet, event: string): number => events.filter((each) => each === event).length

/** Whether nothing happened to the workflow behind its last task. */
async function hasDoneItsTask(handle: OperationHandle): Promise<boolean> {
  const { events } = await handle.fetchHistory()
  return events?.at(-1)?.workflowTaskCompletedEventAttributes != null
}

/** An undo that fails at t1 until somebody has mended it. */
function undoFails(isHealed: () => boolean): Story {
  return {
    options: { parallel: 1 },
    applied: forbid('t2'),
    compensated: (scope) => {
      if (scope === 't1' && !isHealed()) throw failure('TargetDrifted', 'TARGET_DRIFTED', 'somebody changed it.')
    },
  }
}

describe('a run that takes up what an earlier one began', () => {
  test('goes on forward, without looking at every target once more', async () => {
    const gate = createGate()
    let looks = 0
    const story: Story = {
      options: { parallel: 1 },
      looked: () => {
        looks += 1
      },
      applied: (scope) => (scope === 't2' ? gate.pass() : undefined),
    }
    const { fleet } = await stories.tell(story, async (handle, _, person) => {
      await gate.reached
      await replaced(handle, person)
      gate.open()
    })
    expect(fleet.status()).toBe('committed')
    expect(looks).toBe(1)
    expect(fleet.runs()).toBe(2)
  })

  test('looks at every target if that was not done before', async () => {
    const gate = createGate()
    let looks = 0
    const story: Story = {
      looked: async () => {
        looks += 1
        if (looks === 1) {
          await gate.pass()
          throw failure('Unexpected', 'UNEXPECTED', 'its run is over')
        }
      },
    }
    const { fleet } = await stories.tell(story, async (handle, _, person) => {
      await gate.reached
      await replaced(handle, person)
      gate.open()
    })
    expect(looks).toBe(2)
    expect(fleet.steps.get('preflight')?.state).toBe('succeeded')
    expect(fleet.status()).toBe('committed')
  })

  test.each(['failed', 'cancelled'] as const)(
    'A25: goes on undoing, and ends %s as the ledger says',
    async (endsAs) => {
      const gate = createGate()
      const atWork = createGate()
      const story: Story = {
        options: { parallel: 1 },
        applied: async (scope) => {
          if (endsAs === 'failed') return forbid('t2')(scope)
          if (scope === 't2') await atWork.pass()
        },
        compensated: (scope) => (scope === '' ? gate.pass() : undefined),
      }
      const { fleet, cause } = await stories.tell(story, async (handle, _, person) => {
        if (endsAs === 'cancelled') {
          await atWork.reached
          const aborted = handle.executeUpdate('abort', { args: [{ actor: 'ana', reason: 'wrong model' }] })
          aborted.catch(() => {})
          atWork.open()
        }
        await gate.reached
        await replaced(handle, person)
        gate.open()
      })
      expect(fleet.status()).toBe(endsAs)
      expect(cause?.message).toMatch(
        endsAs === 'failed'
          ? /^tenant schema propagation: tenant t2: /
          : /^cancelled: the operation was aborted by ana/,
      )
      expect(fleet.events).not.toContain('persist')
    },
  )

  test('waits for a person if the undo did, without undoing anything before', async () => {
    let isHealed = false
    const { fleet } = await stories.tell(
      undoFails(() => isHealed),
      async (handle, seen, person) => {
        await until(seen, 'needs_repair')
        const undone = times(seen, 'undo base')
        const next = await replaced(handle, person)
        const statusOf = async () => (await next.query<{ status: string }>('status')).status
        await expect.poll(statusOf, SELDOM).toBe('needs_repair')
        expect(times(seen, 'undo base')).toBe(undone)
        isHealed = true
        await next.signal('repair', { action: 'retry', actor: 'ana' })
      },
    )
    expect(fleet.status()).toBe('failed')
    expect(times(fleet, 'undo t1')).toBe(1)
  })

  test('waits for a person if the operation was held, and can still give up', async () => {
    const story: Story = { options: { onTenantFailure: 'hold', parallel: 1 }, applied: forbid('t2') }
    const { fleet } = await stories.tell(story, async (handle, seen, person) => {
      await until(seen, 'needs_repair')
      const next = await replaced(handle, person)
      const statusOf = async () => (await next.query<{ status: string }>('status')).status
      await expect.poll(statusOf, SELDOM).toBe('needs_repair')
      await next.signal('repair', { action: 'compensate', actor: 'ana' })
    })
    expect(fleet.status()).toBe('failed')
    expect(fleet.events).toContain('undo base')
  })

  test('does only what is left when the schema is durable, and needs no turn for it', async () => {
    const gate = createGate()
    let before = 0
    const { fleet } = await stories.tell({ cached: gate.pass }, async (handle, seen, person) => {
      await gate.reached
      await replaced(handle, person)
      await expect.poll(() => seen.runs(), { timeout: 30_000 }).toBe(2)
      before = seen.events.length
      gate.open()
    })
    expect(fleet.status()).toBe('committed')
    expect(fleet.events.slice(before).filter((event) => !['cache', 'turn released'].includes(event))).toEqual([
      'status committed',
      'hook',
    ])
  })
})

describe('long waits', () => {
  test('for the turn go on as new long before the history gets long', async () => {
    const { fleet } = await stories.tell({ quick: true, free: (attempt) => attempt > 20 })
    expect(fleet.status()).toBe('committed')
    expect(fleet.runs()).toBeGreaterThan(1)
    expect(times(fleet, 'turn waits')).toBe(20)
  })

  test('for a person go on as new, too', async () => {
    let isHealed = false
    const { fleet } = await stories.tell({ ...undoFails(() => isHealed), quick: true }, async (handle, seen) => {
      await until(seen, 'needs_repair')
      for (let signals = 1; seen.runs() < 2; signals += 1) {
        await handle.signal('repair', { action: 'park', note: `${signals}` })
        // A signal that comes before the run has gone on as new keeps it from doing so: each waits until all is done.
        const isIdle = async () => times(seen, 'audit repair_ignored') === signals && (await hasDoneItsTask(handle))
        await expect.poll(async () => seen.runs() > 1 || (await isIdle()), SELDOM).toBe(true)
      }
      isHealed = true
      await handle.signal('repair', { action: 'retry', actor: 'ana' })
    })
    expect(fleet.status()).toBe('failed')
  })
})
