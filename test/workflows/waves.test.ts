import { describe, expect, test } from 'vitest'
import type { OperationProgress } from '../../src/contract.ts'
import type { Story } from './fakeActivities.ts'
import { forbid, refusalOf, until, useStories } from './stories.ts'

const stories = useStories()
const HOUR_MS = 3_600_000
const waves = [['t3'], ['t1'], ['t2']]

describe('waves', () => {
  test('the canary tenant comes first, then wave after wave, with a soak in between', async () => {
    const { fleet } = await stories.tell({ waves, options: { soakMs: HOUR_MS } })
    expect(fleet.events.filter((event) => event.startsWith('apply t'))).toEqual(['apply t3', 'apply t1', 'apply t2'])
    expect(fleet.status()).toBe('committed')
  })

  test('a person ends the soak, and is refused while there is none', async () => {
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const story: Story = {
      ...{ waves, options: { soakMs: 1_000 * HOUR_MS } },
      applied: (scope) => (scope === 't1' ? gate : undefined),
    }
    const { fleet } = await stories.tell(story, async (handle, seen) => {
      const wave = async () => (await handle.query<OperationProgress>('status')).wave
      await expect.poll(wave, { timeout: 30_000 }).toEqual({ number: 1, of: 3, soaking: true })
      expect(seen.steps.has('tenant_ddl/t1')).toBe(false)
      await handle.executeUpdate('promoteWave', { args: [{ actor: 'ana' }] })
      await expect.poll(wave, { timeout: 30_000 }).toEqual({ number: 2, of: 3, soaking: false })
      const refused = handle.executeUpdate('promoteWave', { args: [{ actor: 'ana' }] })
      expect(await refusalOf(refused)).toBe(
        'NOT_APPLICABLE: Wave 2 of 3 is still at work: there is nothing to promote.',
      )
      release()
      await expect.poll(wave, { timeout: 30_000 }).toEqual({ number: 2, of: 3, soaking: true })
      await handle.executeUpdate('promoteWave', { args: [{ actor: 'ana' }] })
    })
    expect(fleet.status()).toBe('committed')
  })

  test('an abort ends a soak', async () => {
    const { fleet } = await stories.tell({ waves, options: { soakMs: 1_000 * HOUR_MS } }, async (handle) => {
      const wave = async () => (await handle.query<OperationProgress>('status')).wave?.soaking
      await expect.poll(wave, { timeout: 30_000 }).toBe(true)
      await handle.executeUpdate('abort', { args: [{ actor: 'ana' }] })
    })
    expect(fleet.status()).toBe('cancelled')
    expect(fleet.events).toContain('undo t3')
  })

  test('a wave in which too many are parked halts the operation until a person decides', async () => {
    const story: Story = {
      ...{ waves, policy: 'park', maxParked: 2, options: { haltAt: 1 }, applied: forbid('t3') },
    }
    const { fleet } = await stories.tell(story, async (handle, seen) => {
      await until(seen, 'needs_repair')
      expect(seen.document().error).toBe('held: wave 1 was halted, because 1 of 1 tenants failed or were parked.')
      expect(seen.steps.has('tenant_ddl/t1')).toBe(false)
      await handle.signal('repair', { action: 'compensate', actor: 'ana' })
    })
    expect(fleet.status()).toBe('failed')
    expect(fleet.events).not.toContain('apply t1')
    expect(fleet.events).toContain('undo base')
  })
})
