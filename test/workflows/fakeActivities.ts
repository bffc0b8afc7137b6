/** Fake activities over a small in-memory fleet: the only fakes of the project, for workflow tests. */
import { ApplicationFailure } from '@temporalio/common'
import type {
  Activities,
  ApplySchemaMutationInput,
  Cohort,
  OperationDocument,
  OperationStatus,
  StepState,
  Target,
  TargetProblem,
  TenantCounts,
  TenantSelection,
} from '../../src/contract.ts'

/** What a story changes about the fleet; every function may throw what the real activity would throw. */
export interface Story {
  readonly tenants?: readonly string[]
  readonly base?: boolean
  readonly parallel?: number
  readonly applied?: (scope: string, attempt: number) => void | Promise<void>
  readonly compensated?: (scope: string, attempt: number) => void
  readonly planned?: () => void
  readonly unchanged?: boolean
  readonly preflight?: readonly TargetProblem[]
  readonly persisted?: (attempt: number) => { persisted: boolean; behind: number } | undefined
  readonly cached?: (attempt: number) => void | Promise<void>
  readonly hooked?: (attempt: number) => void
  readonly turns?: (attempt: number) => boolean
}

/** The fleet as it stands, and everything that happened to it in order. */
export interface FakeFleet {
  readonly activities: Activities
  /** For example `apply t1`, `undo base`, `status compensating`. */
  readonly events: string[]
  readonly steps: Map<string, { state: StepState; error?: string }>
  readonly status: () => OperationStatus
  readonly addTenant: (id: string) => void
}

/** A failure as the worker's interceptor makes it. */
export function failure(type: string, code: string, message: string, nonRetryable = true): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable, details: [{ code }] })
}

