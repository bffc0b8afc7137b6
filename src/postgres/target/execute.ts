/** Runs plans on targets by the marker protocol: forward once, back once, whatever dies in between. */
import type { ClientBase } from 'pg'
import type { AppliedTarget, CompensatedTarget, Direction } from '../../contract.ts'
import { StatementRefused, TargetDrifted, TargetUnreachable } from '../../errors.ts'
import type { Plan, Stage } from '../../physical/plan/plan.ts'
import { READ_ONLY_STATE } from '../errors/errorMappings.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { ensureBookkeeping } from './bookkeeping/bookkeeping.ts'
import { shutIfGone } from './bookkeeping/gone.ts'
import { hasNothing } from './bookkeeping/untouched.ts'
import { requireAllRows } from './rows/allRows.ts'
import { runBackfill } from './rows/backfill.ts'
import { inStep } from './rows/syncGaps.ts'
import { runRowBatches } from './script/runBatches.ts'
import { applyScript, finishCompared } from './script/runScript.ts'
import { runOutside } from './script/statementOutside.ts'
import { requireNothingThere } from './script/wayBack.ts'
import {
  type Beside,
  isMoment,
  limitsOf,
  prepareSession,
  setTimeouts,
  stagePairs,
  type TargetExecution,
} from './stage/execution.ts'
import { buildsIndex, runIndexStatement } from './stage/indexStatement.ts'
import { withFreeNames } from './stage/makeWay.ts'
import { applyStage, type CompensatedStage, type StageTry, startStage } from './stage/protocol.ts'
import { withTargetLock } from './stage/targetLock.ts'
import { undoStage } from './stage/undoStage.ts'
import { watched } from './stage/watch.ts'

export type { Limits, TargetExecution } from './stage/execution.ts'

/**
 * Brings a target forward, stage by stage; those that an earlier try finished are left alone.
 * Errors: `StaleEpoch`, `TargetDrifted`, `StatementRefused`, `LockUnavailable`, `TargetUnreachable`, `DataRejected`.
 */
export function applyPlanToTarget(pools: TargetPools, work: TargetExecution): Promise<AppliedTarget> {
  return onTarget(pools, work, 'forward', async (client, namespace, work) => {
    await requireAllRows(client, namespace, work)
    await work.begin?.()
    let stagesRun = 0
    for (const stage of work.plan.forward) {
      work.signal?.throwIfAborted()
      const outcome = await forward({ client, namespace, work, stage })
      if (outcome === 'applied') stagesRun += 1
    }
    return { stagesRun, stagesFoundApplied: work.plan.forward.length - stagesRun }
  })
}

/**
 * Undoes whatever this operation did on a target, last stage first, and shuts out tries that are still on their way. A
 * target whose namespace is seen to be gone has nothing left to undo; one that cannot be reached still has.
 */
export async function compensatePlanOnTarget(pools: TargetPools, work: TargetExecution): Promise<CompensatedTarget> {
  try {
    return await onTarget(pools, work, 'compensate', undoStages)
  } catch (error) {
    if (isReadOnly(error) && (await pools.withClient(work.target, (...on) => hasNothing(...on, work)))) return NOTHING
    if (!mayBeGone(error)) throw error
    if (await onTarget(pools, work, 'compensate', (client, namespace) => shutIfGone(client, namespace, work))) {
      return NOTHING
    }
    throw error
  }
}

const NOTHING: CompensatedTarget = { touched: false, setAside: [] }

function isReadOnly(error: unknown): boolean {
  return error instanceof TargetUnreachable && error.details.sqlstate === READ_ONLY_STATE
}

/** Nobody knows by which of them Postgres says that a namespace is missing. */
function mayBeGone(error: unknown): boolean {
  return error instanceof TargetDrifted || error instanceof StatementRefused
}

/** Undoes all stages on a session that is prepared, and holds the target's lock if the plan needs it. */
export async function undoStages(
  client: ClientBase,
  namespace: string,
  work: TargetExecution,
): Promise<CompensatedTarget> {
  const undone: CompensatedStage[] = []
  await requireNothingThere(client, namespace, work)
  for (const { forward: stage, undo } of stagePairs(work.plan).toReversed()) {
    work.signal?.throwIfAborted()
    undone.push(await undoStage({ client, namespace, work, stage }, undo))
  }
  return {
    touched: undone.some((each) => each.touched),
    setAside: undone.flatMap((each) => each.put_aside),
  }
}

function onTarget<T>(
  pools: TargetPools,
  work: TargetExecution,
  direction: Direction,
  run: (client: ClientBase, namespace: string, work: TargetExecution) => Promise<T>,
): Promise<T> {
  const beside: Beside = (ask) => pools.withSideClient(work.target, ask)
  const looking = { ...work, beside }
  return pools.withClient(work.target, (client, namespace) =>
    watched(pools, client, work, async () => {
      await prepareSession(client, work)
      await ensureBookkeeping(client)
      return isOneByOne(work.plan, direction)
        ? withTargetLock(client, namespace, work, () => run(client, namespace, looking))
        : run(client, namespace, looking)
    }),
  )
}

/**
 * Transactions alone are kept apart by the target's row; anything else needs the lock for as long as the work takes. An undo
 * of several parts needs it, too, but what it undoes need not: a stage that comes between its parts is met by the last.
 */
function isOneByOne(plan: Plan, direction: Direction): boolean {
  if (plan.forward.some((stage) => stage.kind !== 'transaction')) return true
  return direction === 'compensate' && stagePairs(plan).some(({ undo }) => undo.length > 1 || !undo.every(isMoment))
}

async function forward(each: StageTry): Promise<'applied' | 'found_applied'> {
  if (each.stage.kind === 'script') return withFreeNames(each, () => applyScript(each))
  if (each.stage.kind === 'transaction') {
    if (each.stage.validates) return validateStage(each)
    return withFreeNames(each, () => inStep(each, (checks) => applyStage(each, checks), forward))
  }
  if ((await startStage(each, expectsIndex(each.stage))) === 'found_applied') return 'found_applied'
  await runAlone(each)
  return finishCompared(each)
}

/** The lock is asked for as briefly as ever, but reading all rows of a table takes as long as building an index. */
async function validateStage(each: StageTry): Promise<'applied' | 'found_applied'> {
  const { lockMs, statementMs, buildMs } = limitsOf(each.work)
  await setTimeouts(each.client, lockMs, buildMs)
  const outcome = await applyStage(each)
  await setTimeouts(each.client, lockMs, statementMs)
  return outcome
}

function runAlone(each: StageTry): Promise<void> {
  if (each.stage.kind === 'batch') return runRowBatches(each, 'forward')
  if (each.stage.inNamespace !== undefined) return runOutside(each)
  return each.stage.kind === 'backfill' ? runBackfill(each, 'forward') : runIndexStatement(each)
}

/** Whether the index of a stage is to be missing before it or to be there; null for one that may be either. */
function expectsIndex(stage: Stage): boolean | null {
  return stage.adopts ? null : buildsIndex(stage)
}
