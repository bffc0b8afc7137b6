/** What an operation is trying again and again, which only Temporal knows: the catalog may be what it cannot use. */
import type { WorkflowHandle } from '@temporalio/client'
import type { WaitsOn } from '../contract/documents.ts'
import { within } from '../within.ts'

/** A person waits; what the ledger says is told at once in any case. */
const WITHIN_MS = 2_000

/** Children looked at on each level: one that fails stands for the others. */
const MOST_CHILDREN = 3
/** The operation, a cohort, a tenant. */
const LEVELS = 3

/** An activity that has failed once may be between two tries as a matter of course; a task that has, may not. */
const LEAST_TASK_TRIES = 3

type Description = Awaited<ReturnType<WorkflowHandle['describe']>>
type PendingActivity = NonNullable<Description['raw']['pendingActivities']>[number]

/** The first piece of work that has failed and is tried again, or null; also when Temporal does not answer soon. */
export async function waitsOn(workflow: (id?: string) => Promise<WorkflowHandle>): Promise<WaitsOn | null> {
  return await within(
    WITHIN_MS,
    look(workflow, [undefined], 1).catch(() => null),
  )
}

async function look(
  workflow: (id?: string) => Promise<WorkflowHandle>,
  ids: readonly (string | undefined)[],
  level: number,
): Promise<WaitsOn | null> {
  const children: string[] = []
  for (const id of ids) {
    const { raw } = await (await workflow(id)).describe()
    const failing = raw.pendingActivities?.find(({ lastFailure }) => lastFailure != null)
    if (failing !== undefined) return activityOf(failing)
    const tries = raw.pendingWorkflowTask?.attempt ?? 0
    if (tries >= LEAST_TASK_TRIES) return { work: 'workflow task', tries, error_code: 'UNEXPECTED', error: TASK_FAILS }
    const running = raw.pendingChildren?.slice(0, MOST_CHILDREN) ?? []
    children.push(...running.flatMap(({ workflowId }) => workflowId ?? []))
  }
  return level === LEVELS || children.length === 0
    ? null
    : await look(workflow, children.slice(0, MOST_CHILDREN), level + 1)
}

const TASK_FAILS =
  "The workflow's code fails, or is of another release than its history: the worker's log says why, and it continues once that is fixed."

function activityOf({ activityType, attempt, lastFailure }: PendingActivity): WaitsOn {
  return {
    work: activityType?.name ?? 'an activity',
    tries: attempt ?? 1,
    error_code: codeOf(lastFailure?.applicationFailureInfo?.details?.payloads?.[0]?.data),
    error: lastFailure?.message ?? 'No reason is known.',
  }
}

function codeOf(data: Uint8Array | null | undefined): string {
  if (data == null) return 'UNEXPECTED'
  try {
    const { code } = JSON.parse(Buffer.from(data).toString('utf8')) as { code?: unknown }
    return typeof code === 'string' ? code : 'UNEXPECTED'
  } catch {
    return 'UNEXPECTED'
  }
}
