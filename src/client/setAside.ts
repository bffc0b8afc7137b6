/** What is set aside on the targets: a workflow looks and acts, because only workers hold connection strings. */
import { randomUUID } from 'node:crypto'
import { WorkflowFailedError } from '@temporalio/client'
import { type Config, defaultActor } from '../config.ts'
import type { ManageSetAsideInput, PurgeResult, RestoreResult, SetAsideList } from '../contract/setAside.ts'
import { asSagaError, type TemporalAccess } from './temporal.ts'

/** The client's methods for things set aside. */
export interface SetAsideMethods {
  /** What is set aside, one entry for the same object on all targets. */
  readonly listSetAside: (project: string) => Promise<SetAsideList>
  /**
   * Puts what an object holds into the table or column that bears its name now, where there is a place; it stays set
   * aside. Errors: `NOT_APPLICABLE` when the schema has no such table or column.
   */
  readonly restoreSetAside: (project: string, id: string, by?: { readonly actor?: string }) => Promise<RestoreResult>
  /** Drops an object for good, before its hold is over only with `now`. Errors: `NOT_APPLICABLE` with the reason. */
  readonly purgeSetAside: (
    project: string,
    id: string,
    options?: { readonly now?: boolean; readonly actor?: string },
  ) => Promise<PurgeResult>
}

/** The methods over one connection to Temporal. */
export function setAsideMethods(deps: { readonly config: Config; readonly temporal: TemporalAccess }): SetAsideMethods {
  const manage = async <T>(input: ManageSetAsideInput): Promise<T> => {
    const client = await deps.temporal.client()
    try {
      return (await client.workflow.execute('manageSetAside', {
        workflowId: `set-aside/${input.project}/${input.action}/${randomUUID()}`,
        taskQueue: deps.config.taskQueue,
        staticSummary: `${input.action} set-aside objects of ${input.project}`,
        args: [input],
      })) as T
    } catch (error) {
      throw error instanceof WorkflowFailedError ? asSagaError(error) : error
    }
  }
  return {
    listSetAside: (project) => manage({ action: 'list', project }),
    restoreSetAside: (project, id, { actor = defaultActor() } = {}) =>
      manage({ action: 'restore', project, id, actor }),
    purgeSetAside: (project, id, { now = false, actor = defaultActor() } = {}) =>
      manage({ action: 'purge', project, id, actor, now }),
  }
}
