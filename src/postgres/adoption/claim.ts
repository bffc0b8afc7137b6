/** Whether a project may have a namespace that somebody has registered. */
import type pg from 'pg'
import { RequestRefused, SagaError } from '../../errors.ts'
import { type Holder, type Owner, ownerOf, type TakeOver } from '../catalog/projects/registrations.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { type Place, whereOf } from '../sessions/servers.ts'
import type { Registration } from '../target/bookkeeping/registration.ts'
import { renamedText } from '../target/bookkeeping/sameTables.ts'
import { isSameDatabase, isSamePlace } from './samePlace.ts'

/** What it takes to find out. */
export interface ClaimAccess {
  readonly catalog: pg.Pool
  readonly targetPools: TargetPools
}

/** Who wants which namespace. */
export interface Claim {
  readonly project: string
  readonly place: Place
  readonly registration: Registration
  /** The catalog or project from which a person wants it to be taken. */
  readonly takeOver?: string | undefined
}

/**
 * Null when nobody else has a claim: released by its owner, or of the project itself. What belongs to others is only taken
 * when a person names them. Errors: `NAME_TAKEN`.
 */
export async function requireClaim(access: ClaimAccess, claim: Claim): Promise<TakeOver['from'] | null> {
  const { project, place, registration, takeOver } = claim
  const owner = await ownerOf(access.catalog, registration)
  if (owner.is === 'nobody') return null
  const holder = owner.is === 'holder' ? owner.holder : null
  const standing = holder === null ? null : await standingOf(access, holder, claim)
  if (holder !== null && standing === 'renamed') throw renamed(place, holder)
  const whose = holder?.project ?? registration.projectId
  const isOwn = owner.is !== 'catalog' && owner.is !== 'unknown' && whose === project
  if (isOwn && (holder === null || standing === 'copied')) return null
  const from = { project: whose, catalog: owner.is === 'catalog' ? owner.catalogId : null }
  const isNamed = takeOver !== undefined && (takeOver === from.project || takeOver === from.catalog)
  const isTheirs = holder !== null && standing === 'there'
  if (isNamed && !(isTheirs && (isOwn || holder.scope === ''))) return { ...from, holder: isTheirs ? holder : null }
  throw new RequestRefused('NAME_TAKEN', textOf(place, owner, { standing, isOwn }))
}

type Standing = 'there' | 'renamed' | 'copied' | 'unseen'

/** Whether a registered target is this very namespace, another one of which this is a copy, or nowhere to be seen. */
async function standingOf(
  { targetPools }: ClaimAccess,
  holder: Holder,
  { place, registration }: Claim,
): Promise<Standing> {
  try {
    // In a copy of the database, the one that is registered may well bear its name still.
    if (registration.formerly !== null) {
      return (await isSameDatabase(targetPools, place, holder)) ? 'renamed' : 'copied'
    }
    return (await isSamePlace(targetPools, place, holder)) ? 'there' : 'copied'
  } catch (error) {
    if (error instanceof SagaError) return 'unseen'
    throw error
  }
}

/** It is no other namespace, and no copy: the one that is registered, under another name. */
function renamed(place: Place, holder: Holder): RequestRefused {
  const who = whoIs(holder)
  const keep =
    holder.scope === ''
      ? ''
      : `; to keep the new name, run \`tenant remove ${holder.project} ${holder.scope}\` and import it again`
  return new RequestRefused(
    'NAME_TAKEN',
    `${whereOf(place)} is ${who}, registered as ${whereOf(holder)}: ${renamedText(holder.namespace, place.namespace)}${keep}.`,
  )
}

function whoIs({ project, scope }: Holder): string {
  return scope === '' ? `the base of project "${project}"` : `tenant "${scope}" of project "${project}"`
}

function textOf(
  place: Place,
  owner: Exclude<Owner, { is: 'nobody' }>,
  { standing, isOwn }: { standing: string | null; isOwn: boolean },
): string {
  const where = whereOf(place)
  switch (owner.is) {
    case 'catalog':
      return `${where} belongs to project "${owner.project}" of another catalog (${owner.catalogId}): remove it there, or take it with \`tenant import --take-over ${owner.catalogId}\`.`
    case 'project':
      return `${where} belongs to project "${owner.project}": take it with \`tenant import --take-over ${owner.project}\`.`
    case 'unknown':
      return `${where} was registered for a project "${owner.project}" of which this catalog knows nothing: take it with \`tenant import --take-over ${owner.project}\`.`
    case 'holder': {
      const { project, scope } = owner.holder
      const who = whoIs(owner.holder)
      const out = scope === '' ? `archive ${project}` : `remove ${project} ${scope}`
      const command = `\`${scope === '' ? 'project' : 'tenant'} ${out}\``
      if (standing === 'unseen') {
        return `${where} is registered as ${who}, and ${whereOf(owner.holder)} cannot be looked at, so that nobody can tell whether this is a copy: run ${command} if it was moved here.`
      }
      const take = isOwn || scope === '' ? '' : `, or take it with \`tenant import --take-over ${project}\``
      return `${where} is ${who}, under the name ${whereOf(owner.holder)}: run ${command} first${take}.`
    }
  }
}
