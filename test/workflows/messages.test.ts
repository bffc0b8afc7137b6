import { ApplicationFailure, type Payload, type WorkflowHandle } from '@temporalio/client'
import { describe, expect, test } from 'vitest'
import type { OperationProgress } from '../../src/contract.ts'
import { BROKEN, sendingBroken } from './brokenPayloads.ts'
import type { OperationHandle } from './environment.ts'
import type { Fleet } from './fleetEvents.ts'
import { createGate, forbid, refusalOf, SELDOM, type Sent, until, untilEvent, useStories } from './stories.ts'
import type { Story } from './story.ts'

const stories = useStories()

const HELD: Story = { options: { onTenantFailure: 'hold', parallel: 1 }, applied: forbid('t2') }
const update = (handle: OperationHandle, name: string, ...args: unknown[]): Promise<void> =>
  handle.executeUpdate<void, [unknown]>(name, { args: args as [unknown] })
const ignored = ({ events }: Fleet): number => events.filter((event) => event === 'audit repair_ignored').length

describe('an Update', () => {
  test('that is no request of ours is refused in words, whatever it is, and one that says nothing of its author is not', async () => {
    const { fleet, cause } = await stories.tell(HELD, async (handle, seen) => {
      await until(seen, 'needs_repair')
      const refusals: readonly [name: string, args: readonly unknown[], text: string][] = [
        ['retryTenants', [{ tenants: 't2', actor: 'me' }], 'tenants: a list is expected.'],
        ['retryTenants', [{ tenant: ['t2'] }], 'tenant: no such field is expected.'],
        ['retryTenants', [{ tenants: ['t\u0000'] }], 'tenants.0: a text without NUL characters and lone surrogates is'],
        ['retryTenants', [{ tenants: [] }], 'tenants: a list that is not empty is expected.'],
        ['abort', [{ reason: 'x'.repeat(2_001) }], 'reason: a text of at most 2000 characters is expected.'],
        ['abort', [{ actor: 5 }], 'actor: a text is expected.'],
        ['pause', ['now'], 'The request: an object is expected.'],
        ['skipTenant', [], 'tenant: a text is expected.'],
        ['skipTenant', [null], 'tenant: a text is expected.'],
        ['setParallelism', [{ parallel: '8' }], 'parallel: a whole number from 1 to 1000 is expected.'],
        ['repair', [{ action: 'mend' }], 'action: one of "retry", "park", "compensate", "accept" is expected.'],
      ]
      for (const [name, args, text] of refusals) {
        expect(await refusalOf(update(handle, name, ...args))).toContain(`INPUT_INVALID: ${text}`)
      }
      expect(seen.status()).toBe('needs_repair')
      await update(handle, 'abort', { actor: null, reason: 'enough' })
    })
    expect(fleet.status()).toBe('cancelled')
    expect(cause?.message).toBe('cancelled: the operation was aborted: enough.')
  })

  test('"repair" is refused where it makes no sense, and says when it was acted on', async () => {
    let isHealed = false
    const story: Story = {
      options: { parallel: 1 },
      applied: forbid('t2'),
      compensated: (scope) => {
        if (scope === 't1' && !isHealed) forbid('t1')(scope)
      },
    }
    const { fleet } = await stories.tell(story, async (handle, seen) => {
      await until(seen, 'needs_repair')
      expect(await refusalOf(update(handle, 'repair', { action: 'park' }))).toBe(
        'NOT_APPLICABLE: The undo of the operation did not succeed: "retry" tries it again, "accept" takes the targets as they are.',
      )
      isHealed = true
      await update(handle, 'repair', { action: 'retry', actor: 'ana', note: null })
      expect(seen.document().attempt).toBe(2)
    })
    expect(fleet.status()).toBe('failed')
  })
})

