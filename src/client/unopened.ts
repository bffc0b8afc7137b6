/**
 * Operations that no worker has opened yet: their first activity may be unable to write the record, because the catalog is
 * of another release or refuses a right. Until then Temporal alone knows of them.
 */
import { type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client'
import pMap from 'p-map'
import type pg from 'pg'
import { type OperationDocument, operationWorkflowId } from '../contract.ts'
import { listProjects } from '../postgres/catalog/projects/projects.ts'
import { submittedDocument } from './submittedDocument.ts'
import { asSagaError } from './temporal.ts'

/** Workflows looked at together. */
const LOOKS_AT_ONCE = 16

interface Submitted {
  readonly project: string
  readonly mutation: { readonly type: string }
  readonly actor?: string
}

/** What was submitted, while its workflow runs; null otherwise. Errors: `TEMPORAL_UNREACHABLE`, for then nobody knows. */
export async function readUnopened(
  workflow: () => Promise<WorkflowHandle>,
  id: string,
): Promise<OperationDocument | null> {
  return await orNull(async () => {
    const handle = await workflow()
    const { status, startTime } = await handle.describe()
    if (status.name !== 'RUNNING') return null
    const { events } = await handle.fetchHistory()
    const submitted = submittedOf(events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data)
    if (submitted === null) return null
    const { project, mutation, actor = 'unknown' } = submitted
    return submittedDocument({ id, project, mutation, actor, at: startTime })
  })
}

/** Null where it is not to be read: a codec of the embedder's may have made it unreadable for everybody else. */
function submittedOf(data: Uint8Array | null | undefined): Submitted | null {
  try {
    return data == null ? null : (JSON.parse(Buffer.from(data).toString('utf8')) as Submitted)
  } catch {
    return null
  }
}

/** Null for a workflow that Temporal does not know. */
async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw asSagaError(error)
  }
}

/** The project in which an operation of that id runs without a record; null where none does. Errors: `TEMPORAL_UNREACHABLE`. */
export async function projectOfUnopened(
  catalog: pg.Pool,
  workflow: (id: string) => Promise<WorkflowHandle>,
  id: string,
): Promise<string | null> {
  const projects = (await listProjects(catalog)).filter(({ archived_at }) => archived_at === null)
  const found = await pMap(
    projects,
    async (project) => ((await isRunning(workflow, operationWorkflowId(project.id, id))) ? [project.id] : []),
    { concurrency: LOOKS_AT_ONCE },
  )
  return found.flat()[0] ?? null
}

async function isRunning(workflow: (id: string) => Promise<WorkflowHandle>, id: string): Promise<boolean> {
  const described = await orNull(async () => await (await workflow(id)).describe())
  return described?.status.name === 'RUNNING'
}
