/** The plan of an operation on a project of SQL: proven on the base, and refused where it may do what nobody allowed. */
import { BASE_SCOPE, type OperationOptions, type OutcomePolicy } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import { isRevert, isSql, type OperationRequest } from '../../logical/parse/revertRequest.ts'
import { keptRequest } from '../../logical/parse/sqlRequest.ts'
import type { Plan } from '../../physical/plan/plan.ts'
import type { Project } from '../../postgres/catalog/projects/projects.ts'
import { keptTexts, readTexts } from '../../postgres/catalog/sql/changeTexts.ts'
import { appliedAlready, wantedBy } from '../../postgres/catalog/sql/previewChange.ts'
import { wantedBack } from '../../postgres/catalog/sql/revertChange.ts'
import { countTargets } from '../../postgres/catalog/tenants/list.ts'
import { planChange } from '../../postgres/proof/planChange.ts'
import type { PlanningOfSql } from '../../postgres/proof/proofOf.ts'
import { fullestTenant, rehearse } from '../../postgres/proof/rehearse.ts'
import type { SqlChange } from '../../sql/change/sqlChange.ts'
import { copying } from './copying.ts'
import { operationTargets } from './operationTargets.ts'
import { withKeptRows } from './withKeptRows.ts'

/** What was asked for, and how. */
export interface SqlOperation {
  readonly operationId: string
  readonly request: OperationRequest
  readonly options: OperationOptions
  readonly policy: OutcomePolicy
}

/** Errors: those of the texts and of the proof, `SQL_CHANGED`, `HAZARD_NOT_ALLOWED`, `NO_WAY_BACK`, `REVERT_BLOCKED`. */
export async function planBySql(given: PlanningOfSql, project: Project, operation: SqlOperation): Promise<Plan> {
  const deps = copying(given)
  const { request, operationId, options } = operation
  const back = isRevert(request) ? await wantedBack(deps.catalog, project, request.operation_id) : null
  const plan =
    back === null ? await forward(deps, project, operation) : await planChange(deps, project, back, operationId)
  if (plan.unchanged) return plan
  requireAllowed(plan, options.allow ?? [])
  const judged = await withKeptRows(
    deps,
    project,
    withoutUnseenRows(plan, options.allow ?? []),
    back === null ? options.keptRows : back.kept,
  )
  // A base alone rolls back by itself, and its rows are nobody's.
  const { total } = await countTargets(deps.catalog, project.id)
  if (total > 0) requireWayBack(judged, operation.policy)
  if (judged.sqlChange?.wayBack === 'none') await rehearseOn(deps, project, judged.sqlChange, options.rehearse)
  return judged
}

/** Before anything is changed for good: on the tenants that were named, or on the one with the most rows. */
async function rehearseOn(
  { catalog, targetPools }: PlanningOfSql,
  project: Project,
  change: SqlChange,
  named: readonly string[] | undefined,
): Promise<void> {
  const tenants = (await operationTargets(catalog, project.id)).filter(({ scope }) => scope !== BASE_SCOPE)
  const missing = (named ?? []).filter((id) => !tenants.some(({ scope }) => scope === id))
  if (missing.length > 0) {
    throw new RequestRefused(
      'TENANT_NOT_FOUND',
      `Project "${project.id}" has no active tenant ${missing.join(', ')} to rehearse on.`,
    )
  }
  const fullest = named === undefined ? await fullestTenant(targetPools, tenants, change) : null
  const chosen =
    named === undefined ? (fullest === null ? [] : [fullest]) : tenants.filter(({ scope }) => named.includes(scope))
  if (chosen.length === 0) return
  const { name, up: text } = change
  const { up } = await readTexts(catalog, project, await keptTexts(catalog, [{ name, up: text, down: null }]))
  for (const target of chosen) await rehearse(targetPools, target, up, change)
}

async function forward(deps: PlanningOfSql, project: Project, { request, operationId }: SqlOperation): Promise<Plan> {
  if (!isSql(request)) throw new Error(`A project of SQL has no plan for ${request.type}.`)
  const wanted = wantedBy(keptRequest(request))
  return (await appliedAlready(deps.catalog, project, wanted)) ?? (await planChange(deps, project, wanted, operationId))
}

/** Hazards that lose something; all others are told, and no more. */
export const GATED: readonly string[] = ['LOSES_DATA', 'GRANTS_LOST']

function requireAllowed({ hazards }: Plan, allowed: readonly string[]): void {
  const refused = hazards.filter(({ name }) => GATED.includes(name) && !allowed.includes(name))
  if (refused.length === 0) return
  const names = [...new Set(refused.map(({ name }) => name))]
  const told = refused.map(({ name, detail }) => `${name}: ${detail}`).join('; ')
  throw new RequestRefused(
    'HAZARD_NOT_ALLOWED',
    `${told}. Allow it by name if it is meant: --allow ${names.join(',')}.`,
  )
}

/** No record sees rows: a text that writes them leads back only for whoever says that this is enough. */
function withoutUnseenRows(plan: Plan, allowed: readonly string[]): Plan {
  const { sqlChange, hazards } = plan
  const writes = hazards.find(({ name }) => name === 'WRITES_ROWS')
  if (sqlChange === undefined || sqlChange.wayBack === 'none' || writes === undefined) return plan
  if (allowed.includes('WRITES_ROWS')) return plan
  const whyNoWayBack = `${writes.detail}, so nobody can prove that its \`down\` leads back; --allow WRITES_ROWS accepts that`
  return { ...plan, sqlChange: { ...sqlChange, wayBack: 'none', whyNoWayBack } }
}

function requireWayBack({ sqlChange }: Plan, policy: OutcomePolicy): void {
  if (sqlChange?.wayBack !== 'none' || policy !== 'compensate') return
  const why = sqlChange.whyNoWayBack ?? 'nothing was given for it'
  throw new RequestRefused(
    'NO_WAY_BACK',
    `"${sqlChange.name}" has no proven way back: ${why}. Give a \`down\`, or apply it with --on-tenant-failure hold or park, which never undo it.`,
  )
}
