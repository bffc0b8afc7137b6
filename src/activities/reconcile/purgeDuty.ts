/** Duty 5, on the targets: what was set aside is dropped once its hold is over and nobody needs it. */
import { type DutyInput, type DutyResult, type ReconcileProblem, resultOf } from '../../contract/reconcile.ts'
import type { PurgeResult, UnreachableTargets } from '../../contract/setAside.ts'
import { asideId } from '../../postgres/asideObjects.ts'
import { listPastHold, purgePastHold } from '../../postgres/purgeSetAside.ts'
import type { DutyDependencies } from './dutyDependencies.ts'

/** Objects on targets, dropped in one run. */
const MOST = 1_000

/** Counts objects, however many targets each is on. */
export async function purgeDuty(deps: DutyDependencies, { project, dryRun, actor }: DutyInput): Promise<DutyResult> {
  if (dryRun) {
    const { objects, unreachable } = await listPastHold(deps, project)
    const due = objects.map((object): ReconcileProblem => {
      const error = `${object.name} is past its hold on ${object.rows.length} targets.`
      return { subject: `set aside ${asideId(object)}`, error_code: 'PAST_HOLD', error }
    })
    return resultOf(objects.length, 0, [...due, ...unreachable.map(problemOfSilent)])
  }
  const { purged, unreachable, leftOut } = await purgePastHold(deps, { project, actor, most: MOST })
  const kept = purged.filter((each) => each.kept > 0)
  const problems = [...kept.map(problemOfKept), ...unreachable.map(problemOfSilent)]
  return resultOf(purged.length + leftOut, purged.length - kept.length, problems)
}

function problemOfKept({ id, object, kept, problems }: PurgeResult): ReconcileProblem {
  const [first] = problems
  const error = `${object} stays on ${kept} targets. ${first?.error ?? ''}`.trim()
  return { subject: `set aside ${id}`, error_code: first?.error_code ?? 'UNEXPECTED', error }
}

function problemOfSilent({ server, targets, error_code, error }: UnreachableTargets): ReconcileProblem {
  return { subject: `${targets} targets of ${server}`, error_code, error }
}
