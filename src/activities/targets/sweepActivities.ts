/** The sweep over a cohort: which tenants, from the catalog; the work, by `postgres/sweep`; what was done, back into the catalog. */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { leavesNothing, type SweepActivities, type SweepWork } from '../../contract.ts'
import { countWhenAllCame } from '../../postgres/catalog/operations/counts.ts'
import { loadPlan } from '../../postgres/catalog/operations/plans.ts'
import { beginStep } from '../../postgres/catalog/steps/aggregate.ts'
import { closeUntouched, takeBackStart } from '../../postgres/catalog/steps/begun.ts'
import { recordSucceeded, recordUndoneAll, startTargets } from '../../postgres/catalog/steps/many.ts'
import { listCohortTargets } from '../../postgres/catalog/tenants/list.ts'
import { type Sweep, type SweepTarget, sweepTargets } from '../../postgres/sweep.ts'
import { payDebts } from '../debts/payDebts.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { waitingForReplicas } from '../operation/waitingStep.ts'

/** The sweep activities. */
export function createSweepActivities({
  catalog,
  targetPools,
  whileHeartbeating,
}: ActivityDependencies): SweepActivities {
  return {
    sweepCohort: (work) =>
      whileHeartbeating(async (signal, report) => {
        const { operationId, planHash, direction, cohort, wave, sessions, stopAtFailure } = work
        const select = direction === 'forward' ? 'behind' : 'started'
        const [{ plan, projectId, replicaLagMs }, targets] = await Promise.all([
          loadPlan(catalog, operationId, planHash),
          listCohortTargets(catalog, { operationId, select, cohort, ...(wave !== null && { wave }) }),
          direction === 'forward' && beginStep(catalog, operationId, 'tenant_ddl'),
        ])
        const closed = direction === 'forward' ? new Set<string>() : await closeAll(catalog, operationId, targets)
        const owing =
          direction === 'forward' ? await owingAmong({ catalog, targetPools }, projectId, targets, signal) : []
        const swept = await sweepTargets(targetPools, {
          projectId,
          operationId,
          plan,
          direction,
          sessions,
          stopAtFailure,
          signal,
          report,
          limits: { replicaLagMs },
          reportWait: waitingForReplicas(catalog, { operationId, key: 'tenant_ddl', scope: '' }),
          targets: targets.filter(({ scope }) => !closed.has(scope) && !owing.includes(scope)),
          ...(direction === 'forward' ? forward(catalog, work) : back(catalog, work)),
        })
        const succeeded = swept.succeeded + closed.size
        const result = { ...swept, succeeded, exceptions: [...swept.exceptions, ...owing] }
        if (direction !== 'forward' || !leavesNothing(result)) return result
        const counted = await countWhenAllCame(catalog, operationId)
        return counted === undefined ? result : { ...result, counted }
      }),
  }
}

/** Those that could not be settled now: each is tried again by a workflow of its own, which says what is wrong. */
async function owingAmong(
  deps: Pick<ActivityDependencies, 'catalog' | 'targetPools'>,
  projectId: string,
  targets: readonly SweepTarget[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { problems } = await payDebts(deps, projectId, { scopes: targets.map(({ scope }) => scope) }, signal)
  return [...new Set(problems.map(({ scope }) => scope))]
}

type Writes = Pick<Sweep, 'start' | 'record' | 'notBegun'>

function forward(catalog: pg.Pool, { operationId }: SweepWork): Writes {
  const token = randomUUID()
  return {
    start: async (targets) => {
      const scopes = targets.map(({ scope }) => scope)
      const started = await startTargets(catalog, { operationId, scopes, token })
      const epochs = new Map(started.map(({ scope, epoch }) => [scope, epoch]))
      return targets.flatMap((target): SweepTarget[] => {
        const epoch = epochs.get(target.scope)
        return epoch === undefined ? [] : [{ ...target, epoch }]
      })
    },
    notBegun: (scopes) => takeBackStart(catalog, { operationId, token, scopes }),
    record: (done) => recordSucceeded(catalog, operationId, done),
  }
}

/** Those on which nobody has begun work have no undo. */
async function closeAll(
  catalog: pg.Pool,
  operationId: string,
  targets: readonly SweepTarget[],
): Promise<ReadonlySet<string>> {
  const scopes = targets.map(({ scope }) => scope)
  const closed = new Set(await closeUntouched(catalog, { operationId, key: 'tenant_ddl', scopes }))
  const undone = targets.filter(({ scope }) => closed.has(scope)).map((target) => ({ ...target, touched: false }))
  if (undone.length > 0) await recordUndoneAll(catalog, operationId, undone)
  return closed
}

/** An undo looks at what had been started, in the epoch of that. */
function back(catalog: pg.Pool, { operationId }: SweepWork): Writes {
  return {
    start: async (targets) => targets,
    record: (done) => recordUndoneAll(catalog, operationId, done),
  }
}
