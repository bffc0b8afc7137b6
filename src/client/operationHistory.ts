/** The history of an operation: what people wrote is told to those who may apply it. */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { defaultActor } from '../config.ts'
import { inspectWorkflowId } from '../contract.ts'
import type { Plan, Stage } from '../physical/plan/plan.ts'
import { readOperationHistory } from '../postgres/catalog/operations/documents.ts'
import type { OperationHandle, OperationHistory } from './operationHandle.ts'
import { runWorkflow, type WorkflowAccess } from './workflows.ts'

/** Asks a worker, where the hook that allows things is. Errors: `FORBIDDEN`, `TEMPORAL_UNREACHABLE`. */
export type AllowTexts = (actor: string) => Promise<void>

/** Of an operation of that project. */
export function textsAllowed(access: WorkflowAccess, project: string, operation: string): AllowTexts {
  return async (actor) => {
    await runWorkflow(access, 'inspectFleet', [{ project, kind: 'texts', operation, actor }], {
      workflowId: inspectWorkflowId(project, 'texts', randomUUID()),
      staticSummary: `texts of ${operation} for ${actor}`,
    })
  }
}

/** The method of a handle. */
export function historyOf(catalog: pg.Pool, id: string, allowTexts: AllowTexts): OperationHandle['history'] {
  return async ({ texts = false, actor = defaultActor() } = {}): Promise<OperationHistory> => {
    const history = await readOperationHistory(catalog, id)
    const isSql = history.plans.some(({ sqlChange }) => sqlChange !== undefined)
    if (!isSql) return { ...history, texts_left_out: false }
    if (texts) await allowTexts(actor)
    return { ...history, plans: texts ? history.plans : history.plans.map(withoutTexts), texts_left_out: !texts }
  }
}

/** Statements may hold what is nobody else's: rows that they insert, passwords. Their places stay. */
function withoutTexts(plan: Plan): Plan {
  if (plan.sqlChange === undefined) return plan
  return { ...plan, forward: plan.forward.map(bare), compensation: plan.compensation.map(bare) }
}

function bare({ script, batch, ...stage }: Stage): Stage {
  return {
    ...stage,
    sql: [],
    ...(script !== undefined && { script: script.map((step) => ({ ...step, sql: [] })) }),
    ...(batch !== undefined && { batch: { ...batch, head: [], condition: null } }),
  }
}
