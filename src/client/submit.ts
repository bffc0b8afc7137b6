/** Submitting a mutation: parsed and compared with the ledger here, and again by the first activity. */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { type Config, defaultActor } from '../config.ts'
import { type ApplySchemaMutationInput, operationWorkflowId } from '../contract.ts'
import { RequestRefused } from '../errors.ts'
import { type OperationRequest, parseOperationRequest } from '../logical/revertRequest.ts'
import { findOperation, readRequest } from '../postgres/catalog/operations.ts'
import { requireProject } from '../postgres/catalog/projects.ts'
import { contentHash, parseRequest } from '../request.ts'
import type { TemporalAccess } from './temporal.ts'
import type { ApplyOptions } from './types.ts'

/** Starts the operation's workflow unless the ledger has the operation already; returns its id. */
export async function submit(
  deps: { readonly config: Config; readonly catalog: pg.Pool; readonly temporal: TemporalAccess },
  project: string,
  mutation: unknown,
  options: ApplyOptions,
): Promise<{ operationId: string }> {
  const { operationId = randomUUID(), actor = defaultActor(), ...rest } = options
  const request = parseRequest({ project, operationId, mutation, options: rest, actor })
  await requireProject(deps.catalog, project)
  const known = await findOperation(deps.catalog, operationId)
  if (known === null) {
    await start(deps, { project, operationId, mutation: request.mutation, options: rest, actor })
  } else if (known.projectId !== project || known.contentHash !== contentHash(request.mutation)) {
    throw new RequestRefused(
      'IDEMPOTENCY_CONFLICT',
      `Operation id "${operationId}" belongs to another mutation: use a new id.`,
    )
  }
  return { operationId }
}

/** Starts the attempt behind attempt `after` of an operation that failed or was cancelled, with what the ledger knows of it. */
export async function submitAgain(
  deps: { readonly config: Config; readonly catalog: pg.Pool; readonly temporal: TemporalAccess },
  operationId: string,
  after: number,
  actor: string = defaultActor(),
): Promise<void> {
  const { projectId: project, mutation, options } = await readRequest(deps.catalog, operationId)
  await start(deps, { project, operationId, mutation: parseOperationRequest(mutation), options, actor, retryOf: after })
}

async function start(
  deps: { readonly config: Config; readonly temporal: TemporalAccess },
  input: ApplySchemaMutationInput & { readonly mutation: OperationRequest },
): Promise<void> {
  const client = await deps.temporal.client()
  await client.workflow.start('applySchemaMutation', {
    workflowId: operationWorkflowId(input.project, input.operationId),
    taskQueue: deps.config.taskQueue,
    // Two clients that submit one id at the same moment mean the same operation.
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `${input.mutation.type} on ${input.project}`,
    args: [input],
  })
}
