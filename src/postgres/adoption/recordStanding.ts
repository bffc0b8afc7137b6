/** Finds the revision that a namespace of a project of SQL is, by its record; in words where that is none or several. */
import { BASE_SCOPE, type Target } from '../../contract.ts'
import { RequestRefused, TargetDrifted } from '../../errors.ts'
import { unsupportedIn } from '../../sql/record.ts'
import { countedRecord } from '../../sql/recordCounting.ts'
import { differenceText, type LineDifference } from '../../sql/recordDifferences.ts'
import { alikeRevisions, type RevisionRecord, recordFitOf } from '../../sql/recordFit.ts'
import type { Queryable } from '../catalog/pool.ts'
import { readMakers } from '../catalog/projects/history.ts'
import type { Project } from '../catalog/projects/projects.ts'
import { readDumped } from '../catalog/sql/givenBaseline.ts'
import { writesBetween } from '../catalog/sql/rowsWritten.ts'
import { countingOf, readCountedRecords } from '../catalog/sql/sqlRevisions.ts'
import { readRecord, WHOLE } from '../record/readRecord.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { type Place, whereOf } from '../sessions/servers.ts'
import { alikeText, type Doubt } from './doubt.ts'
import { readMadeRevisions, readToolRows, type ToolStanding, toolStanding } from './tools/toolStanding.ts'

/** What a record says of a namespace. */
export type RecordStanding =
  | { readonly is: 'revision'; readonly revision: number; readonly schemaHash: string; readonly by: Deciding }
  | { readonly is: 'alike'; readonly revisions: readonly number[] }
  | { readonly is: 'other'; readonly nearest: number; readonly differences: readonly LineDifference[] }

/**
 * What told the revision: its shape alone, what is said of the namespace or of all that look like several, the table of another tool, or
 * that nothing writes rows between those that look alike, so that it may be the newest.
 */
export type Deciding =
  | { readonly is: 'shape' | 'said' | 'choice' | 'newest' }
  | { readonly is: 'tool_table'; readonly table: string }

/** Of several revisions that look alike, the one that a person takes for all. */
export type AmongAlike = 'newest' | 'oldest'

/** Which namespace, and what is believed where several revisions fit. */
export interface RecordQuestion {
  readonly project: Project
  readonly target: Target
  /** With what of each record counts. */
  readonly history: readonly RevisionRecord[]
  readonly believed: number | undefined
  readonly among?: AmongAlike | undefined
}

interface Access {
  readonly catalog: Queryable
  readonly targetPools: TargetPools
}

/** Reads only. Errors: `TARGET_GONE`, `KIND_UNSUPPORTED`, `TARGET_DRIFTED` where it cannot be compared at all. */
export async function recordStandingOf(access: Access, question: RecordQuestion): Promise<RecordStanding> {
  const { target, history, believed, among } = question
  const { fits, nearest, problem } = recordFitOf(history, await readComparable(access, question))
  if (nearest === null) {
    const why = problem ?? 'its project has no revision yet'
    throw new TargetDrifted('TARGET_DRIFTED', `${whereOf(target)} cannot be compared: ${why}.`)
  }
  const [oldest, newest] = [fits[0], fits.at(-1)]
  if (oldest === undefined || newest === undefined) {
    return { is: 'other', nearest: nearest.revision, differences: nearest.differences }
  }
  const stood = (each: RevisionRecord, by: Deciding): RecordStanding => {
    return { is: 'revision', revision: each.revision, schemaHash: each.schemaHash, by }
  }
  if (oldest === newest) return stood(oldest, { is: 'shape' })
  const said = fits.find(({ revision }) => revision === believed)
  if (said !== undefined) return stood(said, { is: 'said' })
  const kept = await keptByTool(access, question, fits)
  const told = fits.find(({ revision }) => revision === kept?.revision)
  if (told !== undefined && kept !== null) return stood(told, { is: 'tool_table', table: kept.table })
  if (among !== undefined) return stood({ oldest, newest }[among], { is: 'choice' })
  if (!(await writesBetween(access.catalog, question.project.id, fits))) return stood(newest, { is: 'newest' })
  return { is: 'alike', revisions: fits.map(({ revision }) => revision) }
}

