import { defaultPayloadConverter, type Payload } from '@temporalio/common'
import { describe, expect, test } from 'vitest'
import { forbid, untilEvent, useStories } from './stories.ts'
import { failure, type Story } from './story.ts'

const stories = useStories()
const MANY = Array.from({ length: 12 }, (_, index) => `t${String(index + 1).padStart(2, '0')}`)
const SWEPT: Story = { tenants: MANY, options: { fanOut: 'sweep' } }

describe('a sweep', () => {
  test('takes a whole cohort, and no tenant has a child of its own', async () => {
    const { fleet } = await stories.tell(SWEPT)
    expect(fleet.status()).toBe('committed')
    expect(fleet.events).toContain('sweep forward 12')
    expect(fleet.events.filter((event) => event.startsWith('apply t'))).toEqual([])
  })

  test('leaves what it could not bring through to children, with retries of their own', async () => {
    const story: Story = {
      ...SWEPT,
      swept: () => ['t07', 't11'],
    }
    const { fleet } = await stories.tell(story)
    expect(fleet.events.filter((event) => event.startsWith('apply t')).sort()).toEqual(['apply t07', 'apply t11'])
    expect(fleet.events.filter((event) => event.startsWith('sweep '))).toHaveLength(1)
    expect(fleet.status()).toBe('committed')
  })

  test('needs no workflow of its own, unless it leaves something', async () => {
    const cohorts = async (story: Story): Promise<number> => {
      let count = 0
      await stories.tell({ ...SWEPT, ...story }, async (handle) => {
        await handle.result()
        const { events } = await handle.fetchHistory()
        count = (events ?? []).filter((event) => event.startChildWorkflowExecutionInitiatedEventAttributes).length
      })
      return count
    }
    expect(await cohorts({})).toBe(0)
    expect(await cohorts({ swept: () => ['t07'] })).toBe(1)
  })

  test('that fails says why to the workflow that goes on, and is not taken for a server that is away', async () => {
    const why = failure('PersistConflict', 'NOT_APPLICABLE', 'The attempt is over.')
    let goesOnWith: unknown
    const story: Story = {
      ...SWEPT,
      swept: () => {
        throw why
      },
    }
    const { fleet } = await stories.tell(story, async (handle) => {
      await handle.result()
      const { events } = await handle.fetchHistory()
      const started = (events ?? []).map((event) => event.startChildWorkflowExecutionInitiatedEventAttributes)
      goesOnWith = defaultPayloadConverter.fromPayload(started.find(Boolean)?.input?.payloads?.[0] as Payload)
    })
    expect(goesOnWith).toMatchObject({ swept: { failed: { code: 'NOT_APPLICABLE', message: 'The attempt is over.' } } })
    expect(fleet.events.filter((event) => event.startsWith('apply t'))).toHaveLength(MANY.length)
    expect(fleet.status()).toBe('committed')
  })

  test('of an undo goes through the whole cohort', async () => {
    const story: Story = {
      ...SWEPT,
      persisted: () => {
        forbid('persist')('persist')
      },
    }
    const { fleet } = await stories.tell(story)
    expect(fleet.status()).toBe('failed')
    expect(fleet.events).toContain('sweep compensate 12')
    expect(fleet.events).toContain('undo base')
  })

  test('is interrupted by a pause, and goes on where it stopped', async () => {
    const story: Story = {
      ...SWEPT,
      swept: (_, attempt) => (attempt > 1 ? [] : 'until it is cancelled'),
    }
    const { fleet } = await stories.tell(story, async (handle, seen) => {
      await untilEvent(seen, 'sweeping')
      await handle.executeUpdate('pause', { args: [{ actor: 'ana' }] })
      await untilEvent(seen, 'sweep interrupted')
      expect(seen.events).not.toContain('sweep forward 12')
      await handle.executeUpdate('resume', { args: [{ actor: 'ana' }] })
    })
    expect(fleet.events).toContain('sweep forward 12')
    expect(fleet.status()).toBe('committed')
  })
})
