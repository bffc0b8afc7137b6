/** One namespace of an import: whose it is, what it looks like; registered, and active if it fits. */
import type { ImportInput, Target } from '../contract.ts'
import type { Difference } from '../physical/equality.ts'
import { fitOf, type RevisionShape } from '../physical/fit.ts'
import { requireClaim } from '../postgres/adoption/claim.ts'
import { lookAtNamespace, type NamespaceLook, requireNothingOpen } from '../postgres/adoption/look.ts'
import { registerTarget } from '../postgres/adoption/register.ts'
import { vouchedBy } from '../postgres/adoption/standTarget.ts'
import { takeBack } from '../postgres/adoption/takeBack.ts'
import { catalogIdOf } from '../postgres/catalog/identity.ts'
import { finishImport, type ImportRequest, registerImport } from '../postgres/catalog/importing.ts'
import { recordTakeOver } from '../postgres/catalog/owners.ts'
import type { Project } from '../postgres/catalog/projects.ts'
import { drifted } from '../postgres/preflight.ts'
import type { Registration } from '../postgres/target/registration.ts'
import { payFound } from './debts/payFound.ts'
import type { ActivityDependencies } from './dependencies.ts'
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
  const stood = standingOf(look, expectation, { current: project.revision, vouched })
  if (input.dryRun === true) return outcomeOf(request, stood, project.revision)
  const target = await registerImport(catalog, request)
  if (target === null) return { outcome: 'registered', tenant, namespace }
  if (from !== null) await recordTakeOver(catalog, { project: project.id, tenant, place, from, actor })
  return await finish(deps, { request, project, input }, { target, registration, stood })
}

function isNamed({ takeOver }: ImportInput, registration: Registration | null): boolean {
  return takeOver !== undefined && [registration?.projectId, registration?.catalogId].includes(takeOver)
}

/** The revision whose tables it has, or how it differs from the project as it is now. */
type Standing = RevisionShape | readonly Difference[]

/** What speaks of the tables is believed first, then that they look like their project now. */
function standingOf(
  { actual, noted }: Pick<NamespaceLook, 'actual' | 'noted'>,
  { history, ignore }: Expectation,
  { current, vouched }: { current: number; vouched: number | undefined },
): Standing {
  const compared = { actual, ignore, noted }
  const { fits } = fitOf(history, compared)
  const believed = [vouched, current].flatMap((revision) => fits.filter((shape) => shape.revision === revision))
  const [found = fits.at(-1)] = believed
  if (found !== undefined && (believed.length > 0 || fits.length === 1)) return found
  const now = fitOf(
    history.filter(({ revision }) => revision === current),
    compared,
  )
  return now.nearest?.differences ?? []
}

function isFound(stood: Standing): stood is RevisionShape {
  return !Array.isArray(stood)
}

async function finish(
  { catalog, targetPools }: ActivityDependencies,
  { request, project, input }: Candidate,
  { target, registration, stood }: { target: Target; registration: Registration | null; stood: Standing },
): Promise<ImportedNamespace> {
  const { tenant, namespace } = request
  const done = { project: project.id, target, revision: project.revision, actor: input.actor }
  if (!isFound(stood)) {
    const { code, message: text } = drifted(target, stood)
    await finishImport(catalog, { ...done, drift: { code, text } })
    return outcomeOf(request, stood, project.revision)
  }
  const { revision, schemaHash } = stood
  const catalogId = await catalogIdOf(catalog)
  await registerTarget(targetPools, { target, projectId: project.id, catalogId, revision, schemaHash }, registration)
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
  if (!isFound(stood)) return { outcome: 'parked', tenant, namespace, differences: lines(stood) }
  if (stood.revision === current) return { outcome: 'matched', tenant, namespace }
  return { outcome: 'parked', tenant, namespace, differences: [olderText(stood.revision)] }
}

function olderText(revision: number): string {
  return `Its tables are those of revision ${revision}: \`tenant unpark\` brings it up from there.`
}

function lines(found: readonly Pick<Difference, 'object' | 'kind'>[]): string[] {
  return found.slice(0, MOST_DIFFERENCES).map(({ object, kind }) => `${object} is ${kind}`)
}
