/** Which revision a namespace of an import is, or why nobody can tell; in words as well. */
import type { ImportInput, Target } from '../../contract.ts'
import type { Difference } from '../../physical/equality.ts'
import { fitOf, type RevisionShape } from '../../physical/past/fit.ts'
import { alikeText, type Doubt, doubtAmong, doubted, sameToRows } from '../../postgres/adoption/doubt.ts'
import type { NamespaceLook } from '../../postgres/adoption/look.ts'
import { type Deciding, recordDoubt, recordStandingOf } from '../../postgres/adoption/recordStanding.ts'
import { notBefore } from '../../postgres/adoption/standing.ts'
import { wasOurs } from '../../postgres/adoption/wasOurs.ts'
import type { Project } from '../../postgres/catalog/projects/projects.ts'
import type { ImportRequest, KnownImport } from '../../postgres/catalog/tenants/import.ts'
import { drifted } from '../../postgres/preflight/verdict.ts'
import { differenceText, type LineDifference } from '../../sql/recordDifferences.ts'
import type { RevisionRecord } from '../../sql/recordFit.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import type { ImportedNamespace } from './importResult.ts'

const MOST_DIFFERENCES = 20

/** What a namespace must look like. */
export interface Expectation {
  /** The revision at which it becomes active, and those before, of which it may be one. */
  readonly history: readonly RevisionShape[]
  readonly ignore: readonly string[]
  /** The same of a project that is described by SQL. */
  readonly records: readonly RevisionRecord[]
}

/** A namespace, the project that wants it, and how the import was asked for. */
export interface Candidate {
  readonly request: ImportRequest
  readonly project: Project
  readonly input: ImportInput
  /** What an earlier import has made of it. */
  readonly known: KnownImport | null
}

/** What was seen of a namespace, and what it is held against. */
export interface Seen {
  readonly place: Target
  readonly look: NamespaceLook
  readonly expectation: Expectation
  /** What an earlier registration says of it. */
  readonly vouched: number | undefined
}

/** The revision whose tables it has, how it differs from the project as it is now, or why nobody can tell. */
export type Standing = Found | readonly Difference[] | Doubt | Told

/** The revision that it is. */
export type Found = Pick<RevisionShape, 'revision' | 'schemaHash'> & { readonly by?: Deciding }

/** Why its record does not tell its revision, in words. */
interface Told {
  readonly code: 'TARGET_DRIFTED' | 'REVISION_AMBIGUOUS'
  readonly told: readonly string[]
}

/** Reads only. Errors: `KIND_UNSUPPORTED`, `TARGET_DRIFTED` where a record cannot be compared at all. */
export async function standingOf(deps: ActivityDependencies, candidate: Candidate, seen: Seen): Promise<Standing> {
  const { project } = candidate
  return project.kind === 'sql' ? await byRecord(deps, candidate, seen) : await byTables(deps.catalog, candidate, seen)
}

async function byRecord(
  deps: ActivityDependencies,
  { project, input: { revisions = {}, among } }: Candidate,
  { place, expectation, vouched }: Seen,
): Promise<Standing> {
  const said = Object.hasOwn(revisions, place.namespace) ? revisions[place.namespace] : undefined
  const asked = { project, target: place, history: expectation.records, believed: said ?? vouched, among }
  const stood = await recordStandingOf(deps, asked)
  if (stood.is === 'alike') {
    const alike = alikeText(await recordDoubt(deps.catalog, project.id, stood.revisions))
    return { code: 'REVISION_AMBIGUOUS', told: [`It looks like ${alike}: ${SAY_WHICH}.`] }
  }
  if (stood.is === 'other') return { code: 'TARGET_DRIFTED', told: unlikeLines(stood.nearest, stood.differences) }
  if (said === undefined || said === stood.revision) return stood
  return {
    code: 'TARGET_DRIFTED',
    told: [`It looks like revision ${stood.revision}, and not ${said} as is said of it.`],
  }
}

const SAY_WHICH =
  'say which one its rows have with `tenant unpark --at REVISION`, or of all with --at-newest or --at-oldest of `tenant import`'

/**
 * What speaks of the tables is believed first, then that they look like their project now: but not of tables that have been
 * the project's before, and may be of another day.
 */
async function byTables(
  db: ActivityDependencies['catalog'],
  { request, project }: Candidate,
  { look, expectation, vouched }: Seen,
): Promise<Standing> {
  const { actual, noted } = look
  const { history, ignore } = expectation
  const compared = { actual, ignore, noted }
  const { fits } = fitOf(history, compared)
  const current = project.revision
  const [sure] = fits.filter(({ revision }) => revision === vouched)
  if (sure !== undefined) return sure
  if (fits.length > 1 && (await wasOurs(db, { project: project.id, namespace: request.namespace }, look))) {
    const told = await notBefore(db, project.id, await sameToRows(db, project.id, fits), look.asides)
    return (await doubtAmong(db, project.id, told)) ?? told.at(-1) ?? fits[0] ?? []
  }
  const [found = fits.length === 1 ? fits[0] : undefined] = fits.filter(({ revision }) => revision === current)
  if (found !== undefined) return found
  const now = fitOf(
    history.filter(({ revision }) => revision === current),
    compared,
  )
  return now.nearest?.differences ?? []
}

/** Whether its revision is known. */
export function isFound(stood: Standing): stood is Found {
  return 'schemaHash' in stood
}

function isTold(stood: Standing): stood is Told {
  return 'told' in stood
}

function isDoubt(stood: Standing): stood is Doubt {
  return 'revisions' in stood
}

/** Why it stays parked, with the code. */
export function errorOf(
  target: Target,
  stood: Exclude<Standing, Found>,
): { readonly code: string; readonly message: string } {
  if (isDoubt(stood)) return doubted(target, stood)
  if (isTold(stood)) return { code: stood.code, message: stood.told.join('; ') }
  return drifted(target, stood)
}

function unlikeLines(nearest: number, unlike: readonly LineDifference[]): readonly string[] {
  const more = unlike.length > MOST_DIFFERENCES ? [`and ${unlike.length - MOST_DIFFERENCES} more`] : []
  const named = unlike.slice(0, MOST_DIFFERENCES).map(differenceText)
  return [`It looks like no revision; from the nearest, revision ${nearest}, it differs`, ...named, ...more]
}

/** What the import says of it. */
export function outcomeOf({ tenant, namespace }: ImportRequest, stood: Standing, current: number): ImportedNamespace {
  if (isDoubt(stood)) return { outcome: 'parked', tenant, namespace, differences: [doubtText(stood)] }
  if (isTold(stood)) return { outcome: 'parked', tenant, namespace, differences: stood.told }
  if (!isFound(stood)) return { outcome: 'parked', tenant, namespace, differences: lines(stood) }
  const { revision, by } = stood
  const told = { tenant, namespace, revision, ...(by !== undefined && { by }) }
  if (revision === current) return { outcome: 'matched', ...told }
  return { outcome: 'parked', ...told, differences: [olderText(revision)] }
}

/** Of one that is behind its project. */
export function olderText(revision: number): string {
  return `Its tables are those of revision ${revision}: \`tenant unpark\` brings it up from there.`
}

function doubtText(doubt: Doubt): string {
  return `Its tables fit ${alikeText(doubt)}: \`tenant unpark --at REVISION\` says which one its rows have.`
}

function lines(found: readonly Pick<Difference, 'object' | 'kind'>[]): string[] {
  return found.slice(0, MOST_DIFFERENCES).map(({ object, kind }) => `${object} is ${kind}`)
}
