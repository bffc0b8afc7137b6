/** The sweep over a cohort: which tenants, from the catalog; the work, by `postgres/sweep`; what was done, back into the catalog. */
import type pg from 'pg'
import { leavesNothing, type SweepActivities, type SweepWork } from '../contract.ts'
import { countWhenAllCame } from '../postgres/catalog/countTenants.ts'
import { loadPlan } from '../postgres/catalog/plans.ts'
import { recordSucceeded, recordUndoneAll, startTargets } from '../postgres/catalog/sweepSteps.ts'
import { listCohortTargets } from '../postgres/catalog/tenants.ts'
import { beginStep } from '../postgres/catalog/wholeSteps.ts'
import { type Sweep, type SweepTarget, sweepTargets } from '../postgres/sweep.ts'
import type { ActivityDependencies } from './dependencies.ts'

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
        const [{ plan, projectId }, targets] = await Promise.all([
          loadPlan(catalog, operationId, planHash),
          listCohortTargets(catalog, { operationId, select, cohort, ...(wave !== null && { wave }) }),
          direction === 'forward' && beginStep(catalog, operationId, 'tenant_ddl'),
        ])
        const result = await sweepTargets(targetPools, {
          ...{ projectId, operationId, plan, direction, targets, sessions, stopAtFailure, signal, report },
          ...(direction === 'forward' ? forward(catalog, work) : back(catalog, work)),
        })
        if (direction !== 'forward' || !leavesNothing(result)) return result
        const counted = await countWhenAllCame(catalog, operationId)
        return counted === undefined ? result : { ...result, counted }
      }),
  }
}

type Writes = Pick<Sweep, 'start' | 'record'>

function forward(catalog: pg.Pool, { operationId }: SweepWork): Writes {
  return {
    start: async (targets) => {
      const scopes = targets.map(({ scope }) => scope)
      const started = await startTargets(catalog, { operationId, scopes })
      const epochs = new Map(started.map(({ scope, epoch }) => [scope, epoch]))
      return targets.flatMap((target): SweepTarget[] => {
        const epoch = epochs.get(target.scope)
        return epoch === undefined ? [] : [{ ...target, epoch }]
      })
    },
    record: (done) => recordSucceeded(catalog, operationId, done),
  }
}

/** An undo looks at what had been started, in the epoch of that. */
function back(catalog: pg.Pool, { operationId }: SweepWork): Writes {
  return {
    start: async (targets) => targets,
    record: (done) => recordUndoneAll(catalog, operationId, done),
  }
}
