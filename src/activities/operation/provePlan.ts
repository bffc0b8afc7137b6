/** The proof of a plan that nobody has submitted: what an operation would be told before it begins. */
import type { FleetActivities, ProofDocument, ProvenPlan, ShownStage } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import { isRevert, isSql, parseOperationRequest } from '../../logical/parse/revertRequest.ts'
import { keptRequest, requireShort } from '../../logical/parse/sqlRequest.ts'
import type { Plan } from '../../physical/plan/plan.ts'
import { shownStage } from '../../physical/plan/shownStage.ts'
import { holderOfTurn } from '../../postgres/catalog/operations/turn.ts'
import { requireKind, requireTypeOfKind } from '../../postgres/catalog/projects/kind.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import { keepTexts } from '../../postgres/catalog/sql/changes.ts'
import { appliedAlready, wantedBy } from '../../postgres/catalog/sql/previewChange.ts'
import { wantedBack } from '../../postgres/catalog/sql/revertChange.ts'
import { type ProvenChange, provenChange } from '../../postgres/proof/planChange.ts'
import type { PlanningOfSql } from '../../postgres/proof/proofOf.ts'
import { copying } from './copying.ts'
import { GATED } from './planBySql.ts'

const MOST_NAMED = 500

/** As much as a workflow's result may well hold. */
const MOST_BYTES = 256 * 1024

/** Keeps nothing but texts, which are not in histories. Errors: `PROJECT_KIND`, `IN_PROGRESS`, and those of planning. */
export async function provePlan(
  given: PlanningOfSql,
  { project: id, mutation }: Pick<Parameters<FleetActivities['provePlan']>[0], 'project' | 'mutation'>,
): Promise<ProvenPlan> {
  const deps = copying(given)
  const { catalog } = deps
  const request = parseOperationRequest(mutation)
  requireShort(request)
  const project = await requireProject(catalog, id)
  requireKind(project, 'sql')
  requireTypeOfKind(project, request.type)
  const holder = await holderOfTurn(catalog, id)
  if (holder !== null) {
    const text = `Operation "${holder.operationId}" may be changing the base of project "${id}": prove it when that has ended.`
    throw new RequestRefused('IN_PROGRESS', text)
  }
  if (isRevert(request))
    return shown(await provenChange(deps, project, await wantedBack(catalog, project, request.operation_id)))
  if (!isSql(request)) throw new Error(`A project of SQL has no plan for ${request.type}.`)
  await keepTexts(catalog, request)
  const wanted = wantedBy(keptRequest(request))
  const applied = await appliedAlready(catalog, project, wanted)
  if (applied !== null) return { hash: applied.hash, hazards: [], compensation: [], proof: null }
  return shown(await provenChange(deps, project, wanted))
}

function shown({ plan, proof: { footprint } }: ProvenChange): ProvenPlan {
  const { hash, hazards, sqlChange } = plan
  if (sqlChange === undefined) throw new Error('The plan of a change by SQL lacks the change.')
  const { changed = [], touched, wayBack, whyNoWayBack = null, rowsNotProven } = sqlChange
  const { stages, leftOut } = capped(plan)
  const rows = new Set([...footprint.rowsWritten, ...rowsNotProven.flatMap(({ tables }) => tables)])
  const proof: ProofDocument = {
    way_back: wayBack,
    why_no_way_back: whyNoWayBack,
    to_allow: toAllow(plan),
    alters: changed.slice(0, MOST_NAMED).map((each) => each.replace(/^\S+/, (kind) => kind.replaceAll('_', ' '))),
    alters_left_out: Math.max(0, changed.length - MOST_NAMED),
    touches: touched.slice(0, MOST_NAMED),
    touches_left_out: Math.max(0, touched.length - MOST_NAMED),
    rows_not_proven: [...rows].sort().slice(0, MOST_NAMED),
    sql_left_out: leftOut,
  }
  return { hash, hazards, compensation: stages, proof }
}

/** Of rows that are written, only a way back that is there has something to lose by not being allowed. */
function toAllow({ hazards, sqlChange }: Plan): readonly string[] {
  const gated = sqlChange?.wayBack === 'none' ? GATED : [...GATED, 'WRITES_ROWS']
  return gated.filter((name) => hazards.some((each) => each.name === name))
}

function capped({ compensation }: Plan): { readonly stages: readonly ShownStage[]; readonly leftOut: number } {
  let room = MOST_BYTES
  let leftOut = 0
  const stages = compensation.map(shownStage).map((stage) => ({
    ...stage,
    sql: stage.sql.filter((sql) => {
      room -= Buffer.byteLength(sql)
      if (room < 0) leftOut += 1
      return room >= 0
    }),
  }))
  return { stages, leftOut }
}
