import { describe, expect, test } from 'vitest'
import type { OperationHandle } from './environment.ts'
import type { Fleet } from './fleetEvents.ts'
import { createGate, forbid, until, untilEvent, useStories } from './stories.ts'
import { failure, type Story } from './story.ts'

const stories = useStories()

const PARK = { onTenantFailure: 'park' } as const
const ONE_AT_A_TIME = { parallel: 1 } as const

const conflict = (): never => {
  throw failure('PersistConflict', 'PERSIST_CONFLICT', 'the revision moved.')
}
const away = (type: string, code: string) => failure(type, code, 'no answer', false)
const unreachable = failure('TargetUnreachable', 'TARGET_UNREACHABLE', 'no answer')

/** A row of the failure matrix (spec/saga.md section 2): what fails under which policy, and where everything ends. */
interface Row {
  readonly row: string
  readonly story: Story
  readonly act?: (handle: OperationHandle, fleet: Fleet) => Promise<void>
  readonly ends: 'committed' | 'failed' | 'cancelled'
  /** Statuses on the way, in order, without `applying`. */
  readonly through?: readonly string[]
  readonly error?: string
  readonly base?: string
  readonly tenants?: Readonly<Record<string, string>>
  readonly system?: string
  readonly cache?: string
}

const repair =
  (action: string, healed: () => void = () => {}) =>
  async (handle: OperationHandle, fleet: Fleet): Promise<void> => {
    await until(fleet, 'needs_repair')
    healed()
    await handle.signal('repair', { action, actor: 'ana', note: 'seen' })
  }

function healing(story: (isHealed: () => boolean) => Story): { story: Story; heal: () => void } {
  let isHealed = false
  return {
    story: story(() => isHealed),
    heal: () => {
      isHealed = true
    },
  }
}

const undoFails = healing((isHealed) => ({
  options: ONE_AT_A_TIME,
  applied: forbid('t2'),
  compensated: (scope) => {
    if (scope === 't1' && !isHealed()) throw failure('TargetDrifted', 'TARGET_DRIFTED', 'somebody changed it.')
  },
}))
const goneForUndo = healing((isHealed) => ({
  options: ONE_AT_A_TIME,
  applied: (scope) => {
    if (scope === 't2') throw unreachable
  },
  compensated: (scope) => {
    if (scope === 't2' && !isHealed()) throw unreachable
  },
}))
const heldOnce = healing((isHealed) => ({
  options: { onTenantFailure: 'hold', parallel: 1 },
  applied: (scope) => {
    if (!isHealed()) forbid('t2')(scope)
  },
}))

