import type { Target } from '../../contract.ts'
import { TargetDrifted } from '../../errors.ts'
import { whereOf } from '../sessions/servers.ts'

/** Says that the bookkeeping of a target and its tables disagree, and what to do. */
export function otherRevision(target: Target, said: number, seen: number): TargetDrifted {
  const bring =
    target.scope === ''
      ? ': `project catch-up` brings it up from there'
      : ': park it, and `tenant unpark` finds out which one it has'
  return new TargetDrifted(
    'TARGET_DRIFTED',
    `${whereOf(target)}: its bookkeeping says revision ${said}, its tables look like those of revision ${seen}${bring}.`,
    { details: { revision: seen, expectedRevision: said } },
  )
}
