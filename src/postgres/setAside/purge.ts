/** Dropping for good what is set aside: after its hold on each target, or before it when a person says so. */
import type pg from 'pg'
import type { PurgeResult, SetAsideProblem, UnreachableTargets } from '../../contract/setAside.ts'
import { RequestRefused } from '../../errors.ts'
import { closePurge, listAsideTargets, recordPurge, whoNeeds } from '../catalog/setAside/purges.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { type AsideOutcome, type PurgedRow, purgeAsideRows } from './list.ts'
import { countPurgedRows } from './listed.ts'
import { type AsideObject, asideId, findAsideObjects, type JudgedRow, requireAsideObject } from './objects.ts'
import type { PurgeFacts } from './purgeVerdict.ts'

/** What a purge works with. */
export interface PurgeAccess {
  readonly catalog: pg.Pool
  readonly targetPools: TargetPools
  readonly signal?: AbortSignal
}

/** What is due of an object on the targets where it is due. */
export interface DueObject {
  readonly object: AsideObject
  readonly rows: readonly JudgedRow[]
}

/** Problems named in one result; the rest is counted. */
const MOST_PROBLEMS = 100

/**
 * Purges one object on every target where it may go; where it may not, or something needs it, it stays and is reported.
 * Errors: `NOT_APPLICABLE` when that is every target, with the reason.
 */
export async function purgeSetAside(
  access: PurgeAccess,
  { project, id, actor, now }: { project: string; id: string; actor: string; now: boolean },
): Promise<PurgeResult> {
  const { object, facts } = await requireAsideObject(access, project, id)
  const rows = object.rows.filter((row) => mayGo(row, now))
  const left = object.rows.filter((row) => !mayGo(row, now)).map((row) => problemOf(row, whyNot(object, row)))
  if (rows.length === 0) throw new RequestRefused('NOT_APPLICABLE', left[0]?.error ?? `${object.name} is gone.`)
  const done = await purge(access, { project, actor, facts, now }, { object, rows })
  return resultOf(object, { purged: done.purged, problems: [...done.problems, ...left] })
}

/** Everything of a project that is due somewhere and which nobody needs. */
export async function listPastHold(
  access: PurgeAccess,
  project: string,
): Promise<{
  readonly due: readonly DueObject[]
  readonly objects: readonly AsideObject[]
  readonly unreachable: readonly UnreachableTargets[]
  readonly facts: PurgeFacts
}> {
  const { objects, unreachable, facts } = await findAsideObjects(access, project)
  const due: DueObject[] = []
  for (const object of objects) {
    const past = object.rows.filter((row) => mayGo(row, false))
    if (past.length === 0) continue
    const { who, upTo } = await whoNeeds(access.catalog, project, object, lowest(past))
    const rows = past.filter((row) => !isBelow(row, upTo))
    if (who === null && rows.length > 0) due.push({ object, rows })
  }
  return { due, objects, unreachable, facts }
}

/**
 * Purges everything of a project that is due, on `most` targets or a few more (all unless told otherwise); returns one
 * result for each object, about the targets where it was due.
 */
export async function purgePastHold(
  access: PurgeAccess,
  { project, actor, most = Number.POSITIVE_INFINITY }: { project: string; actor: string; most?: number },
): Promise<{
  readonly purged: readonly PurgeResult[]
  readonly objects: readonly AsideObject[]
  readonly unreachable: readonly UnreachableTargets[]
  /** Objects for another time. */
  readonly leftOut: number
}> {
  const { due, objects, unreachable, facts } = await listPastHold(access, project)
  const purged: PurgeResult[] = []
  let room = most
  let leftOut = 0
  for (const each of due) {
    if (room <= 0) {
      leftOut += 1
      continue
    }
    room -= each.rows.length
    try {
      purged.push(resultOf(each.object, await purge(access, { project, actor, facts, now: false }, each)))
    } catch (error) {
      // Somebody still needs it: its time comes.
      if (!(error instanceof RequestRefused)) throw error
    }
  }
  return { purged, objects, unreachable, leftOut }
}

