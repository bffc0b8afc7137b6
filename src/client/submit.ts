/** Submitting a mutation: parsed and compared with the ledger here, and again by the first activity. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import type pg from 'pg'
import { defaultActor } from '../config.ts'
import { contentHash, parseRequest } from '../contract/request.ts'
import { type ApplySchemaMutationInput, operationWorkflowId } from '../contract.ts'
import { RequestRefused } from '../errors.ts'
import { type OperationRequest, parseOperationRequest } from '../logical/parse/revertRequest.ts'
import { findOperation, type Operation, readRequest } from '../postgres/catalog/operations/read.ts'
import { requireTypeOfKind } from '../postgres/catalog/projects/kind.ts'
import { requireProject } from '../postgres/catalog/projects/projects.ts'
import { keepTexts } from '../postgres/catalog/sql/changes.ts'
import { throwIfEnded } from './temporal.ts'
import type { ApplyOptions } from './types.ts'
import { startWorkflow, type WorkflowAccess } from './workflows.ts'

const POLL_MS = 100

/** How often a run that has ended in the ledger is waited for: half a minute in all. */
const MOST_TRIES = 300

/** What submitting needs. */
export interface SubmitDependencies extends WorkflowAccess {
  readonly catalog: pg.Pool
}

/**
 * The same options, with the hooks of the worker told that replicas are to be flushed: `afterCommit` gets
 * `{ physicalDDLRequired: true }`.
 */
export function withPhysicalDDLRequired(options: ApplyOptions = {}): ApplyOptions {
  return { ...options, physicalDDLRequired: true }
}

/** Starts the operation's workflow unless the ledger has the operation already; returns its id. */
export async function submit(
  deps: SubmitDependencies,
  project: string,
  mutation: unknown,
  options: ApplyOptions,
): Promise<{ operationId: string }> {
  const { operationId = randomUUID(), actor = defaultActor(), ...rest } = options
  const request = parseRequest({ project, operationId, mutation, options: rest, actor })
  requireTypeOfKind(await requireProject(deps.catalog, project), request.mutation.type)
  // Histories carry no texts: the workflow is told by what the catalog keeps them.
  const sent = await keepTexts(deps.catalog, request.mutation)
  const known = await findOperation(deps.catalog, operationId)
  const hash = contentHash(sent)
  if (known !== null) requireSame(known, project, hash)
  else if (!(await start(deps, { project, operationId, mutation: sent, options: rest, actor }))) {
    // Temporal drops the input of whoever comes second; the ledger says what the first one meant.
    requireSame(await rowOf(deps, project, operationId), project, hash)
  }
  return { operationId }
}

function requireSame(known: Pick<Operation, 'id' | 'projectId' | 'contentHash'>, project: string, hash: string): void {
  if (known.projectId === project && known.contentHash === hash) return
  const text = `Operation id "${known.id}" belongs to another mutation: use a new id.`
  throw new RequestRefused('IDEMPOTENCY_CONFLICT', text)
}

/** The row of an operation that somebody else has submitted in the same moment; its first activity writes it. */
async function rowOf(deps: SubmitDependencies, project: string, operationId: string): Promise<Operation> {
  const workflow = (await deps.temporal.client()).workflow.getHandle(operationWorkflowId(project, operationId))
  for (let polls = 0; ; polls += 1) {
    const known = await findOperation(deps.catalog, operationId)
    if (known !== null) return known
    if (polls % 8 === 7) await throwIfEnded(workflow)
    await sleep(POLL_MS)
  }
}

/**
 * Starts the attempt behind attempt `after` of an operation that failed or was cancelled, with what the ledger knows of it.
 * The ledger says so a moment before the run of that attempt ends, which would drop the new input: its end is waited for.
 * Errors: `IN_PROGRESS` when nothing was started.
 */
export async function submitAgain(
  deps: SubmitDependencies,
  operationId: string,
  after: number,
  actor: string = defaultActor(),
): Promise<void> {
  const { projectId: project, mutation, options } = await readRequest(deps.catalog, operationId)
  const input = { project, operationId, mutation: parseOperationRequest(mutation), options, actor, retryOf: after }
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (await start(deps, input)) return
    // Of two retries at once, the other one may have been faster.
    const known = await findOperation(deps.catalog, operationId)
    if (known === null || known.attempt > after) return
    await sleep(POLL_MS)
  }
  const text = `Nothing was started: a workflow of operation "${operationId}" is still open, although the operation has ended.`
  throw new RequestRefused(
    'IN_PROGRESS',
    `${text} Try again, or end workflow "${operationWorkflowId(project, operationId)}".`,
  )
}

/** False when the operation's workflow runs already, with whatever it was started. */
async function start(
  deps: WorkflowAccess,
  input: ApplySchemaMutationInput & { readonly mutation: OperationRequest },
): Promise<boolean> {
  try {
    await startWorkflow(deps, 'applySchemaMutation', [input], {
      workflowId: operationWorkflowId(input.project, input.operationId),
      workflowIdConflictPolicy: 'FAIL',
      staticSummary: `${input.mutation.type} on ${input.project}`,
    })
    return true
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false
    throw error
  }
}
