/** Fake activities over a small in-memory fleet: the only fakes of the project, for workflow tests. */
import { cancelled, heartbeat } from '@temporalio/activity'
import { ApplicationFailure } from '@temporalio/common'
import type {
  Activities,
  ApplySchemaMutationInput,
  Cohort,
  OperationDocument,
  OperationOptions,
  OperationStatus,
  OutcomePolicy,
  ResumedOperation,
  StepState,
  SweepWork,
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
  readonly policy?: OutcomePolicy
  readonly maxParked?: number
  readonly options?: OperationOptions
  readonly waves?: readonly (readonly string[])[]
  readonly sweeps?: boolean
  /** Whom a sweep leaves, or that it works until Temporal cancels it. */
  readonly swept?: (
    work: SweepWork,
    attempt: number,
  ) =>
    | { exceptions: readonly string[] }
    | 'until it is cancelled'
    | undefined
    | Promise<'until it is cancelled' | undefined>
  readonly resumed?: (run: number) => ResumedOperation | undefined
  readonly maxSessions?: number
}

/** The fleet as it stands, and everything that happened to it in order. */
export interface FakeFleet {
  readonly activities: Activities
  /** For example `apply t1`, `undo base`, `status compensating`. */
  readonly events: string[]
  readonly steps: Map<string, { state: StepState; error?: string }>
  readonly status: () => OperationStatus
  readonly addTenant: (id: string) => void
  /** How many runs the operation has had. */
  readonly runs: () => number
  readonly document: () => { error: string | null; code: string | null; attempt: number }
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
  let code: string | null = null
  let attempt = 1
  let held = false
  const undone = new Set<string>()

  const attemptOf = (what: string): number => {
    const count = (tries.get(what) ?? 0) + 1
    tries.set(what, count)
    return count
  }
  const setStatus = (next: OperationStatus): void => {
    status = next
    events.push(`status ${next}`)
  }
  const name = (scope: string): string => (scope === '' ? 'base' : scope)
  const key = (step: string, scope: string): string => (scope === '' ? step : `${step}/${scope}`)
  const place = (scope: string): Target => ({ scope, server: 's1', namespace: `ns_${name(scope)}`, incarnation: 'i1' })
  const stateOf = (id: string): StepState => steps.get(key('tenant_ddl', id))?.state ?? 'pending'
  const waveOf = (id: string): number => (story.waves?.findIndex((wave) => wave.includes(id)) ?? -1) + 1 || 99
  const SELECTED: Readonly<Record<TenantSelection, (id: string) => boolean>> = {
    behind: (id) => !changed.has(id) && !['failed', 'parked', 'skipped'].includes(stateOf(id)),
    started: (id) => !['pending', 'skipped', 'compensated'].includes(stateOf(id)) && !undone.has(id),
    failed: (id) => stateOf(id) === 'failed',
  }
  const selected = (select: TenantSelection, wave?: number): string[] =>
    tenants.filter((id) => SELECTED[select](id) && (wave === undefined || waveOf(id) <= wave))
  const cohortsOf = (select: TenantSelection, wave?: number): Cohort[] => {
    const size = selected(select, wave).length
    const maxSessions = story.maxSessions ?? 8
    return size === 0 ? [] : [{ name: 's1-1', server: 's1', after: '', upTo: '~', size, maxSessions }]
  }
  const counts = (): TenantCounts => {
    const count = (state: StepState): number =>
      tenants.filter((id) => (steps.get(key('tenant_ddl', id))?.state ?? 'pending') === state).length
    return {
      total: tenants.length,
      succeeded: count('succeeded'),
      skipped: count('skipped'),
      failed: count('failed'),
      parked: count('parked'),
      compensated: count('compensated'),
      running: count('running'),
      pending: count('pending'),
    }
  }

