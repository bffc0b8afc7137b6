/** The undo of one stage: its parts in their order, each repeatable under the target's lock, the marker with the last. */
import type { Stage } from '../../../physical/plan/plan.ts'
import { runBackfill } from '../rows/backfill.ts'
import { runRowBatches } from '../script/runBatches.ts'
import { compensateCompared, undoScript } from '../script/runScript.ts'
import { didNothing, runOutside } from '../script/statementOutside.ts'
import { requireWayBack } from '../script/wayBack.ts'
import { isMoment, limitsOf, setTimeouts } from './execution.ts'
import { runIndexStatement } from './indexStatement.ts'
import {
  type CompensatedStage,
  hasOpenMarkers,
  noteUndo,
  runUndoPart,
  type StageTry,
  undoProgress,
} from './protocol.ts'

/** Undoes whatever this operation's stage did, and leaves its tombstone in any case. */
export async function undoStage(each: StageTry, parts: readonly Stage[]): Promise<CompensatedStage> {
  if (each.work.plan.sqlChange !== undefined && (await didNothing(each))) return await compensateCompared(each, null, 0)
  const last = parts.at(-1)
  if (last?.kind === 'script') return await undoScript(each, last)
  const closing = last !== undefined && isMoment(last) ? last : null
  const before = closing === null ? parts : parts.slice(0, -1)
  for (;;) {
    // A forward try that needs no lock may still come in between: then there is something to undo the next time.
    if (before.length > 0 && (await hasOpenMarkers(each))) {
      requireWayBack(each)
      for (const [index, stage] of before.entries()) await runPart({ ...each, stage }, index + 1)
    }
    const undone = await compensateCompared(each, closing, before.length)
    if (undone.outcome !== 'unfinished') return undone
  }
}

async function runPart(each: StageTry, part: number): Promise<void> {
  each.work.signal?.throwIfAborted()
  if (each.stage.kind === 'transaction') return runTransaction(each, part)
  const progress = await undoProgress(each, part)
  if (progress.done) return
  if (each.stage.kind === 'backfill') await runBackfill(each, { undoes: part })
  else if (each.stage.kind === 'batch') await runRowBatches(each, { undoes: part })
  else if (each.stage.inNamespace !== undefined) await runOutside(each)
  else await runIndexStatement(each)
  await noteUndo(each, part, { ...(await undoProgress(each, part)), done: true })
}

/** The lock is asked for as briefly as ever, but reading all rows of a table takes as long as building an index. */
async function runTransaction(each: StageTry, part: number): Promise<void> {
  const { lockMs, statementMs, buildMs } = limitsOf(each.work)
  if (each.stage.validates) await setTimeouts(each.client, lockMs, buildMs)
  await runUndoPart(each, part)
  if (each.stage.validates) await setTimeouts(each.client, lockMs, statementMs)
}