describe('a Signal "repair"', () => {
  test('that is refused is on record and shown by the workflow, and the operation waits on', async () => {
    const { fleet } = await stories.tell(HELD, async (handle, seen) => {
      await until(seen, 'needs_repair')
      const sent = [
        { action: 'retry', note: 'pasted \u0000 text' },
        { action: 'retry', note: { toString: 1 } },
        { action: 'retry', ['x'.repeat(50_000)]: 1, actor: 'y'.repeat(50_000) },
        'nonsense',
        null,
        { action: 'accept' },
        {},
      ]
      for (const [index, request] of sent.entries()) {
        await handle.signal('repair', request)
        await expect.poll(() => ignored(seen), SELDOM).toBe(index + 1)
      }
      const { refused } = await handle.query<OperationProgress>('status')
      expect(refused).toBe('action: one of "retry", "park", "compensate", "accept" is expected.')
      expect(seen.status()).toBe('needs_repair')
      await handle.signal('repair', { action: 'compensate', actor: null })
    })
    expect(fleet.status()).toBe('failed')
  })

  test('to an operation that nobody has to decide about is answered at once, and is not kept for later', async () => {
    const gate = createGate()
    const story: Story = { ...HELD, applied: (scope) => (scope === 't1' ? gate.pass() : forbid('t2')(scope)) }
    const { fleet } = await stories.tell(story, async (handle, seen) => {
      await gate.reached
      await handle.signal('repair', { action: 'compensate', actor: 'ana' })
      await untilEvent(seen, 'audit repair_ignored')
      gate.open()
      await until(seen, 'needs_repair')
      expect(seen.events).not.toContain('status compensating')
      await update(handle, 'repair', { action: 'park' })
    })
    expect(fleet.status()).toBe('committed')
  })
})

describe('what cannot be read', () => {
  test('is refused in words: a Signal on record and in the details, an Update at once, a Signal for the turn means nothing', async () => {
    const { fleet } = await stories.tell(HELD, async (handle, seen) => {
      await until(seen, 'needs_repair')
      const { workflowId, client } = handle
      const by = (payload: Payload): WorkflowHandle => sendingBroken(client, payload).getHandle(workflowId)
      const words: readonly [Payload, string][] = [
        [BROKEN.json, 'a payload that can be read as JSON (its encoding is "json/plain") is expected.'],
        [BROKEN.encrypted, 'a payload that can be read as JSON (its encoding is "binary/encrypted") is expected.'],
        [BROKEN.bare, 'a payload that can be read as JSON is expected.'],
      ]
      for (const [index, [payload, text]] of words.entries()) {
        await by(payload).signal('repair', {})
        await expect.poll(() => ignored(seen), SELDOM).toBe(index + 1)
        expect((await handle.query<OperationProgress>('status')).refused).toBe(`The request: ${text}`)
        await by(payload).signal('turn', {})
        const told = await refusalOf(by(payload).executeUpdate<void, [object]>('abort', { args: [{}] }))
        expect(told).toBe(`INPUT_INVALID: The request: ${text}`)
      }
      expect(seen.status()).toBe('needs_repair')
      await handle.signal('repair', { action: 'compensate' })
    })
    expect(fleet.status()).toBe('failed')
  })

  test('is refused as the input of any workflow, which ends at once', async () => {
    const sent = WORKFLOW_TYPES.map((type): Sent => [type, {}])
    const causes = await stories.startAll(sent, (client) => sendingBroken(client, BROKEN.encrypted))
    const text = 'The request: a payload that can be read as JSON (its encoding is "binary/encrypted") is expected.'
    expect(causes.map((cause) => cause?.message)).toEqual(sent.map(() => text))
  })
})

const WORKFLOW_TYPES = [
  'applySchemaMutation',
  'applyToCohort',
  'applyToTenant',
  'catchUpTenant',
  'importTenants',
  'inspectFleet',
  'catchUpBase',
  'manageSetAside',
  'provisionTenant',
  'reconcileFleet',
  'repairDrift',
]

test('a workflow that is started without input, or with something else, ends at once with a refusal', async () => {
  const others: readonly Sent[] = [
    ['applySchemaMutation', null],
    ['catchUpTenant', 'text'],
    ['provisionTenant', {}],
  ]
  const sent: readonly Sent[] = [...WORKFLOW_TYPES.map((type): Sent => [type]), ...others]
  const codes = (await stories.startAll(sent)).map((cause) => {
    if (!(cause instanceof ApplicationFailure)) return String(cause)
    return ((cause.details?.[0] ?? {}) as { code?: string }).code
  })
  expect(codes).toEqual(sent.map(() => 'INPUT_INVALID'))
})
