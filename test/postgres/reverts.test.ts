import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Target } from '../../src/contract.ts'
import type { LogicalSchema } from '../../src/logical/schema.ts'
import { differences } from '../../src/physical/equality.ts'
import type { Plan } from '../../src/physical/plan.ts'
import { planMutation, provisionSql, schemaHashOf } from '../../src/physical/planMutation.ts'
import { planRevert, type RevertedOperation } from '../../src/physical/planRevert.ts'
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

let pools: TargetPools
let client: pg.Client

async function provision(namespace: string, schema: LogicalSchema, revision: number): Promise<Target> {
  const target = { scope: 't', server: 's1', namespace, incarnation: 'one' }
  const statements = provisionSql(projectSchema(schema))
  const schemaHash = schemaHashOf(revision, schema)
  await provisionTarget(pools, { target, projectId: 'p', revision, schemaHash, statements })
  return target
}

const work = (target: Target, operationId: string, plan: Plan, epoch = 0) => ({
  ...{ target, projectId: 'p', operationId, plan, epoch },
})

/** From preflight to what Postgres holds. */
async function forward(target: Target, operationId: string, plan: Plan, before: LogicalSchema, epoch = 0) {
  await pools.withClient(target, (session) =>
    preflightTarget(session, { target, plan, expected: projectSchema(before) }),
  )
  await applyPlanToTarget(pools, work(target, operationId, plan, epoch))
  expect(differences(projectSchema(plan.nextSchema), await introspect(client, target.namespace))).toEqual([])
}

/** One operation, undone and done again, then settled; returns what the target looks like. */
async function throughout(target: Target, operationId: string, plan: Plan, before: LogicalSchema): Promise<string> {
  const { namespace } = target
  const found = await dumpAll(client, namespace)
  await forward(target, operationId, plan, before)
  await compensatePlanOnTarget(pools, work(target, operationId, plan))
  expect(await dumpAll(client, namespace)).toBe(found)
  await forward(target, operationId, plan, before, 1)
  await settleTarget(pools, work(target, operationId, plan, 1))
  return dumpAll(client, namespace)
}

const rest = { later: [], purged: [], bornLater: 1 }

describe.each(CASES_BY_TYPE)('%s taken back by an operation of its own, and that taken back again', (_, cases) => {
  let fleet: TestFleet
  beforeAll(async () => {
    fleet = await openFleet()
    pools = fleet.pools
    client = fleet.client
  })
  afterAll(() => fleet?.close())

  test.each(cases)('$name', async ({ place, before: more, mutation, ...rows }) => {
    const before = settingOf(more)
    const plan = planMutation({ schema: before, revision: 6, mutation, operationId: 'op-1' })
    const target = await provision(`old ${place}`, before, 6)
    await client.query(rowsOf(rows).replaceAll(':ns', client.escapeIdentifier(target.namespace)))
    const start = await dumpAll(client, target.namespace)
    await forward(target, 'op-1', plan, before)
    await settleTarget(pools, work(target, 'op-1', plan))
    const changed = await dumpAll(client, target.namespace)

    const origin = { operationId: 'op-1', before }
    const reverted: RevertedOperation = { id: 'op-1', plan, mutation, origin, applied: true }
    const revert = planRevert({ ...rest, schema: plan.nextSchema, revision: 7, operationId: 'op-2', reverted })
    const late = await provision(`late ${place}`, plan.nextSchema, 7)
    expect(await throughout(target, 'op-2', revert, plan.nextSchema)).toBe(start)
    await throughout(late, 'op-2', revert, plan.nextSchema)
    const young = await dumpSchema(client, late.namespace)
    expect(young).toBe(await dumpSchema(client, target.namespace))

    const again = planRevert({
      ...{ ...rest, schema: revert.nextSchema, revision: 8, operationId: 'op-3' },
      reverted: { ...reverted, id: 'op-2', plan: revert, applied: false },
    })
    expect(await throughout(target, 'op-3', again, revert.nextSchema)).toBe(changed)
    await throughout(late, 'op-3', again, revert.nextSchema)
    expect(await dumpSchema(client, late.namespace)).toBe(await dumpSchema(client, target.namespace))
  })
})
