/** A tenant that is to come back: its tables are looked at, and its rows in the bookkeeping follow them. */
import type pg from 'pg'
import type { Target } from '../../contract.ts'
import { fitOf, otherRevisionOf } from '../../physical/past/fit.ts'
import { writeAudit } from '../catalog/audit.ts'
import { readHistory } from '../catalog/projects/history.ts'
import { catalogIdOf } from '../catalog/projects/identity.ts'
import { type Project, requireProject } from '../catalog/projects/projects.ts'
import type { TargetPools } from '../sessions/pools.ts'
import type { Registration } from '../target/bookkeeping/registration.ts'
import { requireClaim } from './claim.ts'
import { doubtAbout, doubted } from './doubt.ts'
import { leftBehind, lookAtNamespace, type NamespaceLook, requireNothingOpen } from './look.ts'
import { otherRevision } from './otherRevision.ts'
import { findRecordStanding } from './recordStanding.ts'
import { listAsides, registerTarget, restateTarget, signTarget } from './register.ts'
import { findStanding } from './standing.ts'
import { takeBack } from './takeBack.ts'
import { wasOurs } from './wasOurs.ts'

/** Which tenant, and who brings it back. */
export interface Return {
  readonly project: string
  readonly target: Target
  readonly actor: string
  /** The revision that a person says it has. */
  readonly at?: number | undefined
  /** Whether it was never taken over: then it is meant to look as its project does now. */
  readonly isNew: boolean
  /** Whether a person asks: only then the rows of the bookkeeping follow the tables. */
  readonly byPerson: boolean
}

interface Access {
  readonly catalog: pg.Pool
  readonly targetPools: TargetPools
}

interface Situation extends Return {
  readonly current: Project
  readonly look: NamespaceLook
}

/**
 * The revision whose tables the tenant has; its bookkeeping says the same from now on. Null while operations have left
 * work on it, which comes first. Errors: `TARGET_GONE`, `TARGET_DRIFTED`, `NAME_TAKEN`.
 */
export async function standTarget(access: Access, back: Return): Promise<{ revision: number } | null> {
  const current = await requireProject(access.catalog, back.project)
  const look = await lookAtNamespace(access.targetPools, back.target)
  const situation = { ...back, current, look }
  const { registration } = look
  const isKnown = registration?.incarnation === back.target.incarnation && registration.projectId === back.project
  const stood = isKnown ? await standKnown(access, situation, registration) : await takeIn(access, situation)
  await listAsides(access, { project: back.project, target: back.target, asides: look.asides })
  return stood
}

async function standKnown(
  access: Access,
  situation: Situation,
  registration: Registration,
): Promise<{ revision: number } | null> {
  const { catalog, targetPools } = access
  const { project, target, actor, at, look, byPerson } = situation
  const { atWork, stale } = await leftBehind(catalog, look)
  if (atWork.length > 0 || (stale.length > 0 && !registration.replaced)) return null
  if (!byPerson) {
    await requireNoOtherRevision(access, situation, registration)
    return null
  }
  const vouched = registration.doubted ? undefined : registration.revision
  const found = await standingFor(access, situation, vouched)
  const catalogId = await catalogIdOf(catalog)
  const isAsSaid = found.revision === registration.revision && found.schemaHash === registration.schemaHash
  if (isAsSaid && !registration.doubted) {
    await signTarget(targetPools, { target, projectId: project, catalogId })
    return { revision: found.revision }
  }
  const later = isAsSaid ? stale : await leftAfter(catalog, look, found.revision)
  const at_ = { target, projectId: project, revision: found.revision, schemaHash: found.schemaHash }
  await restateTarget(targetPools, at_, { from: registration, later })
  const details = { tenant: target.scope, revision: found.revision, was: registration.revision, at: at ?? null }
  await writeAudit(catalog, { projectId: project, actor, action: 'tenant_found_at', details })
  return { revision: found.revision }
}

/** Operations whose work is not in tables of that revision. */
async function leftAfter(catalog: pg.Pool, look: NamespaceLook, revision: number): Promise<readonly string[]> {
  const registration = look.registration === null ? null : { ...look.registration, revision }
  return (await leftBehind(catalog, { ...look, registration })).stale
}

/** Without a person, what its revision says stays; a tenant that plainly has another one is left to a person. */
async function requireNoOtherRevision(
  { catalog }: Access,
  situation: Situation,
  { revision, doubted: isDoubted }: Registration,
): Promise<void> {
  const { project, target, look, current } = situation
  // Its drift is reported; nothing works on it that would mind.
  if (current.kind === 'sql') return
  const tables = { actual: look.actual, ignore: current.settings.ignore, noted: look.noted }
  // Most are what is said of them, and the whole history of a project may be long.
  if (fitOf(await readHistory(catalog, project, [revision]), tables).fits.length > 0) {
    const doubt = isDoubted ? await doubtAbout(catalog, project, revision) : null
    if (doubt !== null) throw doubted(target, doubt)
    return
  }
  const other = otherRevisionOf(await readHistory(catalog, project), revision, tables)
  if (other !== null) throw otherRevision(target, revision, other.revision)
}

async function takeIn(access: Access, situation: Situation): Promise<{ revision: number }> {
  const { catalog, targetPools } = access
  const { project, target, actor, at, isNew, current } = situation
  const seen = situation.look
  if (seen.registration !== null) {
    await requireClaim(access, { project, place: target, registration: seen.registration })
  }
  const isTakenBack = await takeBack(access, { place: target, look: seen })
  const look = isTakenBack ? await lookAtNamespace(targetPools, target) : seen
  const { registration } = look
  await requireNothingOpen(catalog, target, look)
  const said = await vouchedBy(catalog, project, registration)
  const isTaken = isNew && !(await wasOurs(catalog, { project, namespace: target.namespace }, look))
  const vouched = said ?? (isTaken ? current.revision : undefined)
  const found = await standingFor(access, { ...situation, look }, vouched)
  const catalogId = await catalogIdOf(catalog)
  const { revision, schemaHash } = found
  await registerTarget(targetPools, { target, projectId: project, catalogId, revision, schemaHash }, registration)
  const details = { tenant: target.scope, revision, was: null, at: at ?? null }
  await writeAudit(catalog, { projectId: project, actor, action: 'tenant_found_at', details })
  return { revision }
}

/** What an earlier registration of the same project says of the tables beside it, as they were copied or restored together. */
export async function vouchedBy(
  catalog: pg.Pool,
  project: string,
  registration: Registration | null,
): Promise<number | undefined> {
  if (registration === null || registration.doubted || registration.projectId !== project) return undefined
  const [shape] = await readHistory(catalog, project, [registration.revision])
  return shape?.schemaHash === registration.schemaHash ? shape.revision : undefined
}

/** By the record of a project of SQL, by the tables of one of models. */
async function standingFor(
  access: Access,
  situation: Situation,
  vouched: number | undefined,
): Promise<{ readonly revision: number; readonly schemaHash: string }> {
  const { target, at, current } = situation
  if (current.kind === 'sql') return await findRecordStanding(access, { project: current, target, at, vouched })
  return await findStanding(access.catalog, { ...question(situation), at, vouched })
}

function question({ project, target, look, current }: Situation) {
  const { actual, noted, asides } = look
  return { project, target, actual, noted, asides, ignore: current.settings.ignore }
}
