import { ApplicationFailure, CancelledFailure } from '@temporalio/client'
import { describe, expect, test } from 'vitest'
import type { Fleet } from './fleetEvents.ts'
import { createGate, forbid, until, useStories } from './stories.ts'
import { failure } from './story.ts'

const stories = useStories()

const targetsOf = ({ events }: Fleet, verb: string): string[] =>
  events.flatMap((event) => (event.startsWith(`${verb} `) ? [event.slice(verb.length + 1)] : [])).sort()

describe('failures and their undo', () => {
  test('a rejected plan ends as failed and nothing is undone, because nothing was done', async () => {
    const mutation = { type: 'add_field', model_name: 'drink', field_label: 'Price', field_type: 'number' }
    const { fleet, cause } = await stories.tell({ mutation })
    expect(cause).toBeInstanceOf(ApplicationFailure)
    const { type, details } = cause as ApplicationFailure
    expect(type).toBe('MutationRejected')
    expect(details?.[0]).toMatchObject({ code: 'MODEL_NOT_FOUND' })
    expect(fleet.events).toEqual(['turn taken', 'status failed', 'turn released'])
  })

  test('P1: preflight names every target that would not go through, before anything is changed', async () => {
    const { fleet, cause } = await stories.tell({ drifted: ['t1', 't3'] })
    expect(cause?.message).toMatch(/^preflight: tenant t1: .*size.*; tenant t3: .*size/)
    expect(targetsOf(fleet, 'apply')).toEqual([])
    expect(fleet.steps.get('preflight')?.state).toBe('failed')
  })

  test('A9, F1: a base that fails leaves every tenant alone', async () => {
    const { fleet, cause } = await stories.tell({ applied: forbid('') })
    expect(cause?.message).toMatch(/^base project schema DDL: /)
    expect([...targetsOf(fleet, 'apply'), ...targetsOf(fleet, 'undo')]).toEqual([])
    expect(fleet.events).toContain('tombstone base')
    expect(fleet.steps.get('base_project_ddl')?.state).toBe('failed')
    expect(fleet.status()).toBe('failed')
  })

  test('A10, F2: tenant 2 of 3 fails, so tenant 1 and the base are undone and tenant 3 is never touched', async () => {
    const { fleet, cause } = await stories.tell({ options: { parallel: 1 }, applied: forbid('t2') })
    expect(cause).toMatchObject({
      message: 'tenant schema propagation: tenant t2: t2 holds rows that forbid it.',
      type: 'DataRejected',
    })
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
    expect(fleet.steps.get('tenant_ddl/t3')?.state).toBe('pending')
  })

  test('F3: a conflict in persist undoes every target, the base last', async () => {
    const { fleet, cause } = await stories.tell({
      persisted: () => {
        throw failure('PersistConflict', 'PERSIST_CONFLICT', 'the revision moved.')
      },
    })
    expect(cause?.message).toBe('persist system schema: the revision moved.')
    expect(targetsOf(fleet, 'undo')).toEqual(['base', 't1', 't2', 't3'])
    expect(fleet.events.filter((event) => event.startsWith('undo')).at(-1)).toBe('undo base')
  })

  test('C: an undo that fails needs repair, keeps the turn, and finishes when a person signals retry', async () => {
    let isHealed = false
    const { fleet, cause } = await stories.tell(
      {
        options: { parallel: 1 },
        applied: forbid('t2'),
        compensated: (scope) => {
          if (scope !== 't1' || isHealed) return
          throw failure('TargetDrifted', 'TARGET_DRIFTED', 'somebody changed it.')
        },
      },
      async (handle, seen) => {
        await until(seen, 'needs_repair')
        expect(seen.events).not.toContain('turn released')
        expect(seen.steps.get('tenant_ddl/t1')?.error).toBe('compensation: somebody changed it.')
        await handle.signal('repair', { action: 'park' })
        isHealed = true
        await handle.signal('repair', { action: 'retry', actor: 'ana' })
      },
    )
    expect(fleet.status()).toBe('failed')
    expect(fleet.events).toContain('audit repair_ignored')
    expect(fleet.events.at(-1)).toBe('turn released')
    expect(cause?.message).toMatch(/^tenant schema propagation: /)
  })
})

describe('cancellation', () => {
  test('X: a cancel in the middle of the tenants undoes what was changed and ends cancelled', async () => {
    const gate = createGate()
    const { fleet, cause } = await stories.tell(
      { options: { parallel: 1 }, applied: (scope) => (scope === 't2' ? gate.pass() : undefined) },
      async (handle) => {
        await gate.reached
        await handle.cancel()
        gate.open()
      },
    )
    expect(cause).toBeInstanceOf(CancelledFailure)
    expect(fleet.status()).toBe('cancelled')
    // How far it came before the cancel reached it is chance; that all of it is undone is not.
    expect(targetsOf(fleet, 'apply')).toEqual(expect.arrayContaining(['base', 't1']))
    expect(targetsOf(fleet, 'undo')).toEqual(expect.arrayContaining(targetsOf(fleet, 'apply')))
    expect(fleet.events).not.toContain('persist')
  })

  test('X2: a cancel that comes after persist changes nothing', async () => {
    const gate = createGate()
    const { fleet } = await stories.tell({ cached: gate.pass }, async (handle) => {
      await gate.reached
      await handle.cancel()
      gate.open()
    })
    expect(fleet.status()).toBe('committed')
    expect(targetsOf(fleet, 'undo')).toEqual([])
  })
})
