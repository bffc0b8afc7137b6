/** What an operation is trying again and again, or what nobody does, which only Temporal knows: the catalog may be what it cannot use. */
import { type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client'
import pMap from 'p-map'
import type { WaitsOn } from '../../contract/documents.ts'
import type { ErrorCode } from '../../contract/errors/errorCodes.ts'
import { type OperationProgress, QUERY_STATUS } from '../../contract.ts'
import { within } from '../../within.ts'
import { failingIn, isIdle, type Raw, untakenIn, waiting } from './pendingWork.ts'

/** A person waits; what the ledger says is told at once in any case. */
const WITHIN_MS = 2_000

/** Children looked at on each level, and how many of them together. */
const MOST_CHILDREN = 32
const LOOKS_AT_ONCE = 16
/** The operation, a cohort, a tenant. */
const LEVELS = 3

/** Where nothing drives the operation any more; whoever asks looks first whether it has ended meanwhile. */
export const RUN_GONE: ErrorCode = 'RUN_GONE'

/**
 * The first piece of work that has failed and is tried again, or that nobody takes up; of an operation `atWork` also what it
 * waits for itself. Null also when Temporal does not answer soon.
 */
export async function waitsOn(
  workflow: (id?: string) => Promise<WorkflowHandle>,
  atWork: boolean,
): Promise<WaitsOn | null> {
  const { found, idle } = (await within(WITHIN_MS, seen(workflow))) ?? { found: null, idle: false }
  if (found !== null || !idle || !atWork) return found
  return await within(
    WITHIN_MS,
    askWorkflow(workflow).catch(() => null),
  )
}

interface Seen {
  readonly found: WaitsOn | null
  /** Nothing of the operation is under way: it waits for a time, or for a person. */
  readonly idle: boolean
}

async function seen(workflow: (id?: string) => Promise<WorkflowHandle>): Promise<Seen> {
  try {
    return await look(workflow, [undefined], 1)
  } catch (error) {
    return { found: error instanceof WorkflowNotFoundError ? GONE : null, idle: false }
  }
}

/** Between two tries of what fails for good, and between waves, nothing is under way: the workflow itself knows why. */
async function askWorkflow(workflow: () => Promise<WorkflowHandle>): Promise<WaitsOn | null> {
  const { status, step, problems, wave } = await (await workflow()).query<OperationProgress>(QUERY_STATUS)
  const [problem] = problems
  if (problem !== undefined) return waiting(step ?? status, 1, problem.errorCode, problem.error)
  if (wave?.soaking !== true) return null
  return waiting('soak', 0, 'SOAKING', `Wave ${wave.number} of ${wave.of} is over, and the next one has not begun.`)
}

async function look(
  workflow: (id?: string) => Promise<WorkflowHandle>,
  ids: readonly (string | undefined)[],
  level: number,
): Promise<Seen> {
  const looks = await pMap(ids, (id) => lookAt(workflow, id, level), { concurrency: LOOKS_AT_ONCE })
  if (level === 1 && looks[0]?.ended === true) return { found: GONE, idle: false }
  const raws = looks.flatMap(({ raw }) => (raw === null ? [] : [raw]))
  const failing = firstOf(raws, failingIn)
  if (failing !== null) return { found: failing, idle: false }
  const children = raws.flatMap(
    ({ pendingChildren }) => pendingChildren?.flatMap(({ workflowId }) => workflowId ?? []) ?? [],
  )
  if (level < LEVELS && children.length > 0) {
    const below = await look(workflow, children.slice(0, MOST_CHILDREN), level + 1)
    if (below.found !== null) return below
  }
  return { found: firstOf(raws, untakenIn), idle: raws.every(isIdle) }
}

function firstOf(raws: readonly Raw[], look: (raw: Raw) => WaitsOn | null): WaitsOn | null {
  for (const raw of raws) {
    const found = look(raw)
    if (found !== null) return found
  }
  return null
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

const GONE = waiting(
  'workflow',
  0,
  RUN_GONE,
  'No workflow drives the operation: somebody has terminated it. `schema-saga reconcile` starts it again.',
)
