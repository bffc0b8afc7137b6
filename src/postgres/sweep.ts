/**
 * Applies or undoes a plan on many targets of one server with a bounded number of sessions: each target by the same
 * protocol as alone, several of them in one round trip where the plan and the server allow it.
 */
import type { SweepResult } from '../contract.ts'
import type { TargetPools } from './sessions/pools.ts'
import { createFeed } from './sweep/feed.ts'
import { onSweepSession, runLane, type SweepRun } from './sweep/lane.ts'
import { createRecorder } from './sweep/recorder.ts'
import type { Sweep } from './sweep/sweepWork.ts'
import { createTally } from './sweep/tally.ts'
import { type DoneTargets, findDoneTargets } from './target/bookkeeping/doneTargets.ts'
import { isMoment } from './target/stage/execution.ts'

export type { Sweep, SweepTarget, SweptTarget } from './sweep/sweepWork.ts'

/**
 * Sweeps over the targets. Those that did not come through are returned, the others recorded, also when it is cancelled.
 * Errors: `TargetUnreachable` when the server as a whole is away; the signal's reason.
 */
export async function sweepTargets(pools: TargetPools, sweep: Sweep): Promise<SweepResult> {
  const found = (await sharesSessions(pools, sweep)) ? await lookAtMarkers(pools, sweep) : null
  const tally = createTally(sweep.stopAtFailure)
  const idle = new Set<string>()
  const start: Sweep['start'] = async (targets) => {
    const started = await sweep.start(targets)
    for (const { scope } of started) idle.add(scope)
    return started
  }
  const feed = createFeed({ targets: sweep.targets, start })
  const run: SweepRun = { pools, sweep, feed, tally, recorder: createRecorder(sweep.record), found, idle }
  const lanes = Array.from({ length: sweep.sessions }, () =>
    runLane(run).catch((error: unknown) => {
      tally.stop()
      throw error
    }),
  )
  const ended = await Promise.allSettled(lanes)
  await run.recorder.end()
  if (idle.size > 0) await sweep.notBegun?.([...idle])
  const failed = ended.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  const notTried = run.feed.left() + tally.notTried()
  return { succeeded: tally.succeeded(), exceptions: tally.exceptions(), notTried }
}

/** Whether several targets can be worked on in one session: in one database, by transactions that do not take long. */
async function sharesSessions(pools: TargetPools, { plan, targets, direction }: Sweep): Promise<boolean> {
  if (targets.length < 2 || !plan.forward.every(isMoment)) return false
  if (direction === 'compensate' && plan.compensation.length > plan.forward.length) return false
  if (direction === 'compensate' && !plan.compensation.every(isMoment)) return false
  const locations = await Promise.all(targets.map((target) => pools.locate(target)))
  return new Set(locations.map(({ connectionString }) => connectionString)).size === 1
}

async function lookAtMarkers(pools: TargetPools, sweep: Sweep): Promise<DoneTargets | null> {
  const [first] = sweep.targets
  if (first === undefined) return null
  return await onSweepSession(pools, sweep, first, (client) =>
    findDoneTargets(client, sweep, sweep.direction, sweep.targets),
  )
}
