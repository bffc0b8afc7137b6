/** A handle on one operation: reads the ledger, and asks Temporal only what the ledger cannot know. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client'
import type pg from 'pg'
import {
  type ControlRequest,
  FINAL_STATUSES,
  type OperationDocument,
  type RepairRequest,
  UPDATE_ABORT,
  UPDATE_PAUSE,
  UPDATE_PROMOTE_WAVE,
  UPDATE_REPAIR,
  UPDATE_RESUME,
  UPDATE_RETRY_TENANTS,
  UPDATE_SET_PARALLELISM,
  UPDATE_SKIP_TENANT,
} from '../contract.ts'
import { RequestRefused } from '../errors.ts'
import { readOperationDocument, readTenantSteps } from '../postgres/catalog/operations/documents.ts'
import { findOperation } from '../postgres/catalog/operations/read.ts'
import { OperationFailed, OperationNeedsRepair } from './errors.ts'
import type { OperationHandle } from './operationHandle.ts'
import { type AllowTexts, historyOf } from './operationHistory.ts'
import { asSagaError, throwIfEnded } from './temporal.ts'
import { readUnopened } from './unopened.ts'
import { RUN_GONE, waitsOn } from './waiting/waitsOn.ts'

/** How often the ledger is read while somebody watches, in ms. */
const POLL_MS = 250

/** What a handle needs; `workflow` is asked only while the ledger has no row yet, and to signal. */
export interface HandleDependencies {
  readonly catalog: pg.Pool
  /** That of the operation, or one of its children by its id. */
  readonly workflow: (id?: string) => Promise<WorkflowHandle>
  /** Starts the workflow again for the attempt behind that one. */
  readonly startAttempt: (after: number, actor: string | undefined) => Promise<void>
  readonly allowTexts: AllowTexts
}

/** The handle of an operation that exists, or that was just submitted and whose row is about to appear. */
export function operationHandle(
  id: string,
  { catalog, workflow, startAttempt, allowTexts }: HandleDependencies,
): OperationHandle {
  const read = async (): Promise<OperationDocument> => {
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
  // A document is dear where there are many tenants: it is read only once there is an end.
  const result = async (): Promise<OperationDocument> => {
    for (let polls = 0; ; polls += 1) {
      const known = await findOperation(catalog, id)
      if (known === null && polls % 8 === 7) await throwIfEnded(await workflow())
      if (known !== null && hasEnded(known)) {
        const document = await read()
        if (hasEnded(document)) return resultOf(document)
      }
      await sleep(POLL_MS)
    }
  }
  const show = async (): Promise<OperationDocument> => {
    const document = (await readOperationDocument(catalog, id)) ?? (await readUnopened(workflow, id)) ?? (await read())
    if (FINAL_STATUSES.includes(document.status)) return document
    const waits_on = await waitsOn(workflow, document.status === 'applying' && !document.paused)
    if (waits_on?.error_code !== RUN_GONE) return { ...document, waits_on }
    // It may have come to its end between the two looks.
    const now = await readOperationDocument(catalog, id)
    return now === null || FINAL_STATUSES.includes(now.status) ? (now ?? document) : { ...now, waits_on }
  }
  const update = async (name: string, request: ControlRequest): Promise<void> => {
    const { status } = await read()
    if (FINAL_STATUSES.includes(status)) {
      const verb = name === UPDATE_ABORT ? 'aborted' : 'steered'
      throw new RequestRefused('NOT_APPLICABLE', `Operation "${id}" is ${status}: it cannot be ${verb} any more.`)
    }
    await send(name, request)
  }
  const send = async (name: string, request: ControlRequest | RepairRequest): Promise<void> => {
    try {
      await (await workflow()).executeUpdate<void, [ControlRequest | RepairRequest]>(name, { args: [request] })
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw asSagaError(error)
      const text = `No workflow drives operation "${id}": \`schema-saga reconcile\` starts it again.`
      throw new RequestRefused('RUN_GONE', text)
    }
  }
  const untilAttempt = async (wanted: number): Promise<void> => {
    for (let polls = 0; ; polls += 1) {
      const { attempt, status } = await read()
      // What waits for its cache commits by itself, without another attempt.
      if (attempt >= wanted || status === 'committed') return
      if (polls % 8 === 7) await throwIfEnded(await workflow())
      await sleep(POLL_MS)
    }
  }
  // A held operation that was told to end still says that it is held, for a moment.
  const untilNotHeld = async (): Promise<void> => {
    for (let polls = 1; (await read()).error_code === 'HELD'; polls += 1) {
      if (polls % 8 === 0) await throwIfEnded(await workflow())
      await sleep(POLL_MS)
    }
  }
  return {
    id,
    show,
    watch,
    result,
    repair: async (request: RepairRequest) => {
      const { status } = await read()
      if (status !== 'needs_repair') {
        throw new RequestRefused('NOT_APPLICABLE', `Operation "${id}" is ${status}: there is nothing to repair.`)
      }
      await send(UPDATE_REPAIR, request)
    },
    retry: async (by = {}) => {
      const { status, attempt, revision } = await read()
      if (status === 'committed') {
        throw new RequestRefused('ALREADY_COMMITTED', `Operation "${id}" has committed already.`)
      }
      if (status === 'needs_repair') {
        // A durable schema waits for its cache: there is nothing to try again.
        if (revision === null) await send(UPDATE_REPAIR, { action: 'retry', ...by })
      } else if (FINAL_STATUSES.includes(status)) {
        await startAttempt(attempt, by.actor)
      } else {
        throw new RequestRefused('IN_PROGRESS', `Operation "${id}" is ${status}: it is in progress.`)
      }
      await untilAttempt(attempt + 1)
    },
    abort: async (by = {}) => {
      await update(UPDATE_ABORT, by)
      await untilNotHeld()
    },
    pause: (by = {}) => update(UPDATE_PAUSE, by),
    resume: (by = {}) => update(UPDATE_RESUME, by),
    skipTenant: (request) => update(UPDATE_SKIP_TENANT, request),
    retryTenants: (request = {}) => update(UPDATE_RETRY_TENANTS, request),
    setParallelism: (request) => update(UPDATE_SET_PARALLELISM, request),
    promoteWave: (by = {}) => update(UPDATE_PROMOTE_WAVE, by),
    history: historyOf(catalog, id, allowTexts),
    tenants: (page = {}) => readTenantSteps(catalog, id, page),
  }
}

function hasEnded({ status }: Pick<OperationDocument, 'status'>): boolean {
  return FINAL_STATUSES.includes(status) || status === 'needs_repair'
}

function resultOf(document: OperationDocument): OperationDocument {
  if (document.status === 'committed') return document
  if (document.status === 'needs_repair') throw new OperationNeedsRepair(document)
  throw new OperationFailed(document)
}
