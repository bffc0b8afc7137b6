/** Tenants that a sweep could not bring up: each by a workflow of its own, some at once. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import { executeChild, isCancellation, ParentClosePolicy } from '@temporalio/workflow'
import { type Comeback, catchUpWorkflowId, type NotBroughtUp } from '../../contract.ts'
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
): Promise<{ active: number; failed: readonly NotBroughtUp[] }> {
  const waiting = [...comebacks]
  const failed: NotBroughtUp[] = []
  let active = 0
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const reason = await catchUpOne(wish, next)
      if (reason === null) active += 1
      else failed.push({ id: next.target.scope, code: reason.code, error: reason.message })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return { active, failed }
}

/** Null when it is active. */
async function catchUpOne({ project, actor, look }: Wish, { target, since }: Comeback): Promise<Reason | null> {
  const { scope: tenant } = target
  try {
    await executeChild(catchUpTenant, {
      workflowId: catchUpWorkflowId(project, tenant),
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `tenant ${tenant} of ${project} catches up`,
      typedSearchAttributes: [
        { key: PROJECT_ATTRIBUTE, value: project },
        { key: TENANT_ATTRIBUTE, value: tenant },
      ],
      args: [{ project, tenant, actor, from: 'parked', since, ...(look === 'reconciler' && { onlyCause: 'failure' }) }],
    })
    return null
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      return reasonFor('IN_PROGRESS', `Tenant "${tenant}" is being brought up by somebody else already.`)
    }
    if (isCancellation(error) || !isFailure(error)) throw error
    return reasonOf(error)
  }
}
