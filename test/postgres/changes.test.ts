import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Target } from '../../src/contract.ts'
import type { Mutation } from '../../src/logical/mutations/index.ts'
import type { LogicalSchema } from '../../src/logical/schema.ts'
import { differences } from '../../src/physical/equality.ts'
import type { Plan } from '../../src/physical/plan/plan.ts'
import { planMutation, provisionSql, schemaHashOf } from '../../src/physical/plan/planMutation.ts'
import { planRevert, type RevertedOperation } from '../../src/physical/plan/planRevert.ts'
import { projectSchema } from '../../src/physical/project.ts'
import { introspect } from '../../src/postgres/introspection/introspect.ts'
import type { TargetPools } from '../../src/postgres/sessions/pools.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../src/postgres/target/execute.ts'
import { provisionTarget } from '../../src/postgres/target/provisionTarget.ts'
import { settleTarget } from '../../src/postgres/target/settleTarget.ts'
import { drawn } from '../faults/draw.ts'
import { dumpAll, dumpSchema } from '../fixtures/dump.ts'
import { CASES_BY_TYPE, type PlacedCase } from './cases/index.ts'
import { rowsOf, settingOf } from './cases/setting.ts'
import { openFleet, type TestFleet } from './fleet.ts'
import { preflightTarget } from './preflightTarget.ts'

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
  target,
  projectId: 'p',
  operationId,
  plan,
  epoch,
})

/** From preflight to what Postgres holds. */
async function forward(target: Target, operationId: string, plan: Plan, before: LogicalSchema): Promise<void> {
  await pools.withClient(target, (session) =>
    preflightTarget(session, { target, plan, expected: projectSchema(before) }),
  )
  await applyPlanToTarget(pools, work(target, operationId, plan))
  expect(differences(projectSchema(plan.nextSchema), await introspect(client, target.namespace))).toEqual([])
}

/** What is left to do once the operation has committed; returns what the target looks like then. */
async function settled(target: Target, operationId: string, plan: Plan, epoch = 0): Promise<string> {
  await settleTarget(pools, work(target, operationId, plan, epoch))
  return dumpAll(client, target.namespace)
}

/** One operation on a target that looks like `found`, undone before it committed, and done again; returns what it looks like. */
async function circle(
  target: Target,
  found: string,
  operationId: string,
  plan: Plan,
  before: LogicalSchema,
): Promise<string> {
  await forward(target, operationId, plan, before)
  const undone = await compensatePlanOnTarget(pools, work(target, operationId, plan))
  expect(undone).toEqual({ touched: true, setAside: [] })
  expect(await dumpAll(client, target.namespace)).toBe(found)
  await applyPlanToTarget(pools, work(target, operationId, plan, 1))
  return settled(target, operationId, plan, 1)
}

/** A case that went forward, back and forward again, and a tenant that was born afterwards. */
interface Told {
  readonly before: LogicalSchema
  readonly mutation: Mutation
  readonly plan: Plan
  readonly target: Target
  readonly late: Target
  /** What the target looked like before the change, and after it. */
  readonly start: string
  readonly changed: string
}

async function told({ place, before: more, mutation, ...rows }: PlacedCase): Promise<Told> {
  const before = settingOf(more)
  const plan = planMutation({ schema: before, revision: 6, mutation, operationId: 'op-1' })
  const target = await provision(`old ${place}`, before, 6)
  await client.query(rowsOf(rows).replaceAll(':ns', client.escapeIdentifier(target.namespace)))
  const start = await dumpAll(client, target.namespace)
  const changed = await circle(target, start, 'op-1', plan, before)
  const late = await provision(`late ${place}`, plan.nextSchema, 7)
  return { before, mutation, plan, target, late, start, changed }
}

/** A tenant that was born later looks the same to Postgres, without the history. */
async function expectAlike({ target, late }: Told): Promise<void> {
  expect(await dumpSchema(client, late.namespace)).toBe(await dumpSchema(client, target.namespace))
}

const rest = { later: [], purged: [], bornLater: 1 }

async function takeBack(each: Told): Promise<void> {
  const { before, mutation, plan, target, late, start, changed } = each
  const origin = { operationId: 'op-1', before }
  const reverted: RevertedOperation = { id: 'op-1', plan, mutation, origin, applied: true }
  const revert = planRevert({ ...rest, schema: plan.nextSchema, revision: 7, operationId: 'op-2', reverted })
  expect(await circle(target, changed, 'op-2', revert, plan.nextSchema)).toBe(start)
  await circle(late, await dumpAll(client, late.namespace), 'op-2', revert, plan.nextSchema)
  await expectAlike(each)

  const again = planRevert({
    ...rest,
    schema: revert.nextSchema,
    revision: 8,
    operationId: 'op-3',
    reverted: { ...reverted, id: 'op-2', plan: revert, applied: false },
  })
  for (const there of [target, late]) await forward(there, 'op-3', again, revert.nextSchema)
  expect(await settled(target, 'op-3', again)).toBe(changed)
  await settled(late, 'op-3', again)
  await expectAlike(each)
}

/** Of each type a run takes so many of its forms back; all of them go forward, back and forward again. */
const quarterOf = (type: string, cases: readonly PlacedCase[]): readonly PlacedCase[] =>
  drawn(cases, { story: `${type} taken back`, most: Math.ceil(cases.length / 4), kindOf: ({ name }) => name })

describe.each(CASES_BY_TYPE)(
  '%s: forward, back, forward again; taken back later; and that taken back',
  (type, cases) => {
    let fleet: TestFleet
    beforeAll(async () => {
      fleet = await openFleet()
      pools = fleet.pools
      client = fleet.client
    })
    afterAll(() => fleet?.close())

    const takenBack = quarterOf(type, cases)
    test.each(cases)('$name', async (each) => {
      const one = await told(each)
      await expectAlike(one)
      if (takenBack.includes(each)) await takeBack(one)
    })
  },
)
