import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Target } from '../../src/contract.ts'
import type { LogicalSchema } from '../../src/logical/schema.ts'
import { differences } from '../../src/physical/equality.ts'
import type { Plan } from '../../src/physical/plan.ts'
import { planMutation, provisionSql, schemaHashOf } from '../../src/physical/planMutation.ts'
import { projectSchema } from '../../src/physical/project.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../src/postgres/execute.ts'
import { introspect } from '../../src/postgres/introspect.ts'
import type { TargetPools } from '../../src/postgres/pools.ts'
import { preflightTarget } from '../../src/postgres/preflight.ts'
import { provisionTarget } from '../../src/postgres/provision.ts'
import { settleTarget } from '../../src/postgres/settle.ts'
import { dumpAll, dumpSchema } from '../fixtures/dump.ts'
import { CASES_BY_TYPE } from './cases/index.ts'
import { rowsOf, settingOf } from './cases/setting.ts'
import { openFleet, type TestFleet } from './fleet.ts'

const FLEET = ['base', 'ada']

let pools: TargetPools

async function provision(namespace: string, schema: LogicalSchema, revision: number): Promise<Target> {
  const target = { scope: 't', server: 's1', namespace, incarnation: 'one' }
  const statements = provisionSql(projectSchema(schema))
  await provisionTarget(pools, {
    target,
    projectId: 'p',
    revision,
    schemaHash: schemaHashOf(revision, schema),
    statements,
  })
  return target
}

/** Triggers of syncs stay until the operation is over; everything else must be as it will be. */
async function dumpSettled(client: pg.Client, target: Target, plan: Plan, epoch: number): Promise<string> {
  await settleTarget(pools, { target, projectId: 'p', operationId: 'op-1', epoch, plan })
  return dumpAll(client, target.namespace)
}

/** One target through the whole circle; returns what it looked like forward. */
async function circle(
  client: pg.Client,
  namespace: string,
  before: LogicalSchema,
  rows: string,
  plan: Plan,
): Promise<string> {
  const target = await provision(namespace, before, 6)
  await client.query(rows.replaceAll(':ns', client.escapeIdentifier(namespace)))
  const work = { target, projectId: 'p', operationId: 'op-1', plan }
  const dump = await dumpAll(client, namespace)
  await pools.withClient(target, (session) =>
    preflightTarget(session, { target, plan, expected: projectSchema(before) }),
  )

  await applyPlanToTarget(pools, { ...work, epoch: 0 })
  expect(differences(projectSchema(plan.nextSchema), await introspect(client, namespace))).toEqual([])

  const undone = await compensatePlanOnTarget(pools, { ...work, epoch: 0 })
  expect(undone).toEqual({ touched: true, setAside: [] })
  expect(await dumpAll(client, namespace)).toBe(dump)

  await applyPlanToTarget(pools, { ...work, epoch: 1 })
  expect(differences(projectSchema(plan.nextSchema), await introspect(client, namespace))).toEqual([])
  return dumpSettled(client, target, plan, 1)
}

describe.each(CASES_BY_TYPE)('%s on a base and a tenant with rows: forward, back, and forward again', (_, cases) => {
  let fleet: TestFleet
  let clients: readonly pg.Client[]
  beforeAll(async () => {
    fleet = await openFleet()
    pools = fleet.pools
    clients = [fleet.client, await fleet.connect()]
  })
  afterAll(() => fleet?.close())

  test.each(cases)('$name', async ({ place, before: more, mutation, ...rest }) => {
    const before = settingOf(more)
    const plan = planMutation({ schema: before, revision: 6, mutation, operationId: 'op-1' })
    const forward = await Promise.all(
      clients.map((client, index) => circle(client, `${FLEET[index]} ${place}`, before, rowsOf(rest), plan)),
    )
    expect(new Set(forward).size).toBe(1)

    // A tenant that is born later looks the same to Postgres, without the history.
    await provision(`late ${place}`, plan.nextSchema, 7)
    expect(await dumpSchema(fleet.client, `late ${place}`)).toBe(await dumpSchema(fleet.client, `base ${place}`))
  })
})
