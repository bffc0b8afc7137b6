/** Targets that were restored from a dump of while an operation was at work there; only what such a dump holds is put back. */
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { createDriftRepair, createFleetActivities } from '../../../src/activities/fleet/fleetActivities.ts'
import { reconcileDrift } from '../../../src/activities/reconcile/reconcileDrift.ts'
import { createPreflightActivities } from '../../../src/activities/targets/preflightActivities.ts'
import type { DutyInput } from '../../../src/contract/reconcile.ts'
import type { Target, TargetProblem } from '../../../src/contract.ts'
import type { Plan } from '../../../src/physical/plan/plan.ts'
import { renderFor } from '../../../src/physical/sql.ts'
import { loadPlan } from '../../../src/postgres/catalog/operations/plans.ts'
import { settleTarget } from '../../../src/postgres/target/settleTarget.ts'
import { applyStage } from '../../../src/postgres/target/stage/protocol.ts'
import { ACTIVITY_DEFAULTS } from '../../fixtures/activityDefaults.ts'
import type { ProjectFleet } from '../projectFleet.ts'

/** A field of food becomes a number: a trigger keeps the new column in step. */
export function toNumber(field_name: string): object {
  return {
    type: 'model_field_operation',
    operation: 'change_type',
    model_name: 'food',
    field_name,
    changed_type: 'number',
    input_type: 'int',
  }
}

export async function planOf({ catalog }: ProjectFleet, operationId: string): Promise<Plan & { planHash: string }> {
  const { rows } = await catalog.query('select plan_hash as hash from schema_saga.operation where id = $1', [
    operationId,
  ])
  const planHash = rows[0].hash as string
  return { ...(await loadPlan(catalog, operationId, planHash)).plan, planHash }
}

/** Runs a mutation on all targets, and settles it there. */
export async function settled(fleet: ProjectFleet, mutation: object): Promise<string> {
  const operationId = await fleet.commit(mutation)
  for (const scope of fleet.targets.keys()) await settleOn(fleet, scope, operationId)
  return operationId
}

/** Settles an operation on one target. */
export async function settleOn(fleet: ProjectFleet, scope: string, operationId: string): Promise<void> {
  const target = fleet.targets.get(scope)
  if (target === undefined) throw new Error(`There is no target "${scope}".`)
  const plan = await planOf(fleet, operationId)
  await settleTarget(fleet.pools, { target, projectId: fleet.project, operationId, epoch: 0, plan })
}

/** The statements of the operation's first stage: the prepared column and the trigger are there again, and no marker. */
export async function restoreBegun(fleet: ProjectFleet, target: Target, operationId: string): Promise<void> {
  const [first] = (await planOf(fleet, operationId)).forward
  for (const sql of first?.sql ?? []) await fleet.alpha.query(renderFor(target.namespace, sql))
}

/** The same with its marker, as whoever restores the bookkeeping too has it. */
export async function begin(fleet: ProjectFleet, target: Target, operationId: string): Promise<void> {
  const plan = await planOf(fleet, operationId)
  const [stage] = plan.forward
  if (stage === undefined) throw new Error('The plan has no stages.')
  const work = { target, projectId: fleet.project, operationId, epoch: 0, plan }
  await fleet.pools.withClient(target, (client, namespace) => applyStage({ client, namespace, work, stage }))
}

/** What of ours acts on the writes of an application. */
export async function atWork({ alpha }: ProjectFleet, namespace: string): Promise<readonly string[]> {
  const { rows } = await alpha.query<{ name: string }>(
    `SELECT p.proname::text AS name FROM pg_proc p WHERE p.pronamespace = $1::regnamespace AND p.proname LIKE 'schema\\_saga%'
      UNION ALL
     SELECT k.conname FROM pg_constraint k WHERE k.connamespace = $1::regnamespace AND k.conname LIKE '\\_aside\\_proof%' ORDER BY 1`,
    [namespace],
  )
  return rows.map(({ name }) => name)
}

const quietly = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') })

/** The activities and duties that look at the fleet. */
export function lookers(fleet: ProjectFleet) {
  const { catalog, pools: targetPools, project } = fleet
  const deps = { ...ACTIVITY_DEFAULTS, catalog, targetPools, runs: null as never, fleetRuns: null as never }
  const { scanDrift } = createFleetActivities(deps)
  const repair = createDriftRepair(deps)
  const { preflightTargets } = createPreflightActivities(deps)
  return {
    deps,
    scanDrift: () => quietly().run(scanDrift, { project }) as ReturnType<typeof scanDrift>,
    repair: (scopes: string[]) =>
      quietly().run(repair, { project, scopes, actor: 'rosa' }) as ReturnType<typeof repair>,
    reconcile: () => reconcileDrift(deps, { project, dryRun: false, actor: 'rosa' } as DutyInput),
    preflight: async (operationId: string): Promise<readonly TargetProblem[]> => {
      const { planHash } = await planOf(fleet, operationId)
      const input = { operationId, planHash, patience: 'once' }
      return ((await quietly().run(preflightTargets as never, input)) as { problems: TargetProblem[] }).problems
    },
  }
}
