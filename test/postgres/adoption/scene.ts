/** A fleet with a history, whose tenants are restored, copied, taken out and taken in; what workflows would do, without them. */
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { createCatchUpActivities } from '../../../src/activities/fleet/catchUpActivities.ts'
import { createImportActivities } from '../../../src/activities/import/importActivities.ts'
import { createPreflightActivities } from '../../../src/activities/targets/preflightActivities.ts'
import type { CatchUpStep, ImportInput, ImportResult, Target, TargetProblem } from '../../../src/contract.ts'
import { provisionSql } from '../../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../../src/physical/project.ts'
import { renderFor } from '../../../src/physical/sql.ts'
import { loadPlan } from '../../../src/postgres/catalog/operations/plans.ts'
import { readSchema } from '../../../src/postgres/catalog/projects/projects.ts'
import { showTenant } from '../../../src/postgres/catalog/tenants/record.ts'
import { setTenantAside } from '../../../src/postgres/catalog/tenants/states.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { ACTIVITY_DEFAULTS } from '../../fixtures/activityDefaults.ts'
import type { ProjectFleet } from '../projectFleet.ts'

const actor = 'rosa'

// Refusals are what the tests ask for; their warnings would bury what matters.
const quietly = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') })

/** Revision 1: food(name, note). */
export const FOOD = {
  type: 'publish_schema_changeset',
  mutations: [
    { type: 'create_model', name: 'food' },
    { type: 'add_field', model_name: 'food', field_label: 'Name', field_type: 'text' },
    { type: 'add_field', model_name: 'food', field_label: 'Note', field_type: 'text' },
  ],
}

/** Adds a text field to food. */
export function adds(field_label: string): object {
  return { type: 'add_field', model_name: 'food', field_label, field_type: 'text' }
}

/** Renames or deletes a field of food. */
export function alters(operation: 'rename' | 'delete', field_name: string, new_name?: string): object {
  return { type: 'model_field_operation', operation, model_name: 'food', field_name, ...(new_name && { new_name }) }
}

/** What a workflow would have made of the steps: the revision at which the tenant is active, and the one that was found. */
export async function bringBack(
  fleet: ProjectFleet,
  tenant: string,
  { at, look = 'person' }: { at?: number; look?: 'person' | 'reconciler' } = {},
): Promise<{ revision: number; found: number | undefined }> {
  const { catalog, pools: targetPools, project } = fleet
  const activities = createCatchUpActivities({ ...ACTIVITY_DEFAULTS, catalog, targetPools, runs: null as never })
  const { target, since, revision } = await activities.openCatchUp({ project, tenant })
  return await goOn(fleet, { project, target, actor, since }, { adopt: revision === null, look, at })
}

/** The same of the base. */
export async function bringBaseBack(
  fleet: ProjectFleet,
  { at }: { at?: number } = {},
): Promise<{ revision: number; found: number | undefined }> {
  const { catalog, pools: targetPools, project } = fleet
  const activities = createCatchUpActivities({ ...ACTIVITY_DEFAULTS, catalog, targetPools, runs: null as never })
  const { target } = await activities.openBaseCatchUp({ project })
  return await goOn(fleet, { project, target, actor }, { look: 'person', at })
}

type Asked = Parameters<ReturnType<typeof createCatchUpActivities>['nextCatchUp']>[0]

async function goOn(
  { catalog, pools: targetPools, project }: ProjectFleet,
  journey: Asked,
  look: Pick<Asked, 'adopt' | 'look' | 'at'>,
): Promise<{ revision: number; found: number | undefined }> {
  const activities = createCatchUpActivities({ ...ACTIVITY_DEFAULTS, catalog, targetPools, runs: null as never })
  let found: number | undefined
  for (;;) {
    const input = { ...journey, ...(found === undefined && look) }
    const next = (await quietly().run(activities.nextCatchUp, input)) as CatchUpStep
    found ??= next.found
    if (next.do === 'active') return { revision: next.revision, found }
    if (next.do === 'wait') throw new Error(`waits for ${next.operationId}`)
    const { plan } = await loadPlan(catalog, next.work.operationId, next.work.planHash)
    const work = { ...next.work, projectId: project, plan }
    if (next.do === 'apply') await applyPlanToTarget(targetPools, work)
    else await compensatePlanOnTarget(targetPools, work)
  }
}

/** One import. */
export async function importAll(
  fleet: ProjectFleet,
  input: Pick<ImportInput, 'like'> & Partial<ImportInput>,
): Promise<Omit<ImportResult, 'baseline' | 'dry_run'>> {
  const { catalog, pools: targetPools, project } = fleet
  const activities = createImportActivities({ ...ACTIVITY_DEFAULTS, catalog, targetPools, runs: null as never })
  const { importNamespaces, takeBaseline } = activities
  const request = { project, server: 'alpha', actor, ...input }
  const { baseline } = request
  if (baseline !== undefined) await quietly().run(takeBaseline, { ...request, baseline })
  return (await quietly().run(importNamespaces, request)) as Omit<ImportResult, 'baseline' | 'dry_run'>
}

/** What stands in the way of a mutation. */
export async function preflight(fleet: ProjectFleet, mutation: unknown): Promise<readonly TargetProblem[]> {
  const { catalog, pools: targetPools, begin } = fleet
  const operationId = await begin(mutation)
  const { rows } = await catalog.query('select plan_hash as hash from schema_saga.operation where id = $1', [
    operationId,
  ])
  const activities = createPreflightActivities({ ...ACTIVITY_DEFAULTS, catalog, targetPools, runs: null as never })
  const input = { operationId, planHash: rows[0].hash as string }
  return ((await quietly().run(activities.preflightTargets, input)) as { problems: TargetProblem[] }).problems
}

export async function park({ catalog, project }: ProjectFleet, tenant: string): Promise<void> {
  await setTenantAside(catalog, { project, tenant, actor, reason: null, state: 'parked' })
}

/** The tenant's namespace as a backup of that revision has it, with one row; the bookkeeping beside it stays. */
export async function restore(fleet: ProjectFleet, target: Target, revision: number): Promise<void> {
  const { schema } = await readSchema(fleet.catalog, fleet.project, revision)
  const sql = provisionSql(projectSchema(schema)).map((each) => renderFor(target.namespace, each))
  await fleet.alpha.query(
    `DROP SCHEMA ${target.namespace} CASCADE; CREATE SCHEMA ${target.namespace}; ${sql.join(';')}`,
  )
  await fleet.alpha.query(`INSERT INTO ${target.namespace}.food (id, name) VALUES ('a', 'precious')`)
}

export function shown({ catalog, project }: ProjectFleet, tenant: string) {
  return showTenant(catalog, project, tenant)
}

/** What the bookkeeping says of a namespace. */
export async function bookkeepingOf({ alpha }: ProjectFleet, namespace: string) {
  const one = async <T>(sql: string): Promise<T[]> => (await alpha.query(sql, [namespace])).rows as T[]
  return {
    target: await one<Record<string, unknown>>('SELECT * FROM schema_saga_target.target WHERE namespace = $1'),
    markers: await one<Record<string, unknown>>(
      'SELECT * FROM schema_saga_target.marker WHERE namespace = $1 ORDER BY operation_id, epoch, stage',
    ),
    asides: await one<Record<string, unknown>>(
      'SELECT * FROM schema_saga_target.set_aside WHERE namespace = $1 ORDER BY id',
    ),
  }
}
