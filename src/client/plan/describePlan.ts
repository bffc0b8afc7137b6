/**
 * `plan`: the planner is pure, and the catalog says how many targets there are. Only what the application's own code makes
 * of it is asked of the targets, by a worker.
 */
import type pg from 'pg'
import { hazardsOf } from '../../contract/application.ts'
import type { ApplicationLook, ApplicationQuestion, ProvenPlan } from '../../contract.ts'
import { isRevert, isSql, type OperationRequest, parseOperationRequest } from '../../logical/parse/revertRequest.ts'
import { changesOf, type KeptText, keptRequest, type SqlRequest } from '../../logical/parse/sqlRequest.ts'
import { type Change, kindOf } from '../../physical/changes/index.ts'
import { questionOf } from '../../physical/plan/applicationCode.ts'
import { PREVIEW } from '../../physical/plan/operationName.ts'
import type { Plan } from '../../physical/plan/plan.ts'
import { shownStage } from '../../physical/plan/shownStage.ts'
import { planRequest } from '../../postgres/catalog/operations/planRequest.ts'
import { requireKind, requireTypeOfKind } from '../../postgres/catalog/projects/kind.ts'
import { type Project, requireProject } from '../../postgres/catalog/projects/projects.ts'
import { requireText } from '../../postgres/catalog/sql/changes.ts'
import { keptTexts, type NamedTexts } from '../../postgres/catalog/sql/changeTexts.ts'
import { previewChange, wantedBy } from '../../postgres/catalog/sql/previewChange.ts'
import { wantedBack } from '../../postgres/catalog/sql/revertChange.ts'
import { countTargets } from '../../postgres/catalog/tenants/list.ts'
import type { PlanDocument, PlannedChange } from './document.ts'

/** How the targets are looked at; in words, why they could not be. */
export type LookAtApplication = (project: string, question: ApplicationQuestion) => Promise<ApplicationLook | string>

/** Has a change by SQL proven on the base. */
export type Prove = (project: string, request: OperationRequest) => Promise<ProvenPlan>

/** What the mutation would do to the project as it is now; changes nothing, and runs no text of it but to prove it. */
export async function describePlan(
  catalog: pg.Pool,
  project: string,
  mutation: unknown,
  lookAt: LookAtApplication,
  prove: Prove | null = null,
): Promise<PlanDocument> {
  const request = parseOperationRequest(mutation)
  const known = await requireProject(catalog, project)
  requireTypeOfKind(known, request.type)
  if (prove !== null) requireKind(known, 'sql', 'its plans are proven without a text to run, so ask for the plan alone')
  const plan = await previewOf(catalog, known, request)
  const proven = prove === null || plan.unchanged ? null : await prove(project, request)
  const tenants = await countTargets(catalog, project)
  const bases = known.base === null ? 0 : 1
  const runs = tenants.active + bases
  const counts = { to_do: plan.unchanged ? 0 : runs, done: plan.unchanged ? runs : 0, blocked: tenants.blocked }
  const question = questionOf(plan)
  const isAsked = runs > 0 && question.names.length + question.batches.length > 0
  const look = isAsked ? await lookAt(project, question) : null
  const document = planDocument(plan, { total: tenants.total + bases, ...counts }, look)
  return proven === null ? document : { ...document, ...proven }
}

/** Without a proof: that runs the text of a change by SQL. */
async function previewOf(catalog: pg.Pool, project: Project, request: OperationRequest): Promise<Plan> {
  if (isSql(request)) {
    const wanted = wantedBy(keptRequest(request))
    return await previewChange(catalog, project, wanted, await givenTexts(catalog, request))
  }
  if (project.kind === 'sql' && isRevert(request)) {
    const wanted = await wantedBack(catalog, project, request.operation_id)
    return await previewChange(catalog, project, wanted, await keptTexts(catalog, wanted.texts))
  }
  return await planRequest(catalog, project, { operationId: PREVIEW, request })
}

async function givenTexts(catalog: pg.Pool, request: SqlRequest): Promise<readonly NamedTexts[]> {
  const read = async (text: string | KeptText): Promise<string> =>
    typeof text === 'string' ? text : await requireText(catalog, text.sha256)
  const texts: NamedTexts[] = []
  for (const { name, up, down = null } of changesOf(request)) {
    texts.push({ name, up: await read(up), down: down === null ? null : await read(down) })
  }
  return texts
}

/** The plan as `--json` prints it. */
export function planDocument(
  plan: Plan,
  targets: PlanDocument['targets'],
  look: ApplicationLook | string | null = null,
): PlanDocument {
  const found = look === null || typeof look === 'string' ? null : look
  return {
    base_revision: plan.baseRevision,
    next_revision: plan.nextRevision,
    hash: plan.hash,
    unchanged: plan.unchanged,
    changes: plan.changes.map(describeChange),
    forward: plan.forward.map(shownStage),
    compensation: plan.compensation.map(shownStage),
    way_back: plan.sqlChange === undefined ? null : plan.sqlChange.down === null ? 'not given' : 'given',
    proof: null,
    settle: plan.settle,
    checks: plan.checks,
    hazards: [...plan.hazards, ...(found === null ? [] : hazardsOf(found))],
    code: found?.code ?? [],
    code_left_out: found?.code_left_out ?? 0,
    triggers: found?.triggers ?? [],
    triggers_left_out: found?.triggers_left_out ?? 0,
    looked_at: lookedAt(look, targets),
    targets,
  }
}

function lookedAt(
  look: ApplicationLook | string | null,
  { to_do }: PlanDocument['targets'],
): PlanDocument['looked_at'] {
  if (look === null) return null
  if (typeof look === 'string') return { targets: to_do, unreachable: to_do, problem: look }
  const { targets, unreachable, problems } = look
  const problem = problems.length === 0 ? null : problems.map(({ error }) => error).join(' ')
  return { targets, unreachable, problem }
}

/** A change with what a person wants to know of it: nothing here ever rewrites a table. */
function describeChange(change: Change): PlannedChange {
  const { lock, scans, toSql } = kindOf(change)
  const steps = toSql(change)
  return {
    ...change,
    alters: altersOf(change),
    transactional: steps.every((step) => step.kind === 'transaction'),
    lock,
    scans_table: scans,
    touches_rows: steps.some((step) => step.kind === 'backfill'),
  }
}

/** The table, and the column, constraint or index on it, as people call them before the change. */
function altersOf(change: Change): string {
  if (!('table' in change)) return change.from
  const table = typeof change.table === 'string' ? change.table : change.table.name
  const parts = partsOf(change)
  return parts.length === 0 ? table : parts.map((part) => `${table}.${part}`).join(', ')
}

function partsOf(change: Change): readonly string[] {
  if ('assignments' in change) return change.assignments.map(({ column }) => column)
  if ('from' in change) return [change.from]
  if ('column' in change) return [typeof change.column === 'string' ? change.column : change.column.name]
  if ('check' in change) return [change.check.name]
  if ('key' in change) return [change.key.name]
  return 'index' in change ? [change.index.name] : []
}
