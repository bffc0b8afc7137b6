/** Activities which read and write the catalog: unpack, call, return data. */
import type { CatalogActivities, PlannedOperation } from '../contract.ts'
import { RequestRefused } from '../errors.ts'
import type { Plan } from '../physical/plan.ts'
import { planMutation } from '../physical/planMutation.ts'
import { writeAudit } from '../postgres/catalog/audit.ts'
import { publishCache } from '../postgres/catalog/cache.ts'
import { readOperationDocument } from '../postgres/catalog/documents.ts'
import { openOperation, requireOperation } from '../postgres/catalog/operations.ts'
import { beginCompensation, closeOperation, markNeedsRepair, persistSchema } from '../postgres/catalog/persist.ts'
import { planOfAttempt, recordPlan } from '../postgres/catalog/plans.ts'
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
    openOperation: async ({ workflowId, runId: _, firstRunId, ...input }) => {
      const { project, operationId, mutation, options, actor } = parseRequest(input)
      const type = mutation.type
      const hash = contentHash(mutation)
      const request = { projectId: project, operationId, type, mutation, contentHash: hash, options, actor }
      const operation = await openOperation(catalog, { ...request, workflowId, firstRunId })
      const { base } = await requireProject(catalog, project)
      const { attempt, startCount: start } = operation
      return { type, attempt, start, options, base, summary: `${type} on ${project}` }
    },
    takeTurn: ({ operationId }) => takeTurn(catalog, operationId),
    planOperation: async ({ operationId }) => await planOnce({ catalog }, operationId),
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
async function planOnce(
  { catalog }: Pick<ActivityDependencies, 'catalog'>,
  operationId: string,
): Promise<PlannedOperation> {
  const document = await readOperationDocument(catalog, operationId)
  if (document === null) throw new RequestRefused('OPERATION_NOT_FOUND', `Operation "${operationId}" is gone.`)
  const { schema, revision, base } = await requireProject(catalog, document.project)
  const { mutation, options } = parseRequest({
    project: document.project,
    operationId,
    mutation: document.request,
    options: await optionsOf(catalog, operationId),
  })
  const stored = await planOfAttempt(catalog, operationId)
  const plan: Plan = stored ?? planMutation({ schema, revision, mutation, operationId })
  if (options.planHash !== undefined && options.planHash !== plan.hash) {
    throw new RequestRefused('PLAN_CHANGED', 'The plan is not the one that was asked for: look at it again.', {
      details: { hash: plan.hash },
    })
  }
  const tenants = await recordPlan(catalog, operationId, plan, base)
  return { ...capSql(plan), tenants }
}

async function optionsOf(catalog: ActivityDependencies['catalog'], operationId: string): Promise<unknown> {
  const { rows } = await catalog.query<{ options: unknown }>(
    'select options from schema_saga.operation where id = $1',
    [operationId],
  )
  return rows[0]?.options ?? {}
}
