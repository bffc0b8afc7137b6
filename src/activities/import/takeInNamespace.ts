/** One namespace of an import: whose it is, what it looks like; registered, and active if it fits. */
import type { ImportInput, Target } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import { requireClaim } from '../../postgres/adoption/claim.ts'
import { lookAtNamespace, type NamespaceLook, requireNothingOpen } from '../../postgres/adoption/look.ts'
import { listAsides, registerTarget } from '../../postgres/adoption/register.ts'
import { vouchedBy } from '../../postgres/adoption/standTarget.ts'
import { takeBack } from '../../postgres/adoption/takeBack.ts'
import { catalogIdOf } from '../../postgres/catalog/projects/identity.ts'
import { recordTakeOver } from '../../postgres/catalog/projects/registrations.ts'
import { finishImport, registerImport, withdrawImport } from '../../postgres/catalog/tenants/import.ts'
import type { Registration } from '../../postgres/target/bookkeeping/registration.ts'
import { payFound } from '../debts/payFound.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { takenAsItIs } from './asTheyAre.ts'
import type { ImportedNamespace } from './importResult.ts'
import {
  type Candidate,
  type Expectation,
  errorOf,
  isFound,
  olderText,
  outcomeOf,
  type Standing,
  standingOf,
} from './importStanding.ts'

/** Whose it is comes first, so that a refusal leaves nothing behind. Errors: `NAME_TAKEN`, `IN_PROGRESS`, `NOT_APPLICABLE`. */
export async function takeInNamespace(
  deps: ActivityDependencies,
  candidate: Candidate,
  usual: Expectation,
): Promise<ImportedNamespace> {
  const { catalog, targetPools } = deps
  const { request, project, input, known } = candidate
  const { tenant, server, namespace, actor } = request
  const place: Target = { scope: tenant, server, namespace, incarnation: '' }
  const first = await lookAtNamespace(targetPools, place)
  // Its tables were told before, and only `unpark` brings it up from there.
  if (known !== null && first.registration?.incarnation === known.target.incarnation) {
    return { outcome: 'parked', tenant, namespace, differences: [known.reason] }
  }
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
  const { expectation, ignored } = await takenAsItIs(deps, candidate, { look, expectation: usual })
  const stood = await standingOf(deps, candidate, { place, look, expectation, vouched })
  if (input.dryRun === true) return { ...outcomeOf(request, stood, project.revision), ignored }
  const target = await registerImport(catalog, request)
  if (target === null) return { outcome: 'registered', tenant, namespace }
  if (from !== null) {
    await recordTakeOver(catalog, { project: project.id, tenant, place, from, actor }).catch(async (error: unknown) => {
      if (error instanceof RequestRefused) await withdrawImport(catalog, { project: project.id, target })
      throw error
    })
  }
  return { ...(await finish(deps, candidate, { target, look, stood })), ignored }
}

function isNamed({ takeOver }: ImportInput, registration: Registration | null): boolean {
  return takeOver !== undefined && [registration?.projectId, registration?.catalogId].includes(takeOver)
}

async function finish(
  { catalog, targetPools }: ActivityDependencies,
  { request, project, input }: Candidate,
  { target, look, stood }: { target: Target; look: NamespaceLook; stood: Standing },
): Promise<ImportedNamespace> {
  const { tenant, namespace } = request
  const done = { project: project.id, target, revision: project.revision, actor: input.actor }
  if (!isFound(stood)) {
    const { code, message: text } = errorOf(target, stood)
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
  return { outcome: 'parked', tenant, namespace, differences: ['its project got a new revision meanwhile: unpark it'] }
}
