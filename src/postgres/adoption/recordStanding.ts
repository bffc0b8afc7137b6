/** Finds the revision that a namespace of a project of SQL is, by its record; in words where that is none or several. */
import type { Target } from '../../contract.ts'
import { RequestRefused, TargetDrifted } from '../../errors.ts'
import { unsupportedIn } from '../../sql/record.ts'
import { differenceText, type LineDifference } from '../../sql/recordDifferences.ts'
import { type RevisionRecord, recordFitOf } from '../../sql/recordFit.ts'
import type { Queryable } from '../catalog/pool.ts'
import { readMakers } from '../catalog/projects/history.ts'
import { readRecords } from '../catalog/sql/sqlRevisions.ts'
import { ANY_TENANT, readRecord } from '../record/readRecord.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { whereOf } from '../sessions/servers.ts'
import { alikeText, type Doubt } from './doubt.ts'

/** What a record says of a namespace. */
export type RecordStanding =
  | { readonly is: 'revision'; readonly revision: number; readonly schemaHash: string }
  | { readonly is: 'alike'; readonly revisions: readonly number[] }
  | { readonly is: 'other'; readonly nearest: number; readonly differences: readonly LineDifference[] }

/** Which namespace, and what is believed where several revisions fit. */
export interface RecordQuestion {
  readonly target: Target
  readonly history: readonly RevisionRecord[]
  readonly believed: number | undefined
}

/** Reads only. Errors: `TARGET_GONE`, `KIND_UNSUPPORTED`, `TARGET_DRIFTED` where it cannot be compared at all. */
export async function recordStandingOf(pools: TargetPools, question: RecordQuestion): Promise<RecordStanding> {
  const { target, history, believed } = question
  const record = await pools.withClient(target, (client, namespace) => readRecord(client, namespace, ANY_TENANT))
  if (record === null) throw new TargetDrifted('TARGET_DRIFTED', `${whereOf(target)} is not there.`)
  const objects = unsupportedIn(record)
  if (objects.length > 0) {
    const text = `${whereOf(target)} has what nothing describes, so that it cannot be compared: ${objects.join(', ')}.`
    throw new RequestRefused('KIND_UNSUPPORTED', text, { details: { objects } })
  }
  const { fits, nearest, problem } = recordFitOf(history, record)
  if (nearest === null) {
    const why = problem ?? 'its project has no revision yet'
    throw new TargetDrifted('TARGET_DRIFTED', `${whereOf(target)} cannot be compared: ${why}.`)
  }
  const [first] = fits
  if (first === undefined) return { is: 'other', nearest: nearest.revision, differences: nearest.differences }
  const sure = fits.find(({ revision }) => revision === believed) ?? (fits.length === 1 ? first : undefined)
  if (sure === undefined) return { is: 'alike', revisions: fits.map(({ revision }) => revision) }
  return { is: 'revision', revision: sure.revision, schemaHash: sure.schemaHash }
}

/** The revisions that it may be, and what lies between them. */
export async function recordDoubt(db: Queryable, project: string, revisions: readonly number[]): Promise<Doubt> {
  const [first = 0, last = first] = [revisions[0], revisions.at(-1)]
  return { revisions, operations: await readMakers(db, project, first, last) }
}

/** A tenant that comes back: what a person says of it, and its bookkeeping. */
export interface RecordReturn {
  readonly project: string
  readonly target: Target
  readonly at: number | undefined
  readonly vouched: number | undefined
}

const MOST_NAMED = 5

/** The revision of a tenant that comes back. Errors: `TARGET_DRIFTED` where it is none, several, or not what a person says. */
export async function findRecordStanding(
  { catalog, targetPools }: { readonly catalog: Queryable; readonly targetPools: TargetPools },
  { project, target, at, vouched }: RecordReturn,
): Promise<{ revision: number; schemaHash: string }> {
  const history = await readRecords(catalog, project)
  const stood = await recordStandingOf(targetPools, { target, history, believed: at ?? vouched })
  const drifted = (text: string): TargetDrifted => new TargetDrifted('TARGET_DRIFTED', `${whereOf(target)}${text}`)
  if (stood.is === 'alike') {
    const doubt = await recordDoubt(catalog, project, stood.revisions)
    throw drifted(`: it looks like ${alikeText(doubt)}, and nothing tells which one its rows have: say it with --at.`)
  }
  if (stood.is === 'other') {
    const named = stood.differences.slice(0, MOST_NAMED).map(differenceText).join(', ')
    const more = stood.differences.length > MOST_NAMED ? `, and ${stood.differences.length - MOST_NAMED} more` : ''
    throw drifted(` looks like no revision of its project. The nearest is revision ${stood.nearest}: ${named}${more}.`)
  }
  if (at !== undefined && at !== stood.revision) throw drifted(` looks like revision ${stood.revision}, and not ${at}.`)
  return stood
}
