/** What an operation is trying again and again, or what nobody does, which only Temporal knows: the catalog may be what it cannot use. */
import { type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client'
import pMap from 'p-map'
import type { WaitsOn } from '../contract/documents.ts'
import { asErrorCode, ERRORS, type ErrorCode } from '../contract/errors/errorCodes.ts'
import { within } from '../within.ts'

/** A person waits; what the ledger says is told at once in any case. */
const WITHIN_MS = 2_000

/** Children looked at on each level, and how many of them together. */
const MOST_CHILDREN = 32
const LOOKS_AT_ONCE = 16
/** The operation, a cohort, a tenant. */
const LEVELS = 3

/** An activity that has failed once may be between two tries as a matter of course; a task that has, may not. */
const LEAST_TASK_TRIES = 3

/** Work that a worker which is not busy takes up within milliseconds. */
const LEAST_UNTAKEN_MS = 10_000

/** Of activities and tasks alike, in Temporal's API. */
const SCHEDULED = 1

type Description = Awaited<ReturnType<WorkflowHandle['describe']>>
type Raw = Description['raw']
type PendingActivity = NonNullable<Raw['pendingActivities']>[number]
type Moment = PendingActivity['scheduledTime']

/** Where nothing drives the operation any more; whoever asks looks first whether it has ended meanwhile. */
export const RUN_GONE: ErrorCode = 'RUN_GONE'

/** The first piece of work that has failed and is tried again, or that nobody takes up; null also when Temporal does not answer soon. */
export async function waitsOn(workflow: (id?: string) => Promise<WorkflowHandle>): Promise<WaitsOn | null> {
  return await within(
    WITHIN_MS,
    look(workflow, [undefined], 1).catch((error: unknown) => (error instanceof WorkflowNotFoundError ? GONE : null)),
  )
}

async function look(
  workflow: (id?: string) => Promise<WorkflowHandle>,
  ids: readonly (string | undefined)[],
  level: number,
): Promise<WaitsOn | null> {
  const seen = await pMap(ids, (id) => lookAt(workflow, id, level), { concurrency: LOOKS_AT_ONCE })
  if (level === 1 && seen[0]?.ended === true) return GONE
  const raws = seen.flatMap(({ raw }) => (raw === null ? [] : [raw]))
  const failing = raws.map(failingIn).find((found) => found !== null)
  if (failing !== undefined) return failing
  const children = raws.flatMap(
    ({ pendingChildren }) => pendingChildren?.flatMap(({ workflowId }) => workflowId ?? []) ?? [],
  )
  const below =
    level === LEVELS || children.length === 0 ? null : await look(workflow, children.slice(0, MOST_CHILDREN), level + 1)
  return below ?? raws.map(untakenIn).find((found) => found !== null) ?? null
}

/** A child may end while it is looked for. */
async function lookAt(
  workflow: (id?: string) => Promise<WorkflowHandle>,
  id: string | undefined,
  level: number,
): Promise<{ readonly raw: Raw | null; readonly ended: boolean }> {
  try {
    const { raw, status } = await (await workflow(id)).describe()
    return { raw, ended: status.name !== 'RUNNING' }
  } catch (error) {
    if (level > 1 && error instanceof WorkflowNotFoundError) return { raw: null, ended: true }
    throw error
  }
}

function failingIn({ pendingActivities, pendingWorkflowTask }: Raw): WaitsOn | null {
  const failing = pendingActivities?.find(({ lastFailure }) => lastFailure != null)
  if (failing !== undefined) return activityOf(failing)
  const tries = pendingWorkflowTask?.attempt ?? 0
  return tries >= LEAST_TASK_TRIES ? waiting('workflow task', tries, 'UNEXPECTED', TASK_FAILS) : null
}

const TASK_FAILS =
  "The workflow's code fails, or is of another release than its history: the worker's log says why, and it continues once that is fixed."

/** Work that has been lying about. */
function untakenIn({ pendingActivities, pendingWorkflowTask }: Raw): WaitsOn | null {
  const task = pendingWorkflowTask
  if (task?.state === SCHEDULED && isOld(task.originalScheduledTime)) return untaken('workflow task')
  const activity = pendingActivities?.find(({ state, scheduledTime }) => state === SCHEDULED && isOld(scheduledTime))
  return activity === undefined ? null : untaken(activity.activityType?.name ?? 'an activity')
}

function isOld(at: Moment): boolean {
  return at != null && Date.now() - Number(at.seconds ?? 0) * 1_000 >= LEAST_UNTAKEN_MS
}

function untaken(work: string): WaitsOn {
  return waiting(work, 0, 'NO_WORKER', `No worker has taken it up for ${LEAST_UNTAKEN_MS / 1_000} s or more.`)
}

const GONE = waiting(
  'workflow',
  0,
  RUN_GONE,
  'No workflow drives the operation: somebody has terminated it. `schema-saga reconcile` starts it again.',
)

function activityOf({ activityType, attempt, lastFailure }: PendingActivity): WaitsOn {
  const work = activityType?.name ?? 'an activity'
  const tries = attempt ?? 1
  if (lastFailure?.timeoutFailureInfo != null) return waiting(work, tries, 'NO_WORKER', OUT_OF_TIME)
  const code = codeOf(lastFailure?.applicationFailureInfo?.details?.payloads?.[0]?.data)
  return waiting(work, tries, code, lastFailure?.message ?? 'No reason is known.')
}

const OUT_OF_TIME = 'The worker that had it did not end it in time, or gave no sign of life: another try is due.'

function waiting(work: string, tries: number, code: string, error: string): WaitsOn {
  return { work, tries, error_code: code, error, advice: ERRORS[asErrorCode(code)].advice }
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
