/** `plan` without a worker: the planner is pure, and the catalog says how many targets there are. */
import type pg from 'pg'
import { parseOperationRequest } from '../logical/revertRequest.ts'
import { type Change, kindOf } from '../physical/changes/index.ts'
import type { Plan, Stage } from '../physical/plan.ts'
import { planRequest } from '../postgres/catalog/planRequest.ts'
import { requireProject } from '../postgres/catalog/projects.ts'
import { countTargets } from '../postgres/catalog/tenants.ts'
import type { PlanDocument } from './types.ts'

/** The operation id under which a plan that nobody submitted derives its names. */
const PREVIEW = 'plan'

/** What the mutation would do to the project as it is now; changes nothing. */
export async function describePlan(catalog: pg.Pool, project: string, mutation: unknown): Promise<PlanDocument> {
  const request = parseOperationRequest(mutation)
  const known = await requireProject(catalog, project)
  const plan = await planRequest(catalog, known, { operationId: PREVIEW, request })
  const tenants = await countTargets(catalog, project)
  const bases = known.base === null ? 0 : 1
  return planDocument(plan, {
    total: tenants.total + bases,
    to_do: plan.unchanged ? 0 : tenants.active + bases,
    done: plan.unchanged ? tenants.active + bases : 0,
    blocked: tenants.blocked,
  })
}

/** The plan as `--json` prints it. */
export function planDocument(plan: Plan, targets: PlanDocument['targets']): PlanDocument {
  const stage = ({ stage, kind, sql }: Stage) => ({ stage, kind, sql })
  return {
    base_revision: plan.baseRevision,
    next_revision: plan.nextRevision,
    hash: plan.hash,
    unchanged: plan.unchanged,
    changes: plan.changes.map(describeChange),
    forward: plan.forward.map(stage),
    compensation: plan.compensation.map(stage),
    settle: plan.settle,
    checks: plan.checks,
    hazards: plan.hazards,
    targets,
  }
}

/** A change with what a person wants to know of it: nothing here ever rewrites a table. */
function describeChange(change: Change): PlanDocument['changes'][number] {
  const { lock, scans, toSql } = kindOf(change)
  const steps = toSql(change)
  return {
    ...change,
    transactional: steps.every((step) => step.kind === 'transaction'),
    lock,
    rewrites_table: false,
    scans_table: scans,
    touches_rows: steps.some((step) => step.kind === 'backfill'),
  }
}
