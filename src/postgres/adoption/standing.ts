/** Finds the revision that a target's tables have, and says so in words where that is none or several. */
import type { Target } from '../../contract.ts'
import { TargetDrifted } from '../../errors.ts'
import { type Fit, fitOf, type RevisionShape, type SeenTables } from '../../physical/past/fit.ts'
import type { Queryable } from '../catalog/pool.ts'
import { readHistory } from '../catalog/projects/history.ts'
import { type HiddenBy, whoHid } from '../catalog/setAside/whoHid.ts'
import { whereOf } from '../sessions/servers.ts'
import { alikeText, doubtAmong, sameToRows } from './doubt.ts'
import type { AsideThere } from './unlisted.ts'

/** Which tables, of which project, and what is to be believed where several revisions fit. */
export interface StandingQuestion extends SeenTables {
  readonly project: string
  readonly target: Target
  /** What a person says. */
  readonly at?: number | undefined
  /** What bookkeeping that speaks of these tables says. */
  readonly vouched?: number | undefined
  /** What is set aside there: it was not before its operation. */
  readonly asides: readonly AsideThere[]
}

const MOST_NAMED = 5

/** Errors: `TARGET_DRIFTED` with the differences to the nearest revision, or with the revisions that fit. */
export async function findStanding(db: Queryable, question: StandingQuestion): Promise<RevisionShape> {
  const { project, target, at, vouched } = question
  const believed = at ?? vouched
  if (believed !== undefined) {
    const { fits, nearest } = fitOf(await readHistory(db, project, [believed]), question)
    const [fit] = fits
    if (fit !== undefined) {
      if (at !== undefined) await requireNotBefore(db, question, at)
      return fit
    }
    if (at !== undefined) throw fitsNot(target, at, nearest)
  }
  const { fits, nearest } = fitOf(await readHistory(db, project), question)
  const [any] = fits
  if (any === undefined) throw nearestOf(target, nearest)
  const told = await notBefore(db, project, await sameToRows(db, project, fits), question.asides)
  const doubt = await doubtAmong(db, project, told)
  if (doubt === null) return told[0] ?? any
  throw new TargetDrifted(
    'TARGET_DRIFTED',
    `${whereOf(target)}: its tables fit ${alikeText(doubt)}, and nothing tells which one its rows have: say which with --at.`,
    { details: { fits: doubt.revisions, between: doubt.operations } },
  )
}

/** Those of several revisions that what is set aside there leaves possible. */
export async function notBefore(
  db: Queryable,
  project: string,
  fits: readonly RevisionShape[],
  asides: readonly AsideThere[],
): Promise<readonly RevisionShape[]> {
  if (fits.length < 2) return fits
  const least = (await earliestOf(db, { project, asides }))?.revision ?? 0
  const late = fits.filter(({ revision }) => revision >= least)
  return late.length === 0 ? fits : late
}

/** The latest operation that has set aside something which is there: its revision is the earliest that the rows can have. */
async function earliestOf(
  db: Queryable,
  { project, asides }: Pick<StandingQuestion, 'project' | 'asides'>,
): Promise<{ readonly revision: number; readonly by: HiddenBy } | null> {
  const names = asides.map(({ asideName }) => asideName)
  const found = [...(await whoHid(db, project, names)).values()].flatMap((by) =>
    by.direction === 'forward' && by.revision !== null ? [{ revision: by.revision, by }] : [],
  )
  return found.reduce<(typeof found)[number] | null>(
    (last, each) => (last === null || each.revision > last.revision ? each : last),
    null,
  )
}

/** What was done to rows must not be done to them again. */
async function requireNotBefore(db: Queryable, question: StandingQuestion, at: number): Promise<void> {
  const earliest = await earliestOf(db, question)
  if (earliest === null || earliest.revision <= at) return
  const { operationId, asideName } = earliest.by
  throw new TargetDrifted(
    'TARGET_DRIFTED',
    `${whereOf(question.target)} is not at revision ${at}: it has "${asideName}", which operation ${operationId} set aside on the way to revision ${earliest.revision}.`,
    { details: { earliest: earliest.revision } },
  )
}

function fitsNot(target: Target, at: number, nearest: Fit['nearest']): TargetDrifted {
  if (nearest === null) {
    return new TargetDrifted('TARGET_DRIFTED', `${whereOf(target)}: its project never had a revision ${at}.`)
  }
  return differing(nearest, `${whereOf(target)} does not look as revision ${at} says`)
}

function nearestOf(target: Target, nearest: Fit['nearest']): TargetDrifted {
  if (nearest === null) throw new Error(`The project of ${target.scope} has no revision at all.`)
  const { revision } = nearest.shape
  return differing(
    nearest,
    `${whereOf(target)} does not look as any revision of its project says. The nearest is revision ${revision}, from which it differs`,
  )
}

function differing({ shape, differences }: NonNullable<Fit['nearest']>, sentence: string): TargetDrifted {
  const found = differences.map(({ object, kind }) => ({ object, kind }))
  const named = found.slice(0, MOST_NAMED).map(({ object, kind }) => `${object} is ${kind}`)
  const more = found.length > named.length ? `, and ${found.length - named.length} more` : ''
  return new TargetDrifted('TARGET_DRIFTED', `${sentence}: ${named.join(', ')}${more}.`, {
    details: { nearest: shape.revision, differences: found },
  })
}
