/** A tenant that is not active is brought to its project's revision, and then activated; at most one run at a time. */
import { isCancellation, setCurrentDetails, sleep, upsertSearchAttributes } from '@temporalio/workflow'
import { parseCatchUp } from '../../contract/inputs/tenantInputs.ts'
import { BASE_SCOPE, type CatchUpInput, type CatchUpResult, type Target } from '../../contract.ts'
import { catalog } from '../activities.ts'
import { parsed } from '../messages/parsed.ts'
import { CATCH_UP_PAUSES_MS } from '../retryPolicies.ts'
import { type Reason, reasonFor, reasonOf, workflowFailure } from '../run/failures.ts'
import { PROJECT_ATTRIBUTE, TENANT_ATTRIBUTE } from '../run/progress.ts'
import { catchUps, catchUpWork } from './fleetProxies.ts'

/** A tenant on its way. */
interface Journey {
  readonly project: string
  readonly target: Target
  readonly actor: string
  readonly since?: string
  readonly adopt?: boolean
  /** Who wants the tenant's tables looked at; nobody while it is being provisioned. */
  readonly look?: 'person' | 'reconciler'
  readonly at?: number | undefined
}

/**
 * Takes back what operations left on the tenant that is no part of its history, applies the plans that it misses, and
 * activates it. A tenant that could not be brought along stays parked, with the reason on record.
 */
export async function catchUpTenant(given: CatchUpInput): Promise<CatchUpResult> {
  const input = parsed(parseCatchUp, given)
  const { project, tenant, actor = 'unknown', onlyCause, at } = input
  upsertSearchAttributes([
    { key: PROJECT_ATTRIBUTE, value: project },
    { key: TENANT_ATTRIBUTE, value: tenant },
  ])
  const { target, active, revision, since } = await opened(input)
  if (active) return { tenant, revision: revision ?? 0 }
  try {
    const look = onlyCause === undefined ? 'person' : 'reconciler'
    return { tenant, ...(await bringUp({ project, target, actor, since, adopt: revision === null, look, at })) }
  } catch (error) {
    if (isCancellation(error)) throw error
    const reason = reasonOf(error)
    const { type: errorType, code: errorCode, message } = reason
    await catchUps.recordCatchUpFailure({ project, target, actor, errorType, errorCode, error: message })
    throw workflowFailure(reason)
  }
}

async function opened(input: CatchUpInput): ReturnType<typeof catchUps.openCatchUp> {
  try {
    return await catchUps.openCatchUp(input)
  } catch (error) {
    throw isCancellation(error) ? error : workflowFailure(reasonOf(error))
  }
}

/**
 * One step after the other, each decided by a fresh look at the target. Resolves to the revision at which it is active, and
 * the one that its tables had at first. They are looked at until that is known: what operations have left comes first.
 */
export async function bringUp(journey: Journey): Promise<Pick<CatchUpResult, 'revision' | 'found'>> {
  let found: number | undefined
  for (let waits = 0; ; ) {
    const next = await catchUpWork.nextCatchUp(found === undefined ? journey : withoutLook(journey))
    found ??= next.found
    switch (next.do) {
      case 'active':
        return { revision: next.revision, ...(found !== undefined && { found }) }
      case 'wait': {
        const pause = next.status === 'needs_repair' ? undefined : CATCH_UP_PAUSES_MS[waits]
        if (pause === undefined) throw workflowFailure(busy(journey.target.scope, next))
        setCurrentDetails(`waits for operation ${next.operationId}, which is ${next.status}`)
        await sleep(pause)
        waits += 1
        break
      }
      case 'undo': {
        const { operationId, epoch } = next.work
        const { touched } = await catchUpWork.compensateTarget(next.work)
        const step = { operationId, key: 'tenant_ddl', scope: journey.target.scope, touched } as const
        if (next.record) await catalog.recordUndone(step)
        setCurrentDetails(`undid what operation ${operationId} had left (epoch ${epoch})`)
        break
      }
      case 'apply':
        setCurrentDetails(`applies operation ${next.work.operationId}`)
        await catchUpWork.applyToTarget(next.work)
    }
  }
}

function withoutLook({ project, target, actor, since }: Journey): Journey {
  return { project, target, actor, ...(since !== undefined && { since }) }
}

function busy(tenant: string, { operationId, status }: { operationId: string; status: string }): Reason {
  const whose = tenant === BASE_SCOPE ? 'The base is in the hands of' : `Tenant "${tenant}" has a record in`
  const message = `${whose} operation ${operationId}, which is ${status}: try again once that is final.`
  return reasonFor('IN_PROGRESS', message)
}
