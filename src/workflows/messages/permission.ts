/** Whether somebody may steer an operation, which only the embedder's hook in a worker can say. */
import { CancellationScope } from '@temporalio/workflow'
import { policy } from '../activities.ts'
import { reasonOf, workflowFailure } from '../run/failures.ts'

type Question = Parameters<typeof policy.authorizeMessage>[0]

/** Asks for one operation. */
export interface Permission {
  /** Whether there is anybody to ask; not before the operation is opened. */
  readonly isAsked: () => boolean
  readonly settle: (isAsked: boolean) => void
  /** Throws, as the Update's answer, `FORBIDDEN` in the words of the hook. */
  readonly require: (message: string, request: Question['request']) => Promise<void>
}

/** Nobody is asked until the operation's worker says that it has the hook. */
export function createPermission({ project, operationId }: Pick<Question, 'project' | 'operationId'>): Permission {
  let isAsked = false
  return {
    isAsked: () => isAsked,
    settle: (given) => {
      isAsked = given
    },
    require: async (message, request) => {
      try {
        // A cancel of the workflow is no answer.
        await CancellationScope.nonCancellable(() =>
          policy.authorizeMessage({ project, operationId, message, request }),
        )
      } catch (error) {
        throw workflowFailure(reasonOf(error))
      }
    },
  }
}
