import { describe, expect, test } from 'vitest'
import type { OperationProgress } from '../../src/contract.ts'
import type { Fleet } from './fleetEvents.ts'
import { createGate, forbid, refusalOf, SELDOM, until, useStories } from './stories.ts'
import type { Story } from './story.ts'

const stories = useStories()
const HOUR_MS = 3_600_000
/** One tenant in each: first t3, then the other two in an order of the ledger's. */
const WAVES = { canary: ['t3'], waves: [67, 100] } as const

const applied = ({ events }: Fleet): readonly string[] => events.filter((event) => event.startsWith('apply t'))

describe('waves', () => {
  test('the canary tenant comes first, then wave after wave, with a soak in between', async () => {
    const { fleet } = await stories.tell({ options: { ...WAVES, soakMs: HOUR_MS } })
    expect(applied(fleet)[0]).toBe('apply t3')
    expect([...applied(fleet)].sort()).toEqual(['apply t1', 'apply t2', 'apply t3'])
    expect(fleet.status()).toBe('committed')
  })

  test('a person ends the soak, and is refused while there is none', async () => {
    const gate = createGate()
    let isSecond = false
    const story: Story = {
      options: { ...WAVES, soakMs: 100 * HOUR_MS },
      applied: () => (isSecond ? gate.pass() : undefined),
    }
    const { fleet } = await stories.tell(story, async (handle, seen) => {
      const wave = async () => (await handle.query<OperationProgress>('status')).wave
      await expect.poll(wave, SELDOM).toEqual({ number: 1, of: 3, soaking: true })
      expect(applied(seen)).toEqual(['apply t3'])
      isSecond = true
      await handle.executeUpdate('promoteWave', { args: [{ actor: 'ana' }] })
      await expect.poll(wave, SELDOM).toEqual({ number: 2, of: 3, soaking: false })
      const refused = handle.executeUpdate('promoteWave', { args: [{ actor: 'ana' }] })
      expect(await refusalOf(refused)).toBe(
        'NOT_APPLICABLE: Wave 2 of 3 is still at work: there is nothing to promote.',
      )
      isSecond = false
      gate.open()
      await expect.poll(wave, SELDOM).toEqual({ number: 2, of: 3, soaking: true })
      await handle.executeUpdate('promoteWave', { args: [{ actor: 'ana' }] })
    })
    expect(fleet.status()).toBe('committed')
  })

  test('an abort ends a soak', async () => {
    const { fleet } = await stories.tell({ options: { ...WAVES, soakMs: 100 * HOUR_MS } }, async (handle) => {
      const wave = async () => (await handle.query<OperationProgress>('status')).wave?.soaking
      await expect.poll(wave, SELDOM).toBe(true)
      await handle.executeUpdate('abort', { args: [{ actor: 'ana' }] })
    })
    expect(fleet.status()).toBe('cancelled')
    expect(fleet.events).toContain('undo t3')
  })

  test('a wave in which too many are parked halts the operation until a person decides', async () => {
    const story: Story = {
      options: { ...WAVES, onTenantFailure: 'park', maxParked: 2, haltAt: 1 },
      applied: forbid('t3'),
    }
    const { fleet } = await stories.tell(story, async (handle, seen) => {
      await until(seen, 'needs_repair')
      expect(seen.document().error).toBe('held: wave 1 was halted, because 1 of 1 tenants failed or were parked.')
      expect(applied(seen)).toEqual([])
      await handle.signal('repair', { action: 'compensate', actor: 'ana' })
    })
    expect(fleet.status()).toBe('failed')
    expect(applied(fleet)).toEqual([])
    expect(fleet.events).toContain('undo base')
  })

  test('a wave that was halted is decided about once, also when its run is taken up by another', async () => {
    const story: Story = {
      options: { ...WAVES, onTenantFailure: 'park', maxParked: 2, haltAt: 1 },
      applied: forbid('t3'),
    }
    const { fleet } = await stories.tell(story, async (handle, seen, { startAgain }) => {
      await until(seen, 'needs_repair')
      await handle.terminate('a test')
      const next = await startAgain()
      const statusOf = async () => (await next.query<OperationProgress>('status')).status
      await expect.poll(statusOf, SELDOM).toBe('needs_repair')
      await next.executeUpdate('repair', { args: [{ action: 'retry', actor: 'ana' }] })
    })
    expect(fleet.status()).toBe('committed')
    expect(fleet.events.filter((event) => event === 'status needs_repair')).toHaveLength(1)
  })
})