/** A fleet with a base and three tenants unless the story says otherwise. */
export function createFakeFleet(story: Story = {}): FakeFleet {
  const events: string[] = []
  const steps = new Map<string, { state: StepState; error?: string }>()
  const tenants = [...(story.tenants ?? ['t1', 't2', 't3'])]
  const changed = new Set<string>()
  const tries = new Map<string, number>()
  let status: OperationStatus = 'pending'
  let request: ApplySchemaMutationInput | undefined
  let error: string | null = null

  const attemptOf = (what: string): number => {
    const attempt = (tries.get(what) ?? 0) + 1
    tries.set(what, attempt)
    return attempt
  }
  const setStatus = (next: OperationStatus): void => {
    status = next
    events.push(`status ${next}`)
  }
  const name = (scope: string): string => (scope === '' ? 'base' : scope)
  const key = (step: string, scope: string): string => (scope === '' ? step : `${step}/${scope}`)
  const place = (scope: string): Target => ({ scope, server: 's1', namespace: `ns_${name(scope)}`, incarnation: 'i1' })
  const selected = (select: TenantSelection): string[] =>
    select === 'behind'
      ? tenants.filter((id) => !changed.has(id) && steps.get(key('tenant_ddl', id))?.state !== 'failed')
      : tenants.filter((id) => {
          const state = steps.get(key('tenant_ddl', id))?.state
          return state !== undefined && state !== 'pending' && state !== 'compensated'
        })
  const counts = (): TenantCounts => {
    const count = (state: StepState): number =>
      tenants.filter((id) => (steps.get(key('tenant_ddl', id))?.state ?? 'pending') === state).length
    return {
      total: tenants.length,
      succeeded: count('succeeded'),
      skipped: 0,
      failed: count('failed'),
      parked: 0,
      compensated: count('compensated'),
      running: count('running'),
      pending: count('pending'),
    }
  }

  const activities: Activities = {
    openOperation: async (input) => {
      request = input
      return {
        type: 'add_field',
        attempt: 1,
        start: 1,
        options: story.parallel === undefined ? {} : { parallel: story.parallel },
        base: story.base === false ? null : place(''),
        summary: 'add_field food.price',
      }
    },
    takeTurn: async () => {
      const taken = story.turns?.(attemptOf('turn')) ?? true
      events.push(taken ? 'turn taken' : 'turn waits')
      const front = { operationId: 'op-0', status: 'applying', since: '2026-01-01T00:00:00.000Z' } as const
      return { taken, waitsFor: taken ? null : front }
    },
    planOperation: async () => {
      story.planned?.()
      setStatus('applying')
      return {
        hash: 'h1',
        baseRevision: 1,
        nextRevision: story.unchanged ? 1 : 2,
        unchanged: story.unchanged ?? false,
        tenants: tenants.length,
        forwardSql: [],
        compensationSql: [],
        sqlLeftOut: 0,
        hazards: [],
      }
    },
    settleTarget: async () => {},
    settleTargets: async () => ({ failed: 0, problems: [] }),
    preflightTargets: async () => ({ failed: story.preflight?.length ?? 0, problems: [...(story.preflight ?? [])] }),
    recordStep: async (record) => {
      steps.set(key(record.key, record.scope), {
        state: record.state,
        ...(record.error === undefined ? {} : { error: record.error }),
      })
    },
    recordUndone: async ({ key: step, scope, touched }) => {
      const before = steps.get(key(step, scope))
      if (touched || before?.state !== 'failed') steps.set(key(step, scope), { ...before, state: 'compensated' })
    },
    startTarget: async ({ key: step, scope }) => {
      steps.set(key(step, scope), { state: 'running' })
      return { epoch: 0 }
    },
    listCohorts: async ({ select, after }) => {
      const ids = selected(select)
      const cohort: Cohort = { name: 's1-1', server: 's1', after: '', upTo: '~', size: ids.length, maxSessions: 8 }
      return { cohorts: after === null && ids.length > 0 ? [cohort] : [] }
    },
    listCohortTargets: async ({ select }) => ({ targets: selected(select).map((id) => ({ ...place(id), epoch: 0 })) }),
    countTenants: async () => counts(),
    persistSchema: async () => {
      const outcome = story.persisted?.(attemptOf('persist'))
      if (outcome !== undefined) {
        events.push('persist refused')
        return outcome
      }
      events.push('persist')
      return { persisted: true, behind: 0 }
    },
    beginCompensation: async () => setStatus('compensating'),
    markNeedsRepair: async (input) => {
      error = input.error
      setStatus('needs_repair')
    },
    closeOperation: async (input) => {
      error = input.error ?? null
      setStatus(input.status)
    },
    releaseTurn: async () => {
      events.push('turn released')
      return { next: null }
    },
    publishCache: async () => {
      await story.cached?.(attemptOf('cache'))
      events.push('cache')
      return { generation: 2 }
    },
    readOperation: async () =>
      ({ id: request?.operationId, project: request?.project, status, error, tenants: counts() }) as OperationDocument,
    audit: async ({ action }) => {
      events.push(`audit ${action}`)
    },
    applyToTarget: async ({ target }) => {
      await story.applied?.(target.scope, attemptOf(`apply ${target.scope}`))
      changed.add(target.scope)
      events.push(`apply ${name(target.scope)}`)
      return { stagesRun: 1, stagesFoundApplied: 0 }
    },
    compensateTarget: async ({ target }) => {
      story.compensated?.(target.scope, attemptOf(`undo ${target.scope}`))
      const touched = changed.delete(target.scope)
      events.push(touched ? `undo ${name(target.scope)}` : `tombstone ${name(target.scope)}`)
      return { touched, setAside: [] }
    },
    afterCommit: async () => {
      story.hooked?.(attemptOf('hook'))
      events.push('hook')
    },
    openProvisioning: async (input) => ({ target: place(input.scope) }),
    provisionTarget: async () => ({ revision: 1 }),
    activateTarget: async () => ({ active: true, missing: null }),
    sweepCohort: async () => ({ succeeded: 0, exceptions: [], notTried: 0 }),
  }
  return { activities, events, steps, status: () => status, addTenant: (id) => tenants.push(id) }
}
