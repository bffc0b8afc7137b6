/** One plan that several tenants have missed, applied to them by a sweep as in its own operation. */
import type { TargetProblem, TargetWork } from '../../contract.ts'
import { SagaError, TargetUnreachable } from '../../errors.ts'
import { projectSchema } from '../../physical/project.ts'
import { loadPlan, type StoredPlan } from '../../postgres/catalog/operations/plans.ts'
import { preflightFleet } from '../../postgres/preflight/preflightFleet.ts'
import { problemOf } from '../../postgres/sessions/databases.ts'
import { sweepTargets } from '../../postgres/sweep.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { requireReady } from '../targets/requireReady.ts'

/** Sessions of one sweep, within the server's budget. */
const SESSIONS = 8

/** What became of the tenants. */
export interface SweptPlan {
  /** At the plan's revision. */
  readonly done: readonly string[]
  /** Those on which something stands in its way. */
  readonly problems: readonly TargetProblem[]
  /** Those on which it did not come through. */
  readonly left: readonly string[]
}

/** Asks of all whether the plan would run, as its operation did, and applies it to those that say so. */
export async function sweepPlan(
  deps: Pick<ActivityDependencies, 'catalog' | 'targetPools'>,
  project: string,
  works: readonly [TargetWork, ...TargetWork[]],
  signal: AbortSignal,
): Promise<SweptPlan> {
  const [{ operationId, planHash }] = works
  const stored = await loadPlan(deps.catalog, operationId, planHash)
  const problems = await problemsOf(deps, works, stored, signal)
  const inTheWay = new Set(problems.map(({ scope }) => scope))
  const ready = works.filter(({ target }) => !inTheWay.has(target.scope))
  const done = new Set<string>()
  try {
    if (ready.length > 0) {
      await sweepTargets(deps.targetPools, {
        projectId: project,
        operationId,
        plan: stored.plan,
        direction: 'forward',
        sessions: SESSIONS,
        stopAtFailure: false,
        signal,
        limits: { replicaLagMs: stored.replicaLagMs },
        targets: ready.map(({ target, epoch }) => ({ ...target, epoch })),
        // Each is started on record by what decided that it is next.
        start: async (targets) => targets,
        record: async (swept) => {
          for (const { scope } of swept) done.add(scope)
        },
      })
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof TargetUnreachable)) throw error
    const away = ready.filter(({ target }) => !done.has(target.scope)).map(({ target }) => problemOf(target, error))
    return { done: [...done], problems: [...problems, ...away], left: [] }
  }
  const left = ready.map(({ target }) => target.scope).filter((scope) => !done.has(scope))
  return { done: [...done], problems, left }
}

/** Together at first; whoever is refused is asked alone, as one tenant is, what counts for it. */
async function problemsOf(
  deps: Pick<ActivityDependencies, 'catalog' | 'targetPools'>,
  works: readonly TargetWork[],
  { plan, before, replicaLagMs }: StoredPlan,
  signal: AbortSignal,
): Promise<readonly TargetProblem[]> {
  const question = { plan, expected: projectSchema(before), replicaLagMs }
  const targets = works.map(({ target }) => target)
  const asked = { ...question, ...(works[0] !== undefined && { operationId: works[0].operationId }) }
  const refused = new Set((await preflightFleet(deps.targetPools, targets, asked, signal)).map(({ scope }) => scope))
  const problems: TargetProblem[] = []
  for (const work of works.filter(({ target }) => refused.has(target.scope))) {
    try {
      await requireReady(deps, work)
    } catch (error) {
      if (!(error instanceof SagaError)) throw error
      problems.push(problemOf(work.target, error))
    }
  }
  return problems
}
