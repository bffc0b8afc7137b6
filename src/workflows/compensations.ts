/** Undoing what an operation did: every step registers its undo before it starts, and they run in reverse. */
import type { StepKey, TargetProblem } from '../contract.ts'
import type { Run } from './applySchemaMutation.ts'
import type { Reason } from './failures.ts'
import { acceptsInPages } from './fewerTrips.ts'
import { catalog, policy, targets } from './proxies.ts'

/** One undo; `round` counts the tries, so that children get fresh ids. Returns the targets that could not be undone. */
export type Undo = (round: number) => Promise<readonly TargetProblem[]>

/** The undos of a run by the step that each belongs to, in the order in which the steps began. */
export type Undos = Map<StepKey, Undo>

/**
 * Runs all undos in reverse, until every target is undone or a person accepts those that are not. While one is not,
 * the operation needs repair: it stays open, keeps its turn, and waits for `repair`. A run that takes such an operation
 * up again (`waits`) begins with the waiting.
 */
export async function undoAll(
  run: Run,
  planHash: string,
  cause: Reason,
  waits: boolean,
): Promise<'undone' | 'accepted'> {
  const { operationId, progress, undos } = run
  for (let round = 1; ; round += 1) {
    if (!waits || round > 1) {
      const problems = await runUndos(undos, round)
      if (problems.length === 0) return 'undone'
      const left = problems.map((problem) => (problem.scope === '' ? 'base' : `tenant ${problem.scope}`)).join(', ')
      const error = `${cause.message} The undo did not succeed on: ${left}.`
      await catalog.markNeedsRepair({ operationId, error, errorCode: 'COMPENSATION_FAILED' })
      progress.show({ problems })
    }
    progress.show({ status: 'needs_repair' })
    if ((await decide(run, planHash)) === 'accepted') return 'accepted'
    await catalog.beginCompensation({ operationId, error: cause.message, errorCode: 'COMPENSATION_FAILED' })
    progress.show({ status: 'compensating', problems: [] })
  }
}

async function runUndos(undos: Undos, round: number): Promise<TargetProblem[]> {
  const problems: TargetProblem[] = []
  for (const undo of [...undos.values()].reverse()) problems.push(...(await undo(round)))
  return problems
}

async function decide(run: Run, planHash: string): Promise<'retry' | 'accepted'> {
  const { operationId, decisions } = run
  for (;;) {
    const { action, actor, note } = await decisions.next()
    if (action === 'retry') {
      await catalog.audit({ operationId, actor, action: 'repair_retry', note })
      return 'retry'
    }
    if (action === 'accept') {
      if (await accept(run, planHash, { actor, note })) return 'accepted'
    }
    const why = action === 'accept' ? 'the base is not as before' : 'it makes no sense while undoing'
    await catalog.audit({ operationId, actor, action: 'repair_ignored', note: `"${action}": ${why}` })
  }
}

async function accept(
  { operationId }: Run,
  planHash: string,
  by: { readonly actor: string; readonly note: string },
): Promise<boolean> {
  const lists = !acceptsInPages()
  const { accepted, targets: taken } = await policy.acceptTargets({ operationId, ...by, lists })
  if (!accepted) return false
  if (lists) await Promise.all(taken.map(({ epoch, ...target }) => markOne({ operationId, planHash, target, epoch })))
  else await targets.markAccepted({ operationId, planHash })
  return true
}

/** Of histories before 0.5. The catalog has it on record already; a target that is out of reach says so later, before any other work there. */
async function markOne(work: Parameters<typeof targets.acceptTarget>[0]): Promise<void> {
  try {
    await targets.acceptTarget({ ...work, patience: 'once' })
    await policy.recordAccepted({ operationId: work.operationId, tenant: work.target.scope })
  } catch (error) {
    const { operationId, target } = work
    const note = `${target.scope}: its markers could not be reached (${String(error)})`
    await catalog.audit({ operationId, actor: 'schema-saga', action: 'accept_later', note })
  }
}
