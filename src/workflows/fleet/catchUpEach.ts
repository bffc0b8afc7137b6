/** Tenants that a sweep could not bring up: each by a workflow of its own, some at once. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import { executeChild, isCancellation, ParentClosePolicy } from '@temporalio/workflow'
import {
  type CatchUpResult,
  type Comeback,
  catchUpWorkflowId,
  type MovedTenant,
  type NotBroughtUp,
} from '../../contract.ts'
import { isFailure, type Reason, reasonFor, reasonOf } from '../run/failures.ts'
import { PROJECT_ATTRIBUTE, TENANT_ATTRIBUTE } from '../run/progress.ts'
import { catchUpTenant } from './catchUpTenant.ts'

/** Each has sessions of its own, and most of them fail: more would only wait for each other. */
const AT_ONCE = 8

/** Who wants them up. */
interface Wish {
  readonly project: string
  readonly actor: string
  readonly look: 'person' | 'reconciler'
}

/** How many are active, and why the others are not; that is on record already. */
export async function catchUpEach(
  wish: Wish,
  comebacks: readonly Comeback[],
): Promise<{ active: number; failed: readonly NotBroughtUp[]; moved: readonly MovedTenant[] }> {
  const waiting = [...comebacks]
  const failed: NotBroughtUp[] = []
  const moved: MovedTenant[] = []
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const end = await catchUpOne(wish, next)
      if ('revision' in end)
        moved.push({ id: next.target.scope, from: end.found ?? next.revision ?? null, to: end.revision })
      else failed.push({ id: next.target.scope, code: end.code, error: end.message })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return { active: moved.length, failed, moved }
}

/** Where it is active, or why it is not. */
async function catchUpOne(
  { project, actor, look }: Wish,
  { target, since }: Comeback,
): Promise<CatchUpResult | Reason> {
  const { scope: tenant } = target
  try {
    return await executeChild(catchUpTenant, {
      workflowId: catchUpWorkflowId(project, tenant),
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `tenant ${tenant} of ${project} catches up`,
      typedSearchAttributes: [
        { key: PROJECT_ATTRIBUTE, value: project },
        { key: TENANT_ATTRIBUTE, value: tenant },
      ],
      args: [{ project, tenant, actor, from: 'parked', since, ...(look === 'reconciler' && { onlyCause: 'failure' }) }],
    })
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      return reasonFor('IN_PROGRESS', `Tenant "${tenant}" is being brought up by somebody else already.`)
    }
    if (isCancellation(error) || !isFailure(error)) throw error
    return reasonOf(error)
  }
}
