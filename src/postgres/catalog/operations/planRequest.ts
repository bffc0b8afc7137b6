/** From what was asked for to a plan for the project as it is now. */
import { isRevert, type OperationRequest } from '../../../logical/parse/revertRequest.ts'
import type { SqlRequest } from '../../../logical/parse/sqlRequest.ts'
import type { Plan } from '../../../physical/plan/plan.ts'
import { planMutation } from '../../../physical/plan/planMutation.ts'
import { planRevert } from '../../../physical/plan/planRevert.ts'
import type { Queryable } from '../pool.ts'
import type { Project } from '../projects/projects.ts'
import { readRevertFacts } from './reverts.ts'

/** Plans a request to a project of models; changes nothing. Errors: those of the mutation; `REVERT_BLOCKED`, `NOT_APPLICABLE` of a revert. */
export async function planRequest(
  db: Queryable,
  { id, schema, revision }: Pick<Project, 'id' | 'schema' | 'revision'>,
  { operationId, request }: { readonly operationId: string; readonly request: Exclude<OperationRequest, SqlRequest> },
): Promise<Plan> {
  if (!isRevert(request)) return planMutation({ schema, revision, mutation: request, operationId })
  return planRevert({ schema, revision, operationId, ...(await readRevertFacts(db, id, request.operation_id)) })
}
