/** Dropping for good what is set aside: after its hold, or before it when a person says so. */
import type pg from 'pg'
import type { PurgeResult, SetAsideProblem, UnreachableTargets } from '../contract/setAside.ts'
import { RequestRefused } from '../errors.ts'
import { type AsideObject, asideId, findAsideObjects, requireAsideObject } from './asideObjects.ts'
import { closePurge, recordPurge, whoNeeds } from './catalog/setAside.ts'
import type { TargetPools } from './pools.ts'
import { type AsideOutcome, purgeAsideRows } from './setAside.ts'

/** What a purge works with. */
export interface PurgeAccess {
  readonly catalog: pg.Pool
  readonly targetPools: TargetPools
  readonly signal?: AbortSignal
}

/** Problems named in one result; the rest is counted. */
const MOST_PROBLEMS = 100

/**
 * Purges one object on every target that has it; where something depends on it, it stays and is reported.
 * Errors: `NOT_APPLICABLE` while its operation is not final, somebody needs it, or its hold lasts and `now` is false.
 */
export async function purgeSetAside(
  access: PurgeAccess,
  { project, id, actor, now }: { project: string; id: string; actor: string; now: boolean },
): Promise<PurgeResult> {
  const object = await requireAsideObject(access, project, id)
  const { purgeableFrom, name, operationId, owner } = object
  if (purgeableFrom === null) {
    const text = `Operation "${operationId}" is ${owner?.status}: what it set aside may still have to come back.`
    throw new RequestRefused('NOT_APPLICABLE', text)
  }
  if (!now && purgeableFrom > new Date()) {
    const text = `${name} is held until ${purgeableFrom.toISOString()}: --now purges it before that.`
    throw new RequestRefused('NOT_APPLICABLE', text)
  }
  return await purge(access, project, object, actor)
}

/** Everything of a project whose hold is over and which nobody needs. */
export async function listPastHold(
  access: PurgeAccess,
  project: string,
): Promise<{ readonly objects: readonly AsideObject[]; readonly unreachable: readonly UnreachableTargets[] }> {
  const { objects, unreachable } = await findAsideObjects(access, project)
  const now = new Date()
  const past: AsideObject[] = []
  for (const object of objects) {
    if (object.purgeableFrom === null || object.purgeableFrom > now) continue
    if ((await whoNeeds(access.catalog, project, object)) === null) past.push(object)
  }
  return { objects: past, unreachable }
}

/**
 * Purges everything of a project whose hold is over and which nobody needs, on `most` targets or a few more (all unless
 * told otherwise); returns one result for each object.
 */
export async function purgePastHold(
  access: PurgeAccess,
  { project, actor, most = Number.POSITIVE_INFINITY }: { project: string; actor: string; most?: number },
): Promise<{
  readonly purged: readonly PurgeResult[]
  readonly unreachable: readonly UnreachableTargets[]
  /** Objects for another time. */
  readonly leftOut: number
}> {
  const { objects, unreachable } = await listPastHold(access, project)
  const purged: PurgeResult[] = []
  let room = most
  let leftOut = 0
  for (const object of objects) {
    if (room <= 0) {
      leftOut += 1
      continue
    }
    room -= object.rows.length
    try {
      purged.push(await purge(access, project, object, actor))
    } catch (error) {
      // Somebody still needs it: its time comes.
      if (!(error instanceof RequestRefused)) throw error
    }
  }
  return { purged, unreachable, leftOut }
}

async function purge(
  { catalog, targetPools, signal }: PurgeAccess,
  project: string,
  object: AsideObject,
  actor: string,
): Promise<PurgeResult> {
  const { operationId, stage, asideName, name } = object
  const key = { operationId, stage, asideName }
  await recordPurge(catalog, project, key, actor)
  const outcomes = await purgeAsideRows(targetPools, object.rows, signal)
  const left = outcomes.filter((each) => 'error' in each || each.done === 'in_use')
  // What an earlier try of this purge has dropped counts as well.
  const counts = { purged: object.rowsPurged + outcomes.length - left.length, kept: left.length }
  await closePurge(catalog, project, key, { actor, object: name, ...counts })
  return {
    ...{ id: asideId(object), object: name, targets: counts.purged + counts.kept, ...counts },
    problems: left.slice(0, MOST_PROBLEMS).map(whyKept),
  }
}

function whyKept(outcome: AsideOutcome<unknown>): SetAsideProblem {
  const tenant = outcome.row.target.scope
  if ('error' in outcome) return { tenant, error_code: outcome.error.code, error: outcome.error.message }
  const error = 'Something of yours depends on it (a view, a key, an index over several columns): drop that first.'
  return { tenant, error_code: 'TARGET_DRIFTED', error }
}
