/**
 * A stage of people's own SQL on a target: statements and marker in one transaction, which commits only where the text did
 * what it did in the proof.
 */
import type { ClientBase } from 'pg'
import type { Stage } from '../../../physical/plan/plan.ts'
import type { ScriptStep } from '../../../sql/change/sqlChange.ts'
import { whereOf } from '../../sessions/servers.ts'
import { spend } from '../../sessions/spent.ts'
import { limitsOf, setTimeouts } from '../stage/execution.ts'
import {
  type CompensatedStage,
  compensateStage,
  finishStage,
  hasOpenMarkers,
  type StageTry,
  startStage,
} from '../stage/protocol.ts'
import { transact } from '../stage/transaction.ts'
import { requireSameOrder } from './columnOrder.ts'
import { requireChanged, requireKnownLines, requireUndone } from './comparison.ts'
import { footprintInside, requireKnown, requireSameMarkers, requireSameSession } from './fences.ts'
import { keepRows, takeRowsOff } from './keptRows.ts'
import { isForbiddenByRows, runLeniently } from './lenientUndo.ts'
import { placeOf, type ScriptPlace } from './place.ts'
import { raiseSequences } from './raiseSequences.ts'
import { stepsFor } from './revived.ts'
import { runStatements } from './statements.ts'
import { requireWayBack } from './wayBack.ts'

/** Forward. Errors: those of the text, `DOES_OTHERWISE`, `OTHER_NAMESPACE`, `SESSION_CHANGED`, `SS001`, `SS002`. */
export async function applyScript(each: StageTry): Promise<'applied' | 'found_applied'> {
  return await withBuildLimits(each, () =>
    transact(each.client, async () => {
      if ((await startStage(each, null)) === 'found_applied') return 'found_applied'
      await requireSameOrder(each)
      await runWithin(each, each.stage)
      if (isLast(each)) {
        await requireChanged(each)
        await keepRows(each)
      }
      return await finishStage(each)
    }),
  )
}

/** Back: the tombstone is left in any case. */
export async function undoScript(each: StageTry, undo: Stage): Promise<CompensatedStage> {
  const within = (run: typeof runStatements) =>
    transact(each.client, async () => {
      const ran = await hasOpenMarkers(each)
      if (ran) requireWayBack(each)
      if (ran) await runWithin(each, undo, run, true)
      if (ran && each.stage.stage === 1) {
        await requireUndone(each)
        await takeRowsOff(each)
      }
      return await compensateStage(each, null)
    })
  return await withBuildLimits(each, async () => {
    try {
      return await within(runStatements)
    } catch (error) {
      if (!isForbiddenByRows(error)) throw error
      return await within((_, ...more) => runLeniently(each, ...more))
    }
  })
}

/** The marker of a stage that is no script ends with the comparison, too, where it is the last one. */
export async function finishCompared(each: StageTry): Promise<'applied' | 'found_applied'> {
  if (each.work.plan.sqlChange === undefined || !isLast(each)) return await finishStage(each)
  return await transact(each.client, async () => {
    await requireChanged(each)
    await keepRows(each)
    return await finishStage(each)
  })
}

/** Closes the markers of a stage; with those of the first one, a change by SQL is undone, and compared. */
export async function compensateCompared(
  each: StageTry,
  closing: Stage | null,
  parts: number,
): Promise<CompensatedStage> {
  if (each.work.plan.sqlChange === undefined || each.stage.stage !== 1) return compensateStage(each, closing, parts)
  return await transact(each.client, async () => {
    const undone = await compensateStage(each, closing, parts)
    if (undone.outcome === 'compensated') {
      await requireUndone(each)
      if (undone.touched) await takeRowsOff(each)
    }
    return undone
  })
}

async function runWithin(
  each: StageTry,
  { script = [] }: Stage,
  run: typeof runStatements = runStatements,
  isUndo = false,
): Promise<void> {
  const steps = await stepsFor(each, script, isUndo ? 'compensate' : 'forward')
  if (steps.length === 0) return
  const where = whereOf(each.work.target)
  await withinFences(each, steps, (place) => run(each.client, place, steps, where), isUndo)
}

/**
 * Runs statements of the text in the caller's transaction, and asks Postgres whether they did what they did in the proof.
 * Errors: `DOES_OTHERWISE`, `OTHER_NAMESPACE`, `SESSION_CHANGED`.
 */
export async function withinFences<Result>(
  { client, namespace, work }: StageTry,
  steps: readonly ScriptStep[],
  run: (place: ScriptPlace) => Promise<Result>,
  isUndo = false,
): Promise<Result> {
  const runsCode = steps.some((each) => each.runsCode)
  if (runsCode) spend(client)
  const where = whereOf(work.target)
  const { shared, sharedRows } = work.plan.sqlChange ?? {}
  const place = await placeOf(client, namespace, {
    where,
    ...(shared && { shared }),
    ...(sharedRows && { sharedRows }),
  })
  const about = { steps, where }
  const fenced = (): Promise<Result> =>
    requireSameMarkers(client, { namespace, where }, () =>
      requireSameSession(client, about, () =>
        requireKnownLines(client, namespace, { change: work.plan.sqlChange, where }, () => run(place)),
      ),
    )
  // Definitions alone can change neither.
  const result = runsCode ? await fenced() : await run(place)
  const { beside = unlooked, plan } = work
  const footprint = await footprintInside(client, place, { ...about, beside })
  requireKnown(footprint, plan.sqlChange ?? { touched: [] }, about)
  await raiseSequences(client, place, footprint, { where, isUndo })
  return result
}

const unlooked = (): never => {
  throw new Error('Nobody has said how to look at the target from another session.')
}

function isLast({ stage, work }: StageTry): boolean {
  return stage.stage === work.plan.forward.at(-1)?.stage
}

/** Rows may be read and written for long; locks are asked for as briefly as ever. */
async function withBuildLimits<T>(
  { client, work }: { client: ClientBase } & Pick<StageTry, 'work'>,
  run: () => Promise<T>,
): Promise<T> {
  const { lockMs, statementMs, buildMs } = limitsOf(work)
  await setTimeouts(client, lockMs, buildMs)
  const result = await run()
  await setTimeouts(client, lockMs, statementMs)
  return result
}