interface Outcome {
  readonly purged: number
  readonly problems: readonly SetAsideProblem[]
}

async function purge(
  { catalog, targetPools, signal }: PurgeAccess,
  { project, actor, facts, now }: { project: string; actor: string; facts: PurgeFacts; now: boolean },
  { object, rows }: DueObject,
): Promise<Outcome> {
  const { neededUpTo, aloneAt } = await recordPurge(catalog, project, object, { actor, above: lowest(rows) })
  const free = rows.filter((row) => !isBelow(row, neededUpTo))
  const rule = { projectId: project, committed: facts.committed, holdMs: now ? null : facts.holdMs }
  const outcomes = await purgeAsideRows(targetPools, free, rule, signal)
  const kept = outcomes.flatMap((each) => keptProblem(each))
  const needed = rows.filter((row) => isBelow(row, neededUpTo)).map((row) => problemOf(row, NEEDED))
  const problems = [...kept, ...needed]
  // What an earlier try, or an earlier purge of other targets, has dropped counts as well.
  const { count: purged, all } = await countPurgedRows(targetPools, await listAsideTargets(catalog, project), object)
  const forget = purged === 0 && all ? aloneAt : null
  await closePurge(catalog, project, object, { actor, object: object.name, purged, kept: problems.length, forget })
  return { purged, problems }
}

const NEEDED = 'It has yet to catch up with an operation that brings this back.'

function mayGo({ verdict }: JudgedRow, now: boolean): boolean {
  return verdict.when === 'held' ? now || verdict.due : verdict.when === 'asked' && now
}

function whyNot({ name }: AsideObject, { verdict }: JudgedRow): string {
  if (verdict.when !== 'held') return verdict.why
  return `${name} is held until ${verdict.until.toISOString()}: --now purges it before that.`
}

/** The revision of the target that is furthest behind. */
function lowest(rows: readonly JudgedRow[]): number {
  return Math.min(...rows.map(({ standing }) => standing?.revision ?? 0))
}

function isBelow({ standing }: JudgedRow, revision: number): boolean {
  return (standing?.revision ?? 0) < revision
}

function resultOf(object: AsideObject, { purged, problems }: Outcome): PurgeResult {
  const counts = { targets: purged + problems.length, purged, kept: problems.length }
  return { id: asideId(object), object: object.name, ...counts, problems: problems.slice(0, MOST_PROBLEMS) }
}

function problemOf({ target }: JudgedRow, error: string): SetAsideProblem {
  return { tenant: target.scope, error_code: 'KEPT_ASIDE', error }
}

function keptProblem(each: AsideOutcome<PurgedRow>): readonly SetAsideProblem[] {
  const tenant = each.row.target.scope
  if ('error' in each) return [{ tenant, error_code: each.error.code, error: each.error.message }]
  const { outcome, because } = each.done
  switch (outcome) {
    case 'purged':
    case 'gone':
      return []
    case 'in_use': {
      const error = `Something depends on it or names it: ${because}. Change or drop that first.`
      return [{ tenant, error_code: 'TARGET_DRIFTED', error }]
    }
    case 'open':
      return [{ tenant, error_code: 'KEPT_ASIDE', error: `Operation "${because}" is not done on this target.` }]
    case 'held':
      return [{ tenant, error_code: 'KEPT_ASIDE', error: 'Its hold is not over by the clock of the target.' }]
    case 'anew': {
      const error =
        'Its table was put there anew, as from a backup: its hold begins once `tenant unpark` has looked at it, or an operation has worked there.'
      return [{ tenant, error_code: 'KEPT_ASIDE', error }]
    }
    case 'moved':
      return [{ tenant, error_code: 'KEPT_ASIDE', error: 'The target has moved meanwhile: try again.' }]
  }
}
