/** Changes by SQL on a base and tenants, planned and run as an operation does, without a workflow around them. */

import { planBySql } from '../../../src/activities/operation/planBySql.ts'
import type { OperationOptions, OutcomePolicy, Target } from '../../../src/contract.ts'
import { parseSqlRequest } from '../../../src/logical/parse/sqlRequest.ts'
import type { Plan } from '../../../src/physical/plan/plan.ts'
import { requireProject } from '../../../src/postgres/catalog/projects/projects.ts'
import { keepTexts } from '../../../src/postgres/catalog/sql/changes.ts'
import { scanDrift } from '../../../src/postgres/drift/drift.ts'
import type { TargetPools } from '../../../src/postgres/sessions/pools.ts'
import { ensureBookkeeping } from '../../../src/postgres/target/bookkeeping/bookkeeping.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { prepareSession } from '../../../src/postgres/target/stage/execution.ts'
import { startStage } from '../../../src/postgres/target/stage/protocol.ts'
import { importAll, openSqlFleet, type SqlFleet } from '../sqlFleet.ts'

/** A text, and the one that undoes it. */
export interface Change {
  readonly up: string
  readonly down?: string
  readonly allow?: readonly string[]
  readonly policy?: OutcomePolicy
  readonly keptRows?: OperationOptions['keptRows']
}

export interface ChangeFleet extends SqlFleet {
  /** Proven on the base `shop_base`; `on`: other sessions than those of the fleet. */
  readonly plan: (change: Change, on?: TargetPools) => Promise<Plan>
  /** On the base, or on a tenant by its namespace. */
  readonly forward: (plan: Plan, namespace: string) => Promise<unknown>
  readonly back: (plan: Plan, namespace: string) => Promise<unknown>
  /** Leaves what a worker leaves that dies when it has begun the first stage. */
  readonly begun: (plan: Plan, namespace: string) => Promise<unknown>
  /** The objects of one target that are not as its revision says. */
  readonly drift: (namespace: string) => Promise<readonly string[]>
  /** The first column of the rows of a query, as text. */
  readonly ask: (sql: string) => Promise<readonly string[]>
}

/** Tenants have the namespaces `t_<tenant>`. */
export async function openChangeFleet(text: string, tenants: readonly string[] = ['t_ada']): Promise<ChangeFleet> {
  const fleet = await openSqlFleet({ text })
  for (const each of tenants) await fleet.byHand(each, text)
  await importAll(fleet, { like: 't\\_%' })
  const { catalog, pools, project: projectId } = fleet
  const operations = new Map<Plan, string>()
  let number = 0
  const work = async (plan: Plan, namespace: string) => {
    const operationId = operations.get(plan)
    if (operationId === undefined) throw new Error('it was planned elsewhere')
    return { target: await targetOf(fleet, namespace), projectId, operationId, epoch: 1, plan }
  }
  return {
    ...fleet,
    plan: async ({ policy = 'compensate', allow, keptRows, ...texts }, targetPools = pools) => {
      number += 1
      const operationId = `change-${number}`
      await catalog.query(
        `insert into schema_saga.operation (id, project_id, type, status, content_hash, request, options, actor, workflow_id, run_id, first_run_id, before_schema)
         values ($1, $2, 'run_sql', 'pending', $1, '{}', '{}', 'test', $1, $1, $1, '{}')`,
        [operationId, projectId],
      )
      const request = await keepTexts(catalog, parseSqlRequest({ name: operationId, ...texts }))
      const options: OperationOptions = { ...(allow && { allow }), ...(keptRows && { keptRows }) }
      const project = await requireProject(catalog, projectId)
      const plan = await planBySql({ catalog, targetPools }, project, { operationId, request, options, policy })
      operations.set(plan, operationId)
      return plan
    },
    forward: async (plan, namespace) => await applyPlanToTarget(pools, await work(plan, namespace)),
    back: async (plan, namespace) => await compensatePlanOnTarget(pools, await work(plan, namespace)),
    begun: async (plan, namespace) => {
      const of = await work(plan, namespace)
      const [stage] = plan.forward
      if (stage === undefined) throw new Error('it has no stage')
      await pools.withClient(of.target, async (client, ns) => {
        await prepareSession(client, of)
        await ensureBookkeeping(client)
        await startStage({ client, namespace: ns, work: of, stage }, null)
      })
    },
    drift: async (namespace) => {
      const { scope } = await targetOf(fleet, namespace)
      const { drift } = await scanDrift({ catalog, pools, project: projectId })
      const own = drift.filter(({ targets }) => targets.some((each) => each.scope === scope))
      return own.flatMap(({ differences }) => differences.map(({ object }) => object))
    },
    ask: async (sql) => {
      const { rows } = await fleet.client.query<string[]>({ text: sql, rowMode: 'array' })
      return rows.map(([value]) => String(value))
    },
  }
}

async function targetOf({ catalog, project }: SqlFleet, namespace: string): Promise<Target> {
  const { rows } = await catalog.query<Target>(
    `select id as scope, server_id as server, namespace, incarnation from schema_saga.tenant where project_id = $1 and namespace = $2`,
    [project, namespace],
  )
  const { base } = await requireProject(catalog, project)
  const found = rows[0] ?? base
  if (found === null || found === undefined || found.namespace !== namespace)
    throw new Error(`nobody knows ${namespace}`)
  return found
}
