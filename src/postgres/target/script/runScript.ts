/**
 * A stage of people's own SQL on a target: statements and marker in one transaction, which commits only where the text did
 * what it did in the proof.
 */
import type { ClientBase } from 'pg'
import { RequestRefused } from '../../../errors.ts'
import type { Stage } from '../../../physical/plan/plan.ts'
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
import { requireChanged, requireUndone } from './comparison.ts'
import { footprintInside, requireKnown, requireSameMarkers, requireSameSession } from './fences.ts'
import { placeOf } from './place.ts'
import { runStatements } from './statements.ts'

/** Forward. Errors: those of the text, `DOES_OTHERWISE`, `OTHER_NAMESPACE`, `SESSION_CHANGED`, `SS001`, `SS002`. */
export async function applyScript(each: StageTry): Promise<'applied' | 'found_applied'> {
  return await withBuildLimits(each, () =>
    transact(each.client, async () => {
      if ((await startStage(each, null)) === 'found_applied') return 'found_applied'
      await runWithin(each, each.stage)
      if (isLast(each)) await requireChanged(each)
      return await finishStage(each)
    }),
  )
}

/** Back: the tombstone is left in any case. */
export async function undoScript(each: StageTry, undo: Stage): Promise<CompensatedStage> {
  return await withBuildLimits(each, () =>
    transact(each.client, async () => {
      const ran = await hasOpenMarkers(each)
      if (ran) requireWayBack(each)
      if (ran) await runWithin(each, undo)
      if (ran && each.stage.stage === 1) await requireUndone(each)
      return await compensateStage(each, null)
    }),
  )
}

/** The marker of a stage that is no script ends with the comparison, too, where it is the last one. */
export async function finishCompared(each: StageTry): Promise<'applied' | 'found_applied'> {
  if (each.work.plan.sqlChange === undefined || !isLast(each)) return await finishStage(each)
  return await transact(each.client, async () => {
    await requireChanged(each)
    return await finishStage(each)
  })
}

async function runWithin({ client, namespace, work }: StageTry, { script = [] }: Stage): Promise<void> {
  if (script.length === 0) return
  const runsCode = script.some((each) => each.runsCode)
  if (runsCode) spend(client)
  const where = whereOf(work.target)
  const place = await placeOf(client, namespace, where)
  const about = { steps: script, where }
  const run = (): Promise<void> => runStatements(client, place, script, where)
  // Definitions alone can change neither.
  if (!runsCode) await run()
  else {
    await requireSameMarkers(client, { namespace: work.target.namespace, where }, () =>
      requireSameSession(client, about, run),
    )
  }
  const { beside = unlooked, plan } = work
  requireKnown(await footprintInside(client, place, { ...about, beside }), plan.sqlChange?.touched ?? [], where)
}

const unlooked = (): never => {
  throw new Error('Nobody has said how to look at the target from another session.')
}

/** Its transactions are there, and no text takes them back. */
function requireWayBack({ work }: StageTry): void {
  if (work.plan.sqlChange?.wayBack !== 'none') return
  const what = `${whereOf(work.target)} has the change, which has no proven way back`
  throw new RequestRefused('NO_WAY_BACK', `${what}: correct it there by hand, or by a change of its own.`)
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
