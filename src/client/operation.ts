/** A handle on one operation: reads the ledger, and asks Temporal only what the ledger cannot know. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { WorkflowHandle } from '@temporalio/client'
import type pg from 'pg'
import {
  type AbortRequest,
  FINAL_STATUSES,
  type OperationDocument,
  type RepairRequest,
  SIGNAL_REPAIR,
  UPDATE_ABORT,
} from '../contract.ts'
import { RequestRefused } from '../errors.ts'
import { readOperationDocument, readOperationHistory, readTenantSteps } from '../postgres/catalog/documents.ts'
import { OperationFailed, OperationNeedsRepair } from './errors.ts'
import { asSagaError } from './temporal.ts'
import type { OperationHandle } from './types.ts'

/** How often the ledger is read while somebody watches, in ms. */
const POLL_MS = 250

/** What a handle needs; `workflow` is asked only while the ledger has no row yet, and to signal. */
export interface HandleDependencies {
  readonly catalog: pg.Pool
  readonly workflow: () => Promise<WorkflowHandle>
  /** Starts the workflow again for the attempt behind that one. */
  readonly startAttempt: (after: number, actor: string | undefined) => Promise<void>
}

/** The handle of an operation that exists, or that was just submitted and whose row is about to appear. */
export function operationHandle(id: string, { catalog, workflow, startAttempt }: HandleDependencies): OperationHandle {
  const show = async (): Promise<OperationDocument> => {
    const document = await readOperationDocument(catalog, id)
    if (document === null) throw new RequestRefused('OPERATION_NOT_FOUND', `Operation "${id}" does not exist.`)
    return document
  }
  const watch = async function* (): AsyncGenerator<OperationDocument> {
    let last = ''
    for (let polls = 0; ; polls += 1) {
      const document = await readOperationDocument(catalog, id)
      if (document === null) {
        // Only every so often: Temporal is not the place to poll.
        if (polls % 8 === 7) await throwIfEnded(await workflow())
      } else {
        const seen = JSON.stringify(document)
        if (seen !== last) yield document
        last = seen
        if (hasEnded(document)) return
      }
      await sleep(POLL_MS)
    }
  }
  const untilAttempt = async (wanted: number): Promise<void> => {
    for (let polls = 0; (await show()).attempt < wanted; polls += 1) {
      if (polls % 8 === 7) await throwIfEnded(await workflow())
      await sleep(POLL_MS)
    }
  }
  return {
    id,
    show,
    watch,
    result: async () => {
      let document: OperationDocument | undefined
      for await (const seen of watch()) document = seen
      return resultOf(document ?? (await show()))
    },
    repair: async (request: RepairRequest) => {
      const { status } = await show()
      if (status !== 'needs_repair') {
        throw new RequestRefused('NOT_APPLICABLE', `Operation "${id}" is ${status}: there is nothing to repair.`)
      }
      await (await workflow()).signal(SIGNAL_REPAIR, request)
    },
    retry: async (by = {}) => {
      const { status, attempt } = await show()
      if (status === 'committed') {
        throw new RequestRefused('ALREADY_COMMITTED', `Operation "${id}" has committed already.`)
      }
      if (status === 'needs_repair') {
        await (await workflow()).signal(SIGNAL_REPAIR, { action: 'retry', ...by })
      } else if (FINAL_STATUSES.includes(status)) {
        await startAttempt(attempt, by.actor)
      } else {
        throw new RequestRefused('IN_PROGRESS', `Operation "${id}" is ${status}: it is in progress.`)
      }
      await untilAttempt(attempt + 1)
    },
    abort: async (by = {}) => {
      const { status } = await show()
      if (FINAL_STATUSES.includes(status)) {
        throw new RequestRefused('NOT_APPLICABLE', `Operation "${id}" is ${status}: it cannot be aborted any more.`)
      }
      try {
        await (await workflow()).executeUpdate<void, [AbortRequest]>(UPDATE_ABORT, { args: [by] })
      } catch (error) {
        throw asSagaError(error)
      }
    },
    history: () => readOperationHistory(catalog, id),
    tenants: (page = {}) => readTenantSteps(catalog, id, page),
  }
}

function hasEnded(document: OperationDocument): boolean {
  return FINAL_STATUSES.includes(document.status) || document.status === 'needs_repair'
}

function resultOf(document: OperationDocument): OperationDocument {
  if (document.status === 'committed') return document
  if (document.status === 'needs_repair') throw new OperationNeedsRepair(document)
  throw new OperationFailed(document)
}

/** A workflow that was refused by its first activity leaves no row: its failure is the answer. */
async function throwIfEnded(workflow: WorkflowHandle): Promise<void> {
  const { status } = await workflow.describe()
  if (status.name === 'RUNNING') return
  try {
    await workflow.result()
  } catch (error) {
    throw asSagaError(error)
  }
}