/** What the tool that has changed the namespace so far says of it. */
async function keptByTool(
  { catalog, targetPools }: Access,
  { project, target }: RecordQuestion,
  fits: readonly RevisionRecord[],
): Promise<ToolStanding | null> {
  const made = await readMadeRevisions(catalog, project.id)
  if (made === null) return null
  const kept = await targetPools.withClient(target, readToolRows)
  return toolStanding(
    kept,
    made,
    fits.map(({ revision }) => revision),
  )
}

async function readComparable({ catalog, targetPools }: Access, { project, target }: RecordQuestion) {
  const counting = countingOf(project)
  // The base may still name the role of the namespace that its baseline was dumped from.
  const dumped = target.scope === BASE_SCOPE ? await readDumped(catalog, project.id) : null
  const also = dumped === null ? [] : [dumped]
  const record = await targetPools.withClient(target, async (client, namespace) => {
    const whole = await readRecord(client, namespace, WHOLE)
    return whole === null ? null : countedRecord(whole, [namespace, target.namespace, ...also], counting)
  })
  if (record === null) throw new TargetDrifted('TARGET_GONE', `${whereOf(target)} is not there.`)
  const objects = unsupportedIn(record)
  if (objects.length === 0) return record
  const text = `${whereOf(target)} has what nothing describes, so that it cannot be compared: ${objects.join(', ')}.`
  throw new RequestRefused('KIND_UNSUPPORTED', text, { details: { objects } })
}

/** The revisions that it may be, and what lies between them. */
export async function recordDoubt(db: Queryable, project: string, revisions: readonly number[]): Promise<Doubt> {
  const [first = 0, last = first] = [revisions[0], revisions.at(-1)]
  return { revisions, operations: await readMakers(db, project, first, last) }
}

/** What may be the case with a namespace that looks as this revision says; null when nothing else may. */
export async function recordDoubtAbout(db: Queryable, project: Project, revision: number): Promise<Doubt | null> {
  const history = await readCountedRecords(db, project)
  const alike = alikeRevisions(history).find((revisions) => revisions.includes(revision))
  const fits = history.filter((each) => alike?.includes(each.revision))
  if (alike === undefined || !(await writesBetween(db, project.id, fits))) return null
  return await recordDoubt(db, project.id, alike)
}

/** A namespace of which nobody can tell the revision. */
export function ambiguous(place: Place, doubt: Doubt): TargetDrifted {
  return new TargetDrifted(
    'REVISION_AMBIGUOUS',
    `${whereOf(place)} looks like ${alikeText(doubt)}, and nothing tells which one its rows have: say which with \`tenant unpark --at REVISION\`.`,
    { details: { fits: doubt.revisions, between: doubt.operations } },
  )
}

/** A tenant that comes back: what a person says of it, and its bookkeeping. */
export interface RecordReturn {
  readonly project: Project
  readonly target: Target
  readonly at: number | undefined
  readonly vouched: number | undefined
}

const MOST_NAMED = 5

/** The revision of a tenant that comes back. Errors: `TARGET_DRIFTED` where it is none or not what a person says, `REVISION_AMBIGUOUS`. */
export async function findRecordStanding(
  access: Access,
  { project, target, at, vouched }: RecordReturn,
): Promise<{ revision: number; schemaHash: string }> {
  const history = await readCountedRecords(access.catalog, project)
  const stood = await recordStandingOf(access, { project, target, history, believed: at ?? vouched })
  const drifted = (text: string): TargetDrifted => new TargetDrifted('TARGET_DRIFTED', `${whereOf(target)}${text}`)
  if (stood.is === 'alike') {
    const doubt = await recordDoubt(access.catalog, project.id, stood.revisions)
    throw at === undefined ? ambiguous(target, doubt) : drifted(` looks like ${alikeText(doubt)}, and not ${at}.`)
  }
  if (stood.is === 'other') {
    const named = stood.differences.slice(0, MOST_NAMED).map(differenceText).join(', ')
    const more = stood.differences.length > MOST_NAMED ? `, and ${stood.differences.length - MOST_NAMED} more` : ''
    throw drifted(` looks like no revision of its project. The nearest is revision ${stood.nearest}: ${named}${more}.`)
  }
  if (at !== undefined && at !== stood.revision) throw drifted(` looks like revision ${stood.revision}, and not ${at}.`)
  return stood
}