  const activities: Activities = {
    openOperation: async (input) => {
      request = input
      const resumed = story.resumed?.(attemptOf('resume'))
      return {
        type: 'add_field',
        attempt,
        start: attemptOf('open'),
        options: { ...(story.parallel !== undefined && { parallel: story.parallel }), ...story.options },
        base: story.base === false ? null : place(''),
        summary: 'add_field food.price',
        ...(resumed !== undefined && { resumed }),
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
        ...(story.policy !== undefined && { policy: story.policy }),
        ...(story.sweeps !== undefined && { sweeps: story.sweeps }),
        ...(story.waves !== undefined && { waves: story.waves.length }),
      }
    },
    settleTarget: async () => {},
    settleTargets: async () => ({ failed: 0, problems: [] }),
    preflightTargets: async ({ cohorts }) => {
      const problems = [...(story.preflight ?? [])]
      const recorded = problems.length === 0
      steps.set('preflight', { state: recorded ? 'succeeded' : 'running' })
      const listed = recorded && cohorts !== undefined ? { cohorts: cohortsOf('behind', cohorts.wave) } : {}
      return { failed: problems.length, problems, recorded, ...listed }
    },
    recordStep: async (record) => {
      steps.set(key(record.key, record.scope), {
        state: record.state,
        ...(record.error === undefined ? {} : { error: record.error }),
      })
    },
    recordUndone: async ({ key: step, scope, touched }) => {
      undone.add(scope)
      const before = steps.get(key(step, scope))
      if (touched || before?.state !== 'failed') steps.set(key(step, scope), { ...before, state: 'compensated' })
    },
    startTarget: async ({ key: step, scope }) => {
      if (steps.get(key(step, scope))?.state === 'skipped') return { epoch: 0, skipped: true }
      undone.delete(scope)
      steps.set(key(step, scope), { state: 'running' })
      return { epoch: 0 }
    },
    listCohorts: async ({ select, after, wave }) => ({ cohorts: after === null ? cohortsOf(select, wave) : [] }),
    listCohortTargets: async ({ select, wave, among }) => ({
      targets: selected(select, wave)
        .filter((id) => among === undefined || among.includes(id))
        .map((id) => ({ ...place(id), epoch: 0 })),
    }),
    countTenants: async () => ({ ...counts(), isAnyBehind: selected('behind').length > 0 }),
    persistSchema: async () => {
      const outcome = story.persisted?.(attemptOf('persist'))
      if (outcome !== undefined) {
        events.push('persist refused')
        return outcome
      }
      events.push('persist', 'turn released')
      for (const step of ['tenant_ddl', 'system_schema']) steps.set(step, { state: 'succeeded' })
      return { persisted: true, behind: 0, turn: { next: null } }
    },
    beginCompensation: async () => setStatus('compensating'),
    markNeedsRepair: async (input) => {
      error = input.error
      code = input.errorCode
      held = input.held ?? false
      setStatus('needs_repair')
    },
    closeOperation: async (input) => {
      error = input.error ?? null
      code = input.errorCode ?? null
      setStatus(input.status)
    },
    releaseTurn: async () => {
      events.push('turn released')
      return { next: null }
    },
    publishCache: async () => {
      if (!steps.has('cache')) steps.set('cache', { state: 'running' })
      await story.cached?.(attemptOf('cache'))
      events.push('cache')
      steps.set('cache', { state: 'succeeded' })
      return { generation: 2, recorded: true }
    },
    readOperation: async () =>
      ({ id: request?.operationId, project: request?.project, status, error, tenants: counts() }) as OperationDocument,
    audit: async ({ action }) => {
      events.push(`audit ${action}`)
    },
    setPaused: async ({ paused }) => {
      events.push(paused ? 'paused' : 'resumed')
    },
    parkTenant: async ({ tenant, actor, changed: left }) => {
      const parked = actor !== undefined || counts().parked < (story.maxParked ?? 1)
      const before = steps.get(key('tenant_ddl', tenant))
      steps.set(key('tenant_ddl', tenant), { ...before, state: parked ? 'parked' : 'failed' })
      events.push(parked ? `park ${tenant}${left === 'unknown' ? ' (unknown)' : ''}` : `over the limit ${tenant}`)
      return { parked }
    },
    parkPreflightProblems: async () => {
      const problems = story.preflight ?? []
      const parked = problems.every(({ scope }) => scope !== '') && problems.length <= (story.maxParked ?? 1)
      if (parked) for (const { scope } of problems) steps.set(key('tenant_ddl', scope), { state: 'parked' })
      return { parked }
    },
    skipTenant: async ({ tenant, fenced }) => {
      if (!tenants.includes(tenant)) throw failure('RequestRefused', 'TENANT_NOT_FOUND', `no tenant ${tenant}`)
      if (stateOf(tenant) === 'failed' && fenced === undefined) return { fence: { ...place(tenant), epoch: 0 } }
      steps.set(key('tenant_ddl', tenant), { state: 'skipped' })
      events.push(`skip ${tenant}`)
      return { fence: null }
    },
    goForwardAgain: async ({ action, tenants: named }) => {
      const failed = tenants.filter((id) => stateOf(id) === 'failed' && (named?.includes(id) ?? true))
      if (named !== undefined && failed.length === 0) {
        throw failure('RequestRefused', 'NOT_APPLICABLE', `None of the tenants ${named.join(', ')} has failed.`)
      }
      if (action === 'retry') {
        for (const id of failed) steps.set(key('tenant_ddl', id), { state: 'pending' })
        attempt += 1
      }
      held = false
      setStatus('applying')
      return { attempt }
    },
    countHalting: async () => {
      const { failed, parked, pending, total } = counts()
      const haltAt = Number(story.options?.haltAt ?? Number.POSITIVE_INFINITY)
      return { halts: failed + parked >= haltAt, failed: failed + parked, begun: total - pending }
    },
    acceptTargets: async () => {
      if (held || steps.get('base_project_ddl')?.error?.startsWith('compensation: '))
        return { accepted: false, targets: [] }
      const targets = selected('started').map((id) => ({ ...place(id), epoch: 0 }))
      for (const { scope } of targets) events.push(`accept ${scope}`)
      return { accepted: true, targets }
    },
    recordAccepted: async () => {},
    acceptTarget: async () => {},
    sweepCohort: async (work) => {
      const isForward = work.direction === 'forward'
      const told = await story.swept?.(work, attemptOf(`sweep ${work.direction}`))
      if (told === 'until it is cancelled') return await untilCancelled(events)
      const all = selected(isForward ? 'behind' : 'started', work.wave ?? undefined)
      const exceptions = all.filter((id) => told?.exceptions.includes(id))
      const ids = all.filter((id) => !exceptions.includes(id))
      for (const id of ids) {
        if (isForward) changed.add(id)
        else changed.delete(id)
        steps.set(key('tenant_ddl', id), { state: isForward ? 'succeeded' : 'compensated' })
      }
      events.push(`sweep ${work.direction} ${ids.length}`)
      const isLast = isForward && exceptions.length === 0 && selected('behind').length === 0
      const counted = isLast ? { counted: { ...counts(), isAnyBehind: false } } : {}
      return { succeeded: ids.length, exceptions, notTried: 0, ...counted }
    },
    applyToTarget: async ({ target, records }) => {
      await story.applied?.(target.scope, attemptOf(`apply ${target.scope}`))
      changed.add(target.scope)
      events.push(`apply ${name(target.scope)}`)
      if (records !== undefined) steps.set(key(records, target.scope), { state: 'succeeded' })
      return { stagesRun: 1, stagesFoundApplied: 0, recorded: records !== undefined }
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
  }
  const document = () => ({ error, code, attempt })
  return {
    activities,
    events,
    steps,
    status: () => status,
    addTenant: (id) => tenants.push(id),
    runs: () => tries.get('open') ?? 0,
    document,
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
