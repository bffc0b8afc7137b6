/** One namespace of an import: whose it is, what it looks like; registered, and active if it fits. */
import type { ImportInput, Target } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import type { Difference } from '../../physical/equality.ts'
import { fitOf, type RevisionShape } from '../../physical/past/fit.ts'
import { requireClaim } from '../../postgres/adoption/claim.ts'
import { alikeText, type Doubt, doubtAmong, doubted, sameToRows } from '../../postgres/adoption/doubt.ts'
import { lookAtNamespace, type NamespaceLook, requireNothingOpen } from '../../postgres/adoption/look.ts'
import { listAsides, registerTarget } from '../../postgres/adoption/register.ts'
import { notBefore } from '../../postgres/adoption/standing.ts'
import { vouchedBy } from '../../postgres/adoption/standTarget.ts'
import { takeBack } from '../../postgres/adoption/takeBack.ts'
import { wasOurs } from '../../postgres/adoption/wasOurs.ts'
import { catalogIdOf } from '../../postgres/catalog/projects/identity.ts'
import type { Project } from '../../postgres/catalog/projects/projects.ts'
import { recordTakeOver } from '../../postgres/catalog/projects/registrations.ts'
import {
  finishImport,
  type ImportRequest,
  registerImport,
  withdrawImport,
} from '../../postgres/catalog/tenants/import.ts'
import { drifted } from '../../postgres/preflight/verdict.ts'
import type { Registration } from '../../postgres/target/bookkeeping/registration.ts'
import { payFound } from '../debts/payFound.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import type { ImportedNamespace } from './importResult.ts'

const MOST_DIFFERENCES = 20

/** What a namespace must look like. */
export interface Expectation {
  /** The revision at which it becomes active, and those before, of which it may be one. */
  readonly history: readonly RevisionShape[]
  readonly ignore: readonly string[]
}

/** A namespace, the project that wants it, and how the import was asked for. */
export interface Candidate {
  readonly request: ImportRequest
  readonly project: Project
  readonly input: ImportInput
}

/** Whose it is comes first, so that a refusal leaves nothing behind. Errors: `NAME_TAKEN`, `IN_PROGRESS`, `NOT_APPLICABLE`. */
export async function takeInNamespace(
  deps: ActivityDependencies,
  { request, project, input }: Candidate,
  expectation: Expectation,
): Promise<ImportedNamespace> {
  const { catalog, targetPools } = deps
  const { tenant, server, namespace, actor } = request
  const place: Target = { scope: tenant, server, namespace, incarnation: '' }
  const first = await lookAtNamespace(targetPools, place)
  const claim = { project: project.id, place, takeOver: input.takeOver }
  const from =
    first.registration === null ? null : await requireClaim(deps, { ...claim, registration: first.registration })
  // Whoever holds it brings it to an end himself.
  const isOpen =
    (from?.holder ?? null) === null && input.dryRun !== true && (await takeBack(deps, { place, look: first }))
  const look = isOpen ? await lookAtNamespace(targetPools, place) : first
  const { registration } = look
  await requireNothingOpen(catalog, place, look, { asItIs: isNamed(input, registration) })
  const vouched = await vouchedBy(catalog, project.id, registration)
  const stood = await standingOf(catalog, { request, project, input }, { look, expectation, vouched })
  if (input.dryRun === true) return outcomeOf(request, stood, project.revision)
  const target = await registerImport(catalog, request)
  if (target === null) return { outcome: 'registered', tenant, namespace }
  if (from !== null) {
    await recordTakeOver(catalog, { project: project.id, tenant, place, from, actor }).catch(async (error: unknown) => {
      if (error instanceof RequestRefused) await withdrawImport(catalog, { project: project.id, target })
      throw error
    })
  }
  return await finish(deps, { request, project, input }, { target, look, stood })
}

function isNamed({ takeOver }: ImportInput, registration: Registration | null): boolean {
  return takeOver !== undefined && [registration?.projectId, registration?.catalogId].includes(takeOver)
}

/** The revision whose tables it has, how it differs from the project as it is now, or why nobody can tell. */
type Standing = RevisionShape | readonly Difference[] | Doubt

/**
 * What speaks of the tables is believed first, then that they look like their project now: but not of tables that have been
 * the project's before, and may be of another day.
 */
async function standingOf(
  db: ActivityDependencies['catalog'],
  { request, project }: Candidate,
  { look, expectation, vouched }: { look: NamespaceLook; expectation: Expectation; vouched: number | undefined },
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

function isFound(stood: Standing): stood is RevisionShape {
  return 'expected' in stood
}

function isDoubt(stood: Standing): stood is Doubt {
  return 'revisions' in stood
}

async function finish(
  { catalog, targetPools }: ActivityDependencies,
  { request, project, input }: Candidate,
  { target, look, stood }: { target: Target; look: NamespaceLook; stood: Standing },
): Promise<ImportedNamespace> {
  const { tenant, namespace } = request
  const done = { project: project.id, target, revision: project.revision, actor: input.actor }
  if (!isFound(stood)) {
    const { code, message: text } = isDoubt(stood) ? doubted(target, stood) : drifted(target, stood)
    await finishImport(catalog, { ...done, drift: { code, text } })
    return outcomeOf(request, stood, project.revision)
  }
  const { revision, schemaHash } = stood
  const catalogId = await catalogIdOf(catalog)
  await registerTarget(
    targetPools,
    { target, projectId: project.id, catalogId, revision, schemaHash },
    look.registration,
  )
  await listAsides({ catalog, targetPools }, { project: project.id, target, asides: look.asides })
  const older = revision === project.revision ? null : { code: 'TARGET_DRIFTED', text: olderText(revision) }
  // Only now that nobody else may work there any more.
  const {
    problems: [left],
  } = await payFound({ catalog, targetPools }, project.id, [target])
  const drift = older ?? (left === undefined ? null : { code: left.error.code, text: left.error.message })
  const { active } = await finishImport(catalog, { ...done, drift })
  if (left !== undefined && !active) {
    return { outcome: 'parked', tenant, namespace, differences: [left.error.message, 'unpark it once that is over'] }
  }
  if (active || drift !== null) return outcomeOf(request, stood, project.revision)
  return { outcome: 'parked', tenant, namespace, differences: ['its project moved meanwhile: unpark it'] }
}

function outcomeOf({ tenant, namespace }: ImportRequest, stood: Standing, current: number): ImportedNamespace {
  if (isDoubt(stood)) return { outcome: 'parked', tenant, namespace, differences: [doubtText(stood)] }
  if (!isFound(stood)) return { outcome: 'parked', tenant, namespace, differences: lines(stood) }
  if (stood.revision === current) return { outcome: 'matched', tenant, namespace }
  return { outcome: 'parked', tenant, namespace, differences: [olderText(stood.revision)] }
}

function olderText(revision: number): string {
  return `Its tables are those of revision ${revision}: \`tenant unpark\` brings it up from there.`
}

function doubtText(doubt: Doubt): string {
  return `Its tables fit ${alikeText(doubt)}: \`tenant unpark --at REVISION\` says which one its rows have.`
}

function lines(found: readonly Pick<Difference, 'object' | 'kind'>[]): string[] {
  return found.slice(0, MOST_DIFFERENCES).map(({ object, kind }) => `${object} is ${kind}`)
}
