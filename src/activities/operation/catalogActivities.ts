/** Activities which read and write the catalog: unpack, call, return data. */

import { contentHash, parseRequest } from '../../contract/request.ts'
import type { CatalogActivities } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import { summaryOfRequest } from '../../logical/parse/revertRequest.ts'
import { requireShort } from '../../logical/parse/sqlRequest.ts'
import { writeAudit } from '../../postgres/catalog/audit.ts'
import { publishAtOnce, publishCache, publishCacheTo } from '../../postgres/catalog/cache.ts'
import { storeInWords } from '../../postgres/catalog/cacheStore.ts'
import { beginCompensation, closeOperation, markNeedsRepair } from '../../postgres/catalog/operations/close.ts'
import { countTenants } from '../../postgres/catalog/operations/counts.ts'
import { readOperationRecord } from '../../postgres/catalog/operations/documents.ts'
import { persistSchema } from '../../postgres/catalog/operations/persist.ts'
import { findOperation, requireOperation, setParallelism, setPaused } from '../../postgres/catalog/operations/read.ts'
import { openOperation } from '../../postgres/catalog/operations/submit.ts'
import { releaseTurn } from '../../postgres/catalog/operations/turn.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import { keepTexts } from '../../postgres/catalog/sql/changes.ts'
import { beginStep } from '../../postgres/catalog/steps/aggregate.ts'
import { recordStep, recordUndone, startTarget } from '../../postgres/catalog/steps/one.ts'
import { listCohorts, listCohortTargets } from '../../postgres/catalog/tenants/list.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { planOnce, resumedOperation } from './planOperation.ts'
import { takeTurnOrRevive } from './turnActivities.ts'

/** The catalog activities. */
export function createCatalogActivities(deps: ActivityDependencies): CatalogActivities {
  const { catalog } = deps
  const store = deps.hooks.cacheStore === undefined ? null : storeInWords(deps.hooks.cacheStore)
  return {
    openOperation: async ({ workflowId, runId, firstRunId, ...input }) => {
      const { project, operationId, mutation: given, options, actor, retryOf } = parseRequest(input)
      requireShort(given)
      const mutation = await keepTexts(catalog, given)
      const type = mutation.type
      const hash = contentHash(mutation)
      const request = { projectId: project, operationId, type, mutation, contentHash: hash, options, actor }
      const closedRunId = await closedRunOf(deps, operationId, firstRunId)
      const run = { workflowId, runId, firstRunId, ...(retryOf !== undefined && { retryOf }) }
      const proof = closedRunId === undefined ? {} : { closedRunId }
      const operation = await openOperation(catalog, { ...request, ...run, ...proof })
      const { attempt, startCount: start, paused, haltedAt, parallel } = operation
      const [{ base, settings, kind }, resumed] = await Promise.all([
        requireProject(catalog, project),
        resumedOperation(catalog, operationId),
      ])
      // A durable schema has given its turn back, or does so soon.
      const needsTurn = resumed?.from !== 'durable'
      return {
        type,
        attempt,
        start,
        base,
        options: parallel === null ? options : { ...options, parallel },
        summary: summaryOfRequest(mutation),
        paused,
        cacheAlarmAfterMs: settings.cache_alarm_after_ms,
        ...(deps.hooks.authorize !== undefined && { authorizes: true }),
        ...(settings.tenants_from === 'hook' && { syncsTenants: true }),
        ...(kind === 'sql' && { proves: true }),
        ...(resumed !== undefined && { resumed }),
        ...(haltedAt !== null && { haltedAt }),
        ...(needsTurn && { turn: await takeTurnOrRevive(deps, { operationId, runId: firstRunId }) }),
      }
    },
    takeTurn: (request) => takeTurnOrRevive(deps, request),
    planOperation: ({ operationId }) => planOnce(deps, operationId),
    recordStep: (step) => recordStep(catalog, step),
    recordUndone: (step) => recordUndone(catalog, step),
    startTarget: (step) => startTarget(catalog, step),
    listCohorts: async (request) => ({ cohorts: await listCohorts(catalog, request) }),
    listCohortTargets: async (request) => {
      if (request.select === 'behind') await beginStep(catalog, request.operationId, 'tenant_ddl')
      return { targets: await listCohortTargets(catalog, request) }
    },
    countTenants: ({ operationId }) => countTenants(catalog, operationId),
    setParallelism: (request) => setParallelism(catalog, request),
    setPaused: (request) => setPaused(catalog, request),
    persistSchema: async (request) => {
      const outcome = await persistSchema(catalog, request)
      // Only once the turn is given back: until then readers keep what they have. An embedder's store may take its time.
      const isOver = outcome.turn !== undefined && store === null
      return isOver && (await publishAtOnce(catalog, request.operationId)) ? { ...outcome, published: true } : outcome
    },
    beginCompensation: (request) => beginCompensation(catalog, request),
    markNeedsRepair: (request) => markNeedsRepair(catalog, request),
    closeOperation: (request) => closeOperation(catalog, request),
    releaseTurn: ({ operationId }) => releaseTurn(catalog, operationId),
    publishCache: async ({ operationId }) => {
      const published =
        store === null ? publishCache(catalog, operationId) : publishCacheTo(store, catalog, operationId)
      return { ...(await published), recorded: true }
    },
    readOperation: async ({ operationId }) => {
      const document = await readOperationRecord(catalog, operationId)
      if (document === null) throw new RequestRefused('OPERATION_NOT_FOUND', `Operation "${operationId}" is gone.`)
      return document
    },
    audit: async ({ operationId, actor, action, note }) => {
      const { projectId } = await requireOperation(catalog, operationId)
      await writeAudit(catalog, { projectId, operationId, actor, action, details: note === undefined ? {} : { note } })
    },
  }
}

/** The run before this one, when it is over: the proof that nobody else is at work on the operation's targets. */
async function closedRunOf(
  { catalog, runs }: ActivityDependencies,
  operationId: string,
  firstRunId: string,
): Promise<string | undefined> {
  const known = await findOperation(catalog, operationId)
  if (known === null || known.firstRunId === firstRunId || known.turn !== 'holding') return undefined
  return (await runs.isClosed(known.workflowId, known.runId)) ? known.runId : undefined
}
