/** Changes by SQL that nothing leads back from: what of one is there is not undone, and what did nothing need not be. */
import type { ClientBase } from 'pg'
import { RequestRefused } from '../../../errors.ts'
import { whereOf } from '../../sessions/servers.ts'
import type { TargetExecution } from '../stage/execution.ts'
import { hasOpenMarkers, type StageTry } from '../stage/protocol.ts'
import { didNothing, leavesNothing } from './statementOutside.ts'

/** Errors: `NO_WAY_BACK` for a change whose transactions are there, and that no text takes back. */
export function requireWayBack({ work, stage }: StageTry): void {
  if (work.plan.sqlChange?.wayBack === 'none' && !leavesNothing(stage)) throw noWayBack(work, [stage.stage])
}

/** Nothing of such a change is undone, and no stage of it shut, while one of them is there. Errors: `NO_WAY_BACK`, which names them. */
export async function requireNothingThere(client: ClientBase, namespace: string, work: TargetExecution): Promise<void> {
  if (work.plan.sqlChange?.wayBack !== 'none') return
  const there: number[] = []
  for (const stage of work.plan.forward) {
    const each = { client, namespace, work, stage }
    if (leavesNothing(stage) || !(await hasOpenMarkers(each)) || (await didNothing(each))) continue
    there.push(stage.stage)
  }
  if (there.length > 0) throw noWayBack(work, there)
}

function noWayBack({ target, plan }: TargetExecution, there: readonly number[]): RequestRefused {
  const stages = `stage${there.length === 1 ? '' : 's'} ${there.join(', ')} of ${plan.forward.length}`
  const what = `${whereOf(target)} has ${stages} of the change, which has no proven way back`
  return new RequestRefused('NO_WAY_BACK', `${what}: correct it there by hand, or by a change of its own.`)
}