const ROWS: readonly Row[] = [
  {
    row: 'R: the plan is rejected',
    story: { mutation: { type: 'add_field', model_name: 'drink', field_label: 'Price', field_type: 'number' } },
    ends: 'failed',
    error: 'model "drink" not found',
    tenants: {},
  },
  ...(['compensate', 'hold'] as const).map(
    (policy): Row => ({
      row: `P1: preflight under ${policy} names all that would not go through`,
      story: { options: { onTenantFailure: policy }, drifted: ['t1', 't3'] },
      ends: 'failed',
      error: 'preflight: tenant t1: .*size.*; tenant t3: .*size',
      tenants: {},
    }),
  ),
  {
    row: 'P2: preflight under park leaves those behind, and the rest goes on',
    story: { options: PARK, drifted: ['t2'] },
    ends: 'committed',
    base: 'succeeded',
    system: 'succeeded',
    cache: 'succeeded',
    tenants: { t1: 'succeeded', t2: 'parked', t3: 'succeeded' },
  },
  {
    row: 'P2 over the limit is P1',
    story: { options: { ...PARK, maxParked: 1 }, drifted: ['t1', 't2'] },
    ends: 'failed',
    error: 'preflight: tenant t1',
    tenants: {},
  },
  {
    row: 'F1: the base fails',
    story: { applied: forbid('') },
    ends: 'failed',
    through: ['compensating'],
    error: 'base project schema DDL: ',
    base: 'failed',
    tenants: {},
  },
  {
    row: 'F2: a tenant fails for good',
    story: { options: ONE_AT_A_TIME, applied: forbid('t2') },
    ends: 'failed',
    through: ['compensating'],
    error: 'tenant schema propagation: tenant t2: ',
    base: 'compensated',
    tenants: { t1: 'compensated', t2: 'failed', t3: 'pending' },
  },
  {
    row: 'F2u: a tenant became unreachable, and its undo has to wait for it',
    story: goneForUndo.story,
    act: repair('retry', goneForUndo.heal),
    ends: 'failed',
    through: ['compensating', 'needs_repair', 'compensating'],
    error: 'tenant schema propagation: ',
    base: 'compensated',
    tenants: { t1: 'compensated', t3: 'pending' },
  },
  {
    row: 'F2p: a tenant fails under park, within the limit',
    story: { options: PARK, applied: forbid('t2') },
    ends: 'committed',
    base: 'succeeded',
    system: 'succeeded',
    cache: 'succeeded',
    tenants: { t1: 'succeeded', t2: 'parked', t3: 'succeeded' },
  },
  {
    row: 'F2m: more fail under park than may be left behind',
    story: { options: { ...PARK, maxParked: 0, parallel: 1 }, applied: forbid('t2') },
    ends: 'failed',
    through: ['compensating'],
    error: 'tenant schema propagation: ',
    base: 'compensated',
    tenants: { t1: 'compensated', t2: 'failed', t3: 'pending' },
  },
  {
    row: 'F2h: a tenant fails under hold, and a person has it tried again',
    story: heldOnce.story,
    act: repair('retry', heldOnce.heal),
    ends: 'committed',
    through: ['needs_repair'],
    base: 'succeeded',
    system: 'succeeded',
    cache: 'succeeded',
    tenants: { t1: 'succeeded', t2: 'succeeded', t3: 'succeeded' },
  },
  {
    row: 'F2h: a tenant fails under hold, and a person leaves it behind',
    story: { options: { onTenantFailure: 'hold', parallel: 1 }, applied: forbid('t2') },
    act: repair('park'),
    ends: 'committed',
    through: ['needs_repair'],
    base: 'succeeded',
    system: 'succeeded',
    cache: 'succeeded',
    tenants: { t1: 'succeeded', t2: 'parked', t3: 'succeeded' },
  },
  {
    row: 'F2h: a tenant fails under hold, and a person gives up',
    story: { options: { onTenantFailure: 'hold', parallel: 1 }, applied: forbid('t2') },
    act: repair('compensate'),
    ends: 'failed',
    through: ['needs_repair', 'compensating'],
    error: 'tenant schema propagation: ',
    base: 'compensated',
    tenants: { t1: 'compensated', t2: 'failed', t3: 'pending' },
  },
  {
    row: 'F3, A15: persist meets a conflict',
    story: { persisted: conflict },
    ends: 'failed',
    through: ['compensating'],
    error: 'persist system schema: the revision moved.',
    base: 'compensated',
    system: 'failed',
    tenants: { t1: 'compensated', t2: 'compensated', t3: 'compensated' },
  },
  {
    row: 'F3r: the catalog is away while the schema is to be persisted',
    story: {
      persisted: (attempt) => {
        if (attempt < 20) throw away('SurroundingsMissing', 'CATALOG_UNREACHABLE')
      },
    },
    ends: 'committed',
    base: 'succeeded',
    system: 'succeeded',
    cache: 'succeeded',
  },
  {
    row: 'F4, A18: the cache is away for long, and the operation commits by itself when it is back',
    story: {
      cached: (attempt) => {
        if (attempt < 40) throw away('SurroundingsMissing', 'CACHE_UNAVAILABLE')
      },
    },
    ends: 'committed',
    through: ['needs_repair'],
    base: 'succeeded',
    system: 'succeeded',
    cache: 'succeeded',
    tenants: { t1: 'succeeded', t2: 'succeeded', t3: 'succeeded' },
  },
  {
    row: 'F5, A19: a hook fails twice and works the third time',
    story: {
      hooked: (attempt) => {
        if (attempt < 3) throw away('Unexpected', 'UNEXPECTED')
      },
    },
    ends: 'committed',
    base: 'succeeded',
    system: 'succeeded',
    cache: 'succeeded',
  },
  {
    row: 'C: an undo fails, and succeeds when a person has it tried again',
    story: undoFails.story,
    act: repair('retry', undoFails.heal),
    ends: 'failed',
    through: ['compensating', 'needs_repair', 'compensating'],
    error: 'tenant schema propagation: ',
    base: 'compensated',
    tenants: { t1: 'compensated', t2: 'failed' },
  },
  {
    row: 'C: an undo fails, and a person takes the tenant as it is',
    story: {
      options: ONE_AT_A_TIME,
      applied: forbid('t2'),
      compensated: (scope) => {
        if (scope === 't1') throw failure('TargetDrifted', 'TARGET_DRIFTED', 'somebody changed it.')
      },
    },
    act: repair('accept'),
    ends: 'failed',
    through: ['compensating', 'needs_repair'],
    error: 'tenant schema propagation: ',
    base: 'compensated',
    tenants: { t1: 'failed', t2: 'failed' },
  },
  {
    row: 'A14: persist fails, and so does an undo',
    story: {
      persisted: conflict,
      compensated: (scope, attempt) => {
        if (scope === 't3' && attempt === 1) throw failure('TargetDrifted', 'TARGET_DRIFTED', 'somebody changed it.')
      },
    },
    act: repair('retry'),
    ends: 'failed',
    through: ['compensating', 'needs_repair', 'compensating'],
    error: 'persist system schema: ',
    base: 'compensated',
    system: 'failed',
  },
  {
    row: 'X, A28: a person aborts while a tenant is at work',
    story: { options: ONE_AT_A_TIME },
    act: async (handle, fleet) => {
      await untilEvent(fleet, 'apply t1')
      await handle.executeUpdate('abort', { args: [{ actor: 'ana', reason: 'wrong model' }] })
    },
    ends: 'cancelled',
    through: ['compensating'],
    error: 'cancelled: the operation was aborted by ana: wrong model',
    base: 'compensated',
  },
]

