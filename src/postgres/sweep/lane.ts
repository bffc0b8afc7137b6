/** One of a sweep's lanes: takes targets, some at a time, and works on them in one session at a time. */
import type { ClientBase } from 'pg'
import { SagaError } from '../../errors.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { ensureBookkeeping } from '../target/bookkeeping/bookkeeping.ts'
import type { DoneTargets } from '../target/bookkeeping/doneTargets.ts'
import { applyPlanToTarget, compensatePlanOnTarget, undoStages } from '../target/execute.ts'
import { prepareSession, type TargetExecution } from '../target/stage/execution.ts'
import { applyTargets } from '../target/stage/protocol.ts'
import { cancellable } from '../target/stage/watch.ts'
import type { Feed } from './feed.ts'
import type { Recorder } from './recorder.ts'
import type { Sweep, SweepTarget, SweptTarget } from './sweepWork.ts'
import type { Tally } from './tally.ts'

/** Targets in one round trip: more of them would save little, and fall back together when one of them fails. */
const TOGETHER = 25
/** How long a session is kept before others get their turn, in ms. */
const TURN_MS = 250

/** What the lanes of one sweep share. */
export interface SweepRun {
  readonly pools: TargetPools
  readonly sweep: Sweep
  readonly feed: Feed
  readonly tally: Tally
  readonly recorder: Recorder
  /** Started in the ledger, and nothing has been done there yet. */
  readonly idle: Set<string>
  /** What the markers said at the beginning; null where every target has a session of its own. */
  readonly found: DoneTargets | null
}

/** Works until there is nothing left or the sweep has stopped. */
export async function runLane(run: SweepRun): Promise<void> {
  for (;;) {
    const batch = await next(run)
    if (batch.length === 0) return
    const left = [...(run.found === null ? batch : await turn(run, batch))]
    while (left.length > 0 && !run.tally.stopped()) await alone(run, left.shift() as SweepTarget)
    run.tally.addNotTried(left.length)
  }
}

/** A session for many targets: it is set up once, and its name tells the operation. */
export function onSweepSession<T>(
  pools: TargetPools,
  sweep: Sweep,
  first: SweepTarget,
  work: (client: ClientBase) => Promise<T>,
): Promise<T> {
  return pools.withClient(first, (client) =>
    cancellable(pools, client, { ...sweep, target: first }, async () => {
      await prepareSession(client, { ...sweep, target: null })
      await ensureBookkeeping(client)
      return await work(client)
    }),
  )
}

async function next({ sweep, tally, feed, found }: SweepRun): Promise<readonly SweepTarget[]> {
  sweep.signal?.throwIfAborted()
  return tally.stopped() ? [] : await feed.next(found === null ? 1 : TOGETHER)
}

/** Goes on for a while on one session; returns the targets of the batch that did not come through together. */
async function turn(run: SweepRun, first: readonly SweepTarget[]): Promise<readonly SweepTarget[]> {
  const until = Date.now() + TURN_MS
  let batch = first
  try {
    await onSweepSession(run.pools, run.sweep, first[0] as SweepTarget, async (client) => {
      while (batch.length > 0) {
        settle(run, await together(run, client, batch))
        batch = []
        if (Date.now() < until) batch = await next(run)
      }
    })
  } catch {
    // Whatever it was: each target by itself comes through, or says what is wrong with it.
    run.sweep.signal?.throwIfAborted()
  }
  return batch
}

async function together(run: SweepRun, client: ClientBase, batch: readonly SweepTarget[]): Promise<SweptTarget[]> {
  const { sweep, found } = run
  for (const { scope } of batch) run.idle.delete(scope)
  const done: SweptTarget[] = []
  const open: SweepTarget[] = []
  for (const target of batch) {
    const known = found?.find(target, target.epoch)
    if (known === undefined) open.push(target)
    else done.push(swept(target, known.touched))
  }
  if (sweep.direction === 'forward') {
    const works = open.map((target) => execution(sweep, target))
    await applyTargets(client, works)
    return [...done, ...open.map((target) => swept(target, true))]
  }
  for (const target of open) {
    const { touched } = await undoStages(client, target.namespace, execution(sweep, target))
    done.push(swept(target, touched))
  }
  return done
}

async function alone(run: SweepRun, target: SweepTarget): Promise<void> {
  const { pools, sweep, tally } = run
  sweep.signal?.throwIfAborted()
  const begin = async (): Promise<void> => {
    run.idle.delete(target.scope)
  }
  const work = { ...execution(sweep, target), begin }
  try {
    const touched =
      sweep.direction === 'forward'
        ? (await applyPlanToTarget(pools, work)).stagesRun > 0
        : (await compensatePlanOnTarget(pools, work)).touched
    settle(run, [swept(target, touched)])
  } catch (error) {
    sweep.signal?.throwIfAborted()
    if (!(error instanceof SagaError)) throw error
    tally.addException(target.scope, error)
    report(run)
  }
}

function settle(run: SweepRun, done: readonly SweptTarget[]): void {
  run.tally.addDone(done.length)
  run.recorder.add(done)
  report(run)
}

function report({ sweep, tally, feed }: SweepRun): void {
  sweep.report?.({ succeeded: tally.succeeded(), exceptions: tally.exceptions().length, left: feed.left() })
}

function swept({ scope, epoch }: SweepTarget, touched: boolean): SweptTarget {
  return { scope, epoch, touched }
}

function execution(sweep: Sweep, { epoch, ...target }: SweepTarget): TargetExecution {
  const { projectId, operationId, plan, signal, limits, reportWait } = sweep
  return {
    target,
    projectId,
    operationId,
    epoch,
    plan,
    ...(signal !== undefined && { signal }),
    ...(limits !== undefined && { limits }),
    ...(reportWait !== undefined && { reportWait }),
  }
}
