/** Activities which read and write the catalog: unpack, call, return data. */
import type pg from 'pg'
import type { CatalogActivities, PlannedOperation } from '../contract.ts'
import { RequestRefused } from '../errors.ts'
import { isRevert, parseOperationRequest, summaryOfRequest } from '../logical/revertRequest.ts'
import { writeAudit } from '../postgres/catalog/audit.ts'
import { publishCache } from '../postgres/catalog/cache.ts'
import { beginCompensation, closeOperation, markNeedsRepair } from '../postgres/catalog/closeOperation.ts'
import { readOperationDocument } from '../postgres/catalog/documents.ts'
import { openOperation } from '../postgres/catalog/openOperation.ts'
import { readRequest, requireOperation } from '../postgres/catalog/operations.ts'
import { persistSchema } from '../postgres/catalog/persist.ts'
import { planRequest } from '../postgres/catalog/planRequest.ts'
import { planFor, planOfAttempt, recordPlan } from '../postgres/catalog/plans.ts'
import { requireProject } from '../postgres/catalog/projects.ts'
import { countTenantStates, recordStep, recordUndone, startTarget } from '../postgres/catalog/steps.ts'
import { listCohorts, listCohortTargets } from '../postgres/catalog/tenants.ts'
import { releaseTurn, takeTurn } from '../postgres/catalog/turn.ts'
import { contentHash, parseRequest } from '../request.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { capSql } from './planResult.ts'

/** The catalog activities. */
export function createCatalogActivities({ catalog }: ActivityDependencies): CatalogActivities {
  return {
    openOperation: async ({ workflowId, runId, firstRunId, ...input }) => {
      const { project, operationId, mutation, options, actor, retryOf } = parseRequest(input)
      const type = mutation.type
      const hash = contentHash(mutation)
      const request = { projectId: project, operationId, type, mutation, contentHash: hash, options, actor }
      const run = { workflowId, runId, firstRunId, ...(retryOf !== undefined && { retryOf }) }
      const operation = await openOperation(catalog, { ...request, ...run })
      const { base } = await requireProject(catalog, project)
      const { attempt, startCount: start } = operation
      return { type, attempt, start, options, base, summary: summaryOfRequest(mutation) }
    },
    takeTurn: ({ operationId, runId }) => takeTurn(catalog, { operationId, firstRunId: runId }),
    planOperation: ({ operationId }) => planOnce(catalog, operationId),
    recordStep: (step) => recordStep(catalog, step),
    recordUndone: (step) => recordUndone(catalog, step),
    startTarget: (step) => startTarget(catalog, step),
    listCohorts: async (request) => ({ cohorts: await listCohorts(catalog, request) }),
    listCohortTargets: async (request) => ({ targets: await listCohortTargets(catalog, request) }),
    countTenants: ({ operationId }) => countTenantStates(catalog, operationId),
    persistSchema: (request) => persistSchema(catalog, request),
    beginCompensation: (request) => beginCompensation(catalog, request),
    markNeedsRepair: (request) => markNeedsRepair(catalog, request),
    closeOperation: (request) => closeOperation(catalog, request),
    releaseTurn: ({ operationId }) => releaseTurn(catalog, operationId),
    publishCache: ({ operationId }) => publishCache(catalog, operationId),
    readOperation: async ({ operationId }) => {
      const document = await readOperationDocument(catalog, operationId)
      if (document === null) throw new RequestRefused('OPERATION_NOT_FOUND', `Operation "${operationId}" is gone.`)
      return document
    },
    audit: async ({ operationId, actor, action, note }) => {
      const { projectId } = await requireOperation(catalog, operationId)
      await writeAudit(catalog, { projectId, operationId, actor, action, details: note === undefined ? {} : { note } })
    },
  }
}

/** Plans an attempt once: a repetition returns the stored plan, so that new planner code cannot change a running operation. */
async function planOnce(catalog: pg.Pool, operationId: string): Promise<PlannedOperation> {
  const { projectId, mutation, options } = await readRequest(catalog, operationId)
  const project = await requireProject(catalog, projectId)
  const request = parseOperationRequest(mutation)
  // A plan of an earlier attempt is as good as ever while the schema is the one that it was made for.
  const stored = (await planOfAttempt(catalog, operationId)) ?? (await planFor(catalog, operationId, project.revision))
  // What a revert needs may have been purged since its plan was stored.
  const fresh =
    stored === null || isRevert(request) ? await planRequest(catalog, project, { operationId, request }) : stored
  const made = stored ?? fresh
  if (options.planHash !== undefined && options.planHash !== made.hash) {
    throw new RequestRefused('PLAN_CHANGED', 'The plan is not the one that was asked for: look at it again.', {
      details: { hash: made.hash },
    })
  }
  const { plan, tenants } = await recordPlan(catalog, operationId, made, project.base)
  return { ...capSql(plan), tenants }
}
