/** The proof behind `plan --prove`: a worker runs the text on the base, as for an operation, and rolls it back. */
import { randomUUID } from 'node:crypto'
import { defaultActor } from '../../config.ts'
import { inspectWorkflowId, type ProvenPlan } from '../../contract.ts'
import { keepTexts } from '../../postgres/catalog/sql/changes.ts'
import type { SubmitDependencies } from '../submit.ts'
import { runWorkflow } from '../workflows.ts'
import type { Prove } from './describePlan.ts'

/** Asks a worker, and waits for it. Errors: those of planning an operation, `FORBIDDEN`, `IN_PROGRESS`. */
export function proveOnBase(deps: SubmitDependencies, actor: string = defaultActor()): Prove {
  return async (project, request) => {
    // Histories carry no texts: the worker is told by what the catalog keeps them.
    const mutation = await keepTexts(deps.catalog, request)
    const proven = await runWorkflow(deps, 'inspectFleet', [{ project, kind: 'proof', mutation, actor }], {
      workflowId: inspectWorkflowId(project, 'proof', randomUUID()),
      staticSummary: `proof of ${request.type} on ${project}`,
    })
    return proven as ProvenPlan
  }
}
