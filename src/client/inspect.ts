/** Looks at a fleet: a workflow does the work, because only workers hold connection strings. */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { ResultOf } from '../contract/workflows.ts'
import { type InspectFleetInput, inspectWorkflowId } from '../contract.ts'
import { findModel } from '../logical/find.ts'
import { requireModels } from '../postgres/catalog/projects/kind.ts'
import { requireProject } from '../postgres/catalog/projects/projects.ts'
import { requireTenant } from '../postgres/catalog/projects/targets.ts'
import type { SchemaSagaClient } from './types.ts'
import { runWorkflow, type WorkflowAccess } from './workflows.ts'

interface Dependencies extends WorkflowAccess {
  readonly catalog: pg.Pool
}

/** The client's looks at a fleet; what does not exist is refused before a workflow starts. */
export function inspection(deps: Dependencies): Pick<SchemaSagaClient, 'drift' | 'health'> {
  return {
    drift: async (project, { tenant } = {}) => {
      await requireProject(deps.catalog, project)
      if (tenant !== undefined) await requireTenant(deps.catalog, project, tenant)
      return await inspect(deps, { project, kind: 'drift', ...(tenant !== undefined && { tenant }) })
    },
    health: async (project, { models } = {}) => {
      const known = await requireProject(deps.catalog, project)
      requireModels(known)
      for (const name of models ?? []) findModel(known.schema, name)
      return await inspect(deps, { project, kind: 'health', ...(models !== undefined && { models }) })
    },
  }
}

/** The document is that of the kind; the workflow's own type cannot say so. */
async function inspect<Document extends ResultOf<'inspectFleet'>>(
  deps: WorkflowAccess,
  input: InspectFleetInput,
): Promise<Document> {
  return (await runWorkflow(deps, 'inspectFleet', [input], {
    workflowId: inspectWorkflowId(input.project, input.kind, randomUUID()),
    staticSummary: `${input.kind} of ${input.project}`,
  })) as Document
}
