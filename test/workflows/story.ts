/** What happens to one operation of a story: the real activities with whatever the story puts in front of them. */
import { cancelled, heartbeat } from '@temporalio/activity'
import { ApplicationFailure } from '@temporalio/common'
import type { AllActivities, OperationOptions, SweepWork, TenantSelection } from '../../src/contract.ts'
import type { TargetPools } from '../../src/postgres/sessions/pools.ts'
import { namespaceOf, SERVER } from './fleet.ts'
import type { Fleet } from './fleetEvents.ts'

type Gate = void | Promise<void>

/** Each function runs in front of the activity that it is named for, and may throw what that would throw. */
export interface Story {
  /** With short pauses and histories. */
  readonly quick?: true
  readonly tenants?: readonly string[]
  readonly base?: boolean
  readonly mutation?: unknown
  readonly options?: OperationOptions
  /** Targets whose table has been altered by somebody else. */
  readonly drifted?: readonly string[]
  readonly planned?: () => Gate
  readonly looked?: () => Gate
  readonly applied?: (scope: string, attempt: number, fleet: Fleet) => Gate
  readonly compensated?: (scope: string, attempt: number) => Gate
  /** The tenants of a cohort are listed in its own workflow, and the undo of a tenant is recorded in that of the tenant. */
  readonly listed?: (select: TenantSelection, attempt: number) => Gate
  readonly recorded?: (scope: string, attempt: number) => Gate
  readonly persisted?: (attempt: number, fleet: Fleet) => Gate
  /** With it persist cannot refresh the cache, which becomes a step of its own. */
  readonly cached?: (attempt: number) => Gate
  readonly hooked?: (attempt: number) => Gate
  /** Another operation holds the turn until this says that it does not any more. */
  readonly free?: (attempt: number) => boolean
  /** Tenants whose table is in use during a sweep, which leaves them; or that it works until Temporal cancels it. */
  readonly swept?: (work: SweepWork, attempt: number) => readonly string[] | 'until it is cancelled'
}

/** A failure as the worker's interceptor makes it. */
export function failure(type: string, code: string, message: string, nonRetryable = true): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable, details: [{ code }] })
}

/** Counts the calls of one story by what they are for. */
export function createCounts(): (what: string) => number {
  const counts = new Map<string, number>()
  return (what) => {
    const count = (counts.get(what) ?? 0) + 1
    counts.set(what, count)
    return count
  }
}

/** What the activities of a story act upon. */
export interface Scene {
  readonly fleet: Fleet
  readonly pools: TargetPools
  /** Whoever is in front gives the turn back. */
  readonly freeTurn: () => Promise<void>
  readonly allowCache: () => Promise<void>
}

/** The activities of a story. */
export function activitiesOf(story: Story, real: AllActivities, scene: Scene): AllActivities {
  const { fleet } = scene
  const count = createCounts()
  const freeTurn = async (): Promise<void> => {
    if (story.free?.(count('turn'))) await scene.freeTurn()
  }
  return {
    ...real,
    openOperation: async (input) => {
      await freeTurn()
      return await real.openOperation(input)
    },
    takeTurn: async (input) => {
      await freeTurn()
      return await real.takeTurn(input)
    },
    planOperation: async (input) => {
      await story.planned?.()
      return await real.planOperation(input)
    },
    preflightTargets: async (input) => {
      await story.looked?.()
      return await real.preflightTargets(input)
    },
    applyToTarget: async (work) => {
      await story.applied?.(work.target.scope, count(`apply ${work.target.scope}`), fleet)
      return await real.applyToTarget(work)
    },
    compensateTarget: async (work) => {
      await story.compensated?.(work.target.scope, count(`undo ${work.target.scope}`))
      return await real.compensateTarget(work)
    },
    sweepCohort: async (work) => {
      const told = story.swept?.(work, count(`sweep ${work.direction}`)) ?? []
      if (told === 'until it is cancelled') return await untilCancelled(fleet.events)
      return await whileLocked(scene, told, () => real.sweepCohort(work))
    },
    listCohortTargets: async (input) => {
      await story.listed?.(input.select, count(`list ${input.select}`))
      return await real.listCohortTargets(input)
    },
    recordUndone: async (input) => {
      await story.recorded?.(input.scope, count(`undone ${input.scope}`))
      return await real.recordUndone(input)
    },
    recordStep: async (input) => {
      if (input.errorCode === 'COMPENSATION_FAILED')
        await story.recorded?.(input.scope, count(`not undone ${input.scope}`))
      return await real.recordStep(input)
    },
    persistSchema: async (input) => {
      await story.persisted?.(count('persist'), fleet)
      return await real.persistSchema(input)
    },
    publishCache: async (input) => {
      await story.cached?.(count('cache'))
      await scene.allowCache()
      return await real.publishCache(input)
    },
  }
}

async function untilCancelled(events: string[]): Promise<never> {
  events.push('sweeping')
  const beat = setInterval(() => heartbeat(), 100)
  try {
    return await cancelled()
  } finally {
    clearInterval(beat)
    events.push('sweep interrupted')
  }
}

/** Somebody reads the tables of these tenants meanwhile. */
async function whileLocked<T>({ fleet, pools }: Scene, tenants: readonly string[], work: () => Promise<T>): Promise<T> {
  if (tenants.length === 0) return await work()
  const place = { scope: '', server: SERVER, namespace: namespaceOf(fleet.project, ''), incarnation: '' }
  return await pools.withClient(place, async (client) => {
    await client.query('begin')
    for (const tenant of tenants) {
      await client.query(`lock table "${namespaceOf(fleet.project, tenant)}".food in access share mode`)
    }
    try {
      return await work()
    } finally {
      await client.query('rollback')
    }
  })
}
