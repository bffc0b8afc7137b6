/** The real activities with a point before each begins its effect, and one after it, before its answer. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { Context } from '@temporalio/activity'
import { ApplicationFailure } from '@temporalio/common'
import { type ReportedLine, reportedLines } from '../reports.ts'
import type { FaultPlan } from './faultPlan.ts'
import type { Points } from './points.ts'

type Activities = Readonly<Record<string, (...args: never[]) => unknown>>

/** Which messages are points. */
export type MessagePlan = Pick<FaultPlan, 'messages' | 'catalogDatabase'>

/** The activity that a message to a target belongs to, and the points of its worker. */
export const running = new AsyncLocalStorage<{
  readonly operationId: string
  readonly name: string
  /** Of the activity, whichever try of it this is. */
  readonly identity: string
  /** Messages of this try so far. */
  messages: number
  readonly plan: MessagePlan
  readonly points: Points
}>()

/** In the identity of what was tried locally, in front of its call. */
const LOCALLY = ' locally '

/** Every operation ends with it, whichever way it went. */
const LAST = 'readOperation'

/** Activities of no operation are left alone; what the report names was tried by workers before this one. */
export function faultyActivities(
  activities: Activities,
  plan: MessagePlan,
  points: Points,
  reportPath?: string,
): Activities {
  const identityOf = createIdentities(reportPath === undefined ? [] : reportedLines(reportPath))
  return Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      name,
      async (input: { operationId?: string }) => {
        const { operationId } = input
        if (operationId === undefined) return await activity(input as never)
        if (points.stands(operationId)) leaveWorkflowTask()
        const identity = identityOf(`${name} ${JSON.stringify(input)}`)
        await points.pass(operationId, `before ${name}`, { identity })
        const answer = await running
          .run({ operationId, name, identity, messages: 0, plan, points }, async () => activity(input as never))
          .catch((error: unknown) => {
            points.failed(operationId, name, error)
            throw error
          })
        await points.pass(operationId, `after ${name}`, { identity })
        if (name === LAST) await points.over(operationId)
        return answer
      },
    ]),
  )
}

/**
 * On a slow machine an activity may be tried again; its points are the same ones. What was tried locally and is scheduled
 * then is the same activity, too; what its workflow asks for twice is not.
 */
function createIdentities(known: readonly ReportedLine[]): (call: string) => string {
  const local = new Map<string, string>()
  for (const { identity } of known) {
    const [, call] = identity.split(LOCALLY)
    if (call !== undefined) local.set(call, identity)
  }
  return (call) => {
    const { activityId, isLocal, workflowExecution } = Context.current().info
    const hash = createHash('sha256').update(call).digest('hex').slice(0, 16)
    const tried = local.get(hash)
    if (!isLocal && tried !== undefined) return tried
    const identity = `${workflowExecution?.runId} ${activityId}`
    if (!isLocal) return identity
    local.set(hash, `${identity}${LOCALLY}${hash}`)
    return `${identity}${LOCALLY}${hash}`
  }
}

/**
 * A local activity keeps its workflow's task, and so one of the few slots for them, for as long as it stands still. What
 * an operation begins when it stands already fails at once instead; its workflow then schedules an activity, which stands.
 */
function leaveWorkflowTask(): void {
  if (Context.current().info.isLocal) throw ApplicationFailure.retryable('It stands still.')
}
