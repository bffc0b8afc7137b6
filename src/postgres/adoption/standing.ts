/** Finds the revision that a target's tables have, and says so in words where that is none or several. */
import type { Target } from '../../contract.ts'
import { TargetDrifted } from '../../errors.ts'
import { type Fit, fitOf, type RevisionShape, type SeenTables } from '../../physical/fit.ts'
import { isStillBetween, readHistory } from '../catalog/history.ts'
import type { Queryable } from '../catalog/pool.ts'
import { whereOf } from '../servers.ts'

/** Which tables, of which project, and what is to be believed where several revisions fit. */
export interface StandingQuestion extends SeenTables {
  readonly project: string
  readonly target: Target
  /** What a person says. */
  readonly at?: number | undefined
  /** What bookkeeping that speaks of these tables says. */
  readonly vouched?: number | undefined
}

const MOST_NAMED = 5

/** Errors: `TARGET_DRIFTED` with the differences to the nearest revision, or with the revisions that fit. */
export async function findStanding(db: Queryable, question: StandingQuestion): Promise<RevisionShape> {
  const { project, target, at, vouched } = question
  const believed = at ?? vouched
  if (believed !== undefined) {
    const { fits, nearest } = fitOf(await readHistory(db, project, [believed]), question)
    const [fit] = fits
    if (fit !== undefined) return fit
    if (at !== undefined) throw fitsNot(target, at, nearest)
  }
  const { fits, nearest } = fitOf(await readHistory(db, project), question)
  const told = await sameToRows(db, project, fits)
  const [only] = told
  if (only === undefined) throw nearestOf(target, nearest)
  if (told.length === 1) return only
  const revisions = told.map(({ revision }) => revision)
  throw new TargetDrifted(
    'TARGET_DRIFTED',
    `${whereOf(target)}: its tables fit the revisions ${revisions.join(' and ')} alike, and nothing tells which one its rows have: say it with --at.`,
    { details: { fits: revisions } },
  )
}

/** Revisions between which nothing happens on targets are one: its last. */
async function sameToRows(
  db: Queryable,
  project: string,
  fits: readonly RevisionShape[],
): Promise<readonly RevisionShape[]> {
  const told: RevisionShape[] = []
  for (const [index, fit] of fits.entries()) {
    const next = fits[index + 1]
    if (next === undefined || !(await isStillBetween(db, project, fit.revision, next.revision))) told.push(fit)
  }
  return told
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
