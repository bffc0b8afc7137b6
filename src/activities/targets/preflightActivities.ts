/** The activity which looks at all targets of an operation before anything is changed. */
import { activityInfo } from '@temporalio/activity'
import type pg from 'pg'
import { hazardsOf } from '../../contract/application.ts'
import { BASE_SCOPE, type Patience, type Target, type TargetActivities } from '../../contract.ts'
import { LockUnavailable, TargetUnreachable } from '../../errors.ts'
import type { Hazard } from '../../physical/change.ts'
import { questionOf } from '../../physical/plan/applicationCode.ts'
import type { Plan } from '../../physical/plan/plan.ts'
import { projectSchema } from '../../physical/project.ts'
import { doubtAbout } from '../../postgres/adoption/doubt.ts'
import { lookAtApplication } from '../../postgres/application/applicationLook.ts'
import { loadPlan, recordFoundHazards } from '../../postgres/catalog/operations/plans.ts'
import { readHistory, readKnownTables } from '../../postgres/catalog/projects/history.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import { recordPreflightProblems, recordStep } from '../../postgres/catalog/steps/one.ts'
import { listCohorts } from '../../postgres/catalog/tenants/list.ts'
import type { PastRevisions } from '../../postgres/preflight/outlines.ts'
import { preflightFleet, targetsHeldByOthers } from '../../postgres/preflight/preflightFleet.ts'
import { problemOf } from '../../postgres/sessions/databases.ts'
import type { TargetPools } from '../../postgres/sessions/pools.ts'
import { payFound } from '../debts/payFound.ts'
import type { ActivityDependencies, Clock } from '../dependencies.ts'
import { operationTargets } from '../operation/operationTargets.ts'
import { lockLimitMs } from './retryBudget.ts'

/** Problems in the activity's result; all of them are in the ledger. */
const MOST_PROBLEMS = 100

/** The longest pause between tries, with its jitter. */
const LAST_TRY_MS = 45_000

/** How long targets that do not answer are asked again; what is away for longer is a problem of theirs. */
const AWAY_MS: Readonly<Record<Patience, number>> = { long: 105_000, short: 15_000, once: 0 }

/** The preflight activity over the worker's pools. */
export function createPreflightActivities({
  catalog,
  targetPools,
  now,
  whileHeartbeating,
}: ActivityDependencies): Pick<TargetActivities, 'preflightTargets'> {
  return {
    preflightTargets: ({ operationId, planHash, patience = 'long', cohorts: page }) =>
      whileHeartbeating(async (signal) => {
        const record = { operationId, key: 'preflight', scope: BASE_SCOPE } as const
        const [{ plan, projectId, before, replicaLagMs }] = await Promise.all([
          loadPlan(catalog, operationId, planHash),
          recordStep(catalog, { ...record, state: 'running' }),
        ])
        const [targets, past] = await Promise.all([
          operationTargets(catalog, projectId),
          pastRevisions(catalog, projectId),
        ])
        const question = { plan, expected: projectSchema(before), operationId, past, replicaLagMs }
        const [refused, left, waiting, hazards, cohorts] = await Promise.all([
          preflightFleet(targetPools, targets, question, signal),
          // What is left at work there comes off first: nothing is changed over it.
          payFound({ catalog, targetPools }, projectId, targets, { before: operationId, signal }),
          targetsHeldByOthers(targetPools, targets, plan.touches),
          findHazards(targetPools, targets, plan, signal),
          page === undefined
            ? undefined
            : listCohorts(catalog, { operationId, select: 'behind', after: null, ...page }),
        ])
        const away = refused.every(({ errorType }) => errorType === 'TargetUnreachable') ? refused[0] : undefined
        // A failover is over soon, and nothing has been begun that would have to wait for it.
        if (away !== undefined && (await sinceMs(now)) < AWAY_MS[patience]) {
          throw new TargetUnreachable('TARGET_UNREACHABLE', away.error)
        }
        const held = [...waiting, ...left.problems].filter(
          ({ target }, index, all) =>
            !refused.some(({ scope }) => scope === target.scope) &&
            all.findIndex((each) => each.target.scope === target.scope) === index,
        )
        const first = held.find(({ error }) => error instanceof LockUnavailable)
        // Whoever holds a table is waited for; after that it is one more problem of that target.
        if (first !== undefined && (await sinceMs(now)) < lockLimitMs(patience) - LAST_TRY_MS) throw first.error
        const problems = [...refused, ...held.map(({ target, error }) => problemOf(target, error))]
        if (hazards.length > 0 || plan.found !== undefined)
          await recordFoundHazards(catalog, operationId, planHash, hazards)
        if (problems.length > 0) await recordPreflightProblems(catalog, operationId, problems)
        else await recordStep(catalog, { ...record, state: 'succeeded' })
        const isFine = problems.length === 0
        return {
          failed: problems.length,
          problems: problems.slice(0, MOST_PROBLEMS),
          recorded: isFine,
          ...(hazards.length > 0 && { hazards }),
          ...(isFine && cohorts !== undefined && { cohorts }),
        }
      }),
  }
}

/** What the plan meets of the application's own code; a target that cannot be looked at is preflight's own problem. */
async function findHazards(
  pools: TargetPools,
  targets: readonly Target[],
  plan: Plan,
  signal: AbortSignal,
): Promise<readonly Hazard[]> {
  const question = questionOf(plan)
  if (question.names.length + question.batches.length === 0) return []
  return hazardsOf(await lookAtApplication(pools, targets, question, signal))
}

async function pastRevisions(catalog: pg.Pool, project: string): Promise<PastRevisions> {
  const [tables, { settings }] = await Promise.all([
    readKnownTables(catalog, project),
    requireProject(catalog, project),
  ])
  let history: ReturnType<PastRevisions['history']> | undefined
  const read = (): ReturnType<PastRevisions['history']> => {
    history ??= readHistory(catalog, project)
    return history
  }
  return {
    tables,
    ignore: settings.ignore,
    history: read,
    doubt: (revision) => doubtAbout(catalog, project, revision, read),
    known: new Map(),
  }
}

/** Compared with a limit that is over a try before the last, so that a problem is told of its target and not of the whole. */
async function sinceMs(now: Clock): Promise<number> {
  return (await now()) - activityInfo().scheduledTimestampMs
}
