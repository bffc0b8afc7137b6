/** Duty 5, on the targets: what was set aside is dropped once its hold is over and nobody needs it. */
import { type DutyInput, type DutyResult, type ReconcileProblem, resultOf } from '../../contract/reconcile.ts'
import type { PurgeResult, UnreachableTargets } from '../../contract/setAside.ts'
import { listAcceptedTenants } from '../../postgres/catalog/tenants/accepted.ts'
import { type AsideObject, asideId, findingsOf } from '../../postgres/setAside/objects.ts'
import { listPastHold, purgePastHold } from '../../postgres/setAside/purge.ts'
import type { DutyDependencies } from './dutyDependencies.ts'

/** Objects on targets, dropped in one run. */
const MOST = 1_000

/** Counts objects, however many targets each is on; those that should have come back somewhere are left. */
export async function purgeDuty(deps: DutyDependencies, { project, dryRun, actor }: DutyInput): Promise<DutyResult> {
  const accepted = await listAcceptedTenants(deps.catalog, project)
  if (dryRun) {
    const { due, objects, unreachable } = await listPastHold(deps, project)
    const past = due.map(({ object, rows }): ReconcileProblem => {
      const error = `${object.name} is past its hold on ${rows.length} targets.`
      return { subject: subjectOf(object), error_code: 'PAST_HOLD', error }
    })
    const found = findings(objects, accepted)
    return resultOf(due.length + found.length, 0, [...past, ...found, ...unreachable.map(problemOfSilent)])
  }
  const { purged, objects, unreachable, leftOut } = await purgePastHold(deps, { project, actor, most: MOST })
  const found = findings(objects, accepted)
  const kept = purged.filter((each) => each.kept > 0)
  const problems = [...kept.map(problemOfKept), ...found, ...unreachable.map(problemOfSilent)]
  return resultOf(purged.length + leftOut + found.length, purged.length - kept.length, problems)
}

/** What should have come back, apart from tenants that a person took as they are. */
function findings(objects: readonly AsideObject[], accepted: ReadonlySet<string>): readonly ReconcileProblem[] {
  return objects.flatMap((object) => {
    const rows = object.rows.filter(({ target, verdict }) => verdict.when === 'never' && !accepted.has(target.scope))
    const [first, ...more] = findingsOf(rows)
    if (first === undefined) return []
    const where = first.tenant === '' ? 'base' : `tenant ${first.tenant}`
    const others = more.length === 0 ? '' : ` and ${more.length} more targets`
    const error = `${object.name} of ${where}${others}: ${first.error}`
    return [{ subject: subjectOf(object), error_code: first.error_code, error }]
  })
}

function subjectOf(object: AsideObject): string {
  return `set aside ${asideId(object)}`
}

function problemOfKept({ id, object, kept, problems }: PurgeResult): ReconcileProblem {
  const [first] = problems
  const error = `${object} stays on ${kept} targets. ${first?.error ?? ''}`.trim()
  return { subject: `set aside ${id}`, error_code: first?.error_code ?? 'UNEXPECTED', error }
}

function problemOfSilent({ server, targets, error_code, error }: UnreachableTargets): ReconcileProblem {
  return { subject: `${targets} targets of ${server}`, error_code, error }
}
