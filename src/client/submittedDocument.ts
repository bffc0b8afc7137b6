/** The document of an operation that was submitted, and that no worker has opened yet. */
import { type OperationDocument, operationWorkflowId } from '../contract.ts'

/** What `apply --detach --json` prints, and `operation show` until there is a record. */
export function submittedDocument(submitted: {
  readonly id: string
  readonly project: string
  readonly mutation: { readonly type: string }
  readonly actor: string
  /** Now, unless it is known. */
  readonly at?: Date
}): OperationDocument {
  const { id, project, mutation, actor, at = new Date() } = submitted
  return {
    id,
    project,
    type: mutation.type,
    status: 'pending',
    attempt: 1,
    base_revision: null,
    revision: null,
    plan_hash: null,
    workflow_id: operationWorkflowId(project, id),
    actor,
    error: null,
    error_code: null,
    unchanged: false,
    paused: false,
    waits_for: null,
    waits_for_status: null,
    waits_since: null,
    accepted: 0,
    submitted_at: at.toISOString(),
    started_at: null,
    ended_at: null,
    request: mutation,
    steps: [],
    tenants: { total: 0, succeeded: 0, skipped: 0, failed: 0, parked: 0, compensated: 0, running: 0, pending: 0 },
    problems: [],
    problems_left_out: 0,
    set_aside: [],
    refused: null,
    waits_on: null,
  }
}