describe('the failure matrix', () => {
  test.each(ROWS.map((row) => [row.row, row] as const))(
    '%s',
    async (_, { story, act, ends, through = [], error, base, tenants, system, cache }) => {
      const held = holdBack(story, act !== undefined && ends === 'cancelled')
      const { fleet, cause } = await stories.tell(
        held.story,
        act && ((handle, f) => act(handle, f).finally(held.release)),
      )
      const statuses = fleet.events.filter((event) => event.startsWith('status ')).map((event) => event.slice(7))
      expect(statuses.filter((status) => status !== 'applying')).toEqual([...through, ends])
      expect(cause?.message ?? '').toMatch(error === undefined ? /^$/ : new RegExp(`^${error}`))
      expect(fleet.steps.get('base_project_ddl')?.state ?? 'pending').toBe(base ?? 'pending')
      for (const [tenant, state] of Object.entries(tenants ?? {})) {
        expect(fleet.steps.get(`tenant_ddl/${tenant}`)?.state ?? 'pending', tenant).toBe(state)
      }
      if (tenants !== undefined && Object.keys(tenants).length === 0) {
        expect(fleet.events.filter((event) => /^apply t/.test(event))).toEqual([])
      }
      expect(fleet.steps.get('system_schema')?.state ?? 'pending').toBe(system ?? 'pending')
      expect(fleet.steps.get('cache')?.state ?? 'pending').toBe(cache ?? 'pending')
      expect(fleet.events.filter((event) => event === 'turn released')).toHaveLength(1)
    },
  )
})

/** For stories in which a person comes in the middle of the second tenant. */
function holdBack(story: Story, holds: boolean): { story: Story; release: () => void } {
  const gate = createGate()
  if (!holds) return { story, release: gate.open }
  return { story: { ...story, applied: (scope) => (scope === 't2' ? gate.pass() : undefined) }, release: gate.open }
}
