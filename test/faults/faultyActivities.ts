/** The real activities with a point before each begins its effect, and one after it, before its answer. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { Context } from '@temporalio/activity'
import { ApplicationFailure } from '@temporalio/common'
import type { Points } from './points.ts'

type Activities = Readonly<Record<string, (...args: never[]) => unknown>>

/** The activity that a message to a target belongs to. */
export const running = new AsyncLocalStorage<{ readonly operationId: string; readonly name: string }>()

/** Every operation ends with it, whichever way it went. */
const LAST = 'readOperation'

/** Activities of no operation are left alone. */
export function faultyActivities(activities: Activities, points: Points): Activities {
  return Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      name,
      async (input: { operationId?: string }) => {
        const { operationId } = input
        if (operationId === undefined) return await activity(input as never)
        if (points.stands(operationId)) leaveWorkflowTask()
        await points.pass(operationId, `before ${name}`)
        const answer = await running
          .run({ operationId, name }, async () => activity(input as never))
          .catch((error: unknown) => {
            points.failed(operationId, name, error)
            throw error
          })
        await points.pass(operationId, `after ${name}`)
        if (name === LAST) await points.over(operationId)
        return answer
      },
    ]),
  )
}

/**
 * A local activity keeps its workflow's task, and so one of the few slots for them, for as long as it stands still. What
 * an operation begins when it stands already fails at once instead; its workflow then schedules an activity, which stands.
 */
function leaveWorkflowTask(): void {
  if (Context.current().info.isLocal) throw ApplicationFailure.retryable('It stands still.')
}
