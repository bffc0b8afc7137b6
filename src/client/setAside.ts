/** What is set aside on the targets: a workflow looks and acts, because only workers hold connection strings. */
import { randomUUID } from 'node:crypto'
import { defaultActor } from '../config.ts'
import type { ManageSetAsideInput, PurgeResult, RestoreResult, SetAsideList } from '../contract/setAside.ts'
import type { ResultOf } from '../contract/workflows.ts'
import { runWorkflow, type WorkflowAccess } from './workflows.ts'

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
export function setAsideMethods(deps: WorkflowAccess): SetAsideMethods {
  const manage = async <T extends ResultOf<'manageSetAside'>>(input: ManageSetAsideInput): Promise<T> => {
    return (await runWorkflow(deps, 'manageSetAside', [input], {
      workflowId: `set-aside/${input.project}/${input.action}/${randomUUID()}`,
      staticSummary: `${input.action} set-aside objects of ${input.project}`,
    })) as T
  }
  return {
    listSetAside: (project) => manage({ action: 'list', project }),
    restoreSetAside: (project, id, { actor = defaultActor() } = {}) =>
      manage({ action: 'restore', project, id, actor }),
    purgeSetAside: (project, id, { now = false, actor = defaultActor() } = {}) =>
      manage({ action: 'purge', project, id, actor, now }),
  }
}
