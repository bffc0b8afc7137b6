/** How one target stands to a plan, as its shape tells: there, at the plan's revision, looking as that says. */
import type { Target } from '../../contract.ts'
import { type SagaError, TargetDrifted } from '../../errors.ts'
import type { Difference } from '../../physical/equality.ts'
import type { Plan } from '../../physical/plan/plan.ts'
import type { Shape } from '../drift/shapes.ts'
import type { LocatedTarget } from '../sessions/databases.ts'
import { type Place, whereOf } from '../sessions/servers.ts'
import { withBaseCure } from '../target/bookkeeping/baseCure.ts'
import { renamedText } from '../target/bookkeeping/sameTables.ts'
import { rowsHidden } from './rowsHidden.ts'

/** What a target said: an error, that the plan's work has begun there, or nothing against it. */
export type Verdict = SagaError | 'begun' | 'fine'

const MOST_NAMED = 5
// Nobody parks a base.
const RESTORED = ' If it was restored, `project catch-up` brings it up.'

/** Whether the target is there, ours, and at the revision that the plan was made for. */
export function standingOf({ target, namespace }: LocatedTarget, plan: Plan, shape: Shape): Verdict {
  const { there, incarnation, revision, schemaHash, begun, renamedTo } = shape
  if (!there) {
    const why = renamedTo === null ? '' : `: ${renamedText(namespace, renamedTo)}`
    return withBaseCure(
      target,
      new TargetDrifted('TARGET_GONE', `${whereOf(target)}: its namespace does not exist${why}.`),
    )
  }
  if (incarnation !== target.incarnation) return notRegistered(target)
  const isAtBase = revision === plan.baseRevision && schemaHash === plan.schemaHash
  if (begun && (isAtBase || (revision === plan.nextRevision && schemaHash === plan.nextSchemaHash))) return 'begun'
  if (isAtBase) return 'fine'
  const other = revision === plan.baseRevision ? 'of another schema' : `not ${plan.baseRevision}`
  const out = target.scope === '' ? ' `project catch-up` brings it to that of its project.' : ''
  return new TargetDrifted('TARGET_DRIFTED', `${whereOf(target)} is at revision ${revision}, ${other}.${out}`, {
    details: { revision, expectedRevision: plan.baseRevision },
  })
}

/** What its tables say, once they were compared: how they differ, what stands under new names, whose rows are hidden. */
export function lookOf({ target, namespace }: LocatedTarget, found: readonly Difference[], shape: Shape): Verdict {
  const { taken, hidden, role } = shape
  if (found.length > 0) return drifted(target, found.map(nameOnly))
  if (hidden.length > 0) return rowsHidden(target, { namespace, tables: hidden, role })
  return taken.length === 0
    ? 'fine'
    : drifted(
        target,
        taken.map((object) => ({ object, kind: 'extra' })),
      )
}

function notRegistered(target: Place & Pick<Target, 'scope'>): TargetDrifted {
  return new TargetDrifted(
    'TARGET_DRIFTED',
    `${whereOf(target)}: its bookkeeping is not that of this target; the namespace was made or restored by others.${target.scope === '' ? RESTORED : ''}`,
  )
}

type NamedDifference = Pick<Difference, 'object' | 'kind'>

function nameOnly({ object, kind }: Difference): NamedDifference {
  return { object, kind }
}

/** Says how a target differs from what its revision says, 5 differences by name. */
export function drifted(
  target: Place & Partial<Pick<Target, 'scope'>>,
  found: readonly NamedDifference[],
): TargetDrifted {
  const named = found.slice(0, MOST_NAMED).map(({ object, kind }) => `${object} is ${kind}`)
  const more = found.length > named.length ? `, and ${found.length - named.length} more` : ''
  return new TargetDrifted(
    'TARGET_DRIFTED',
    `${whereOf(target)} does not look as its revision says: ${named.join(', ')}${more}.${target.scope === '' ? RESTORED : ''}`,
    { details: { differences: found } },
  )
}
