import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Target } from '../../src/contract.ts'
import { DataRejected } from '../../src/errors.ts'
import { type Mutation, simpleMutations } from '../../src/logical/mutations/index.ts'
import { EMPTY_SCHEMA, type LogicalSchema } from '../../src/logical/schema.ts'
import { differences } from '../../src/physical/equality.ts'
import type { Plan } from '../../src/physical/plan/plan.ts'
import { planMutation, schemaHashOf } from '../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../src/physical/project.ts'
import type { Table } from '../../src/physical/schema.ts'
import { introspect } from '../../src/postgres/introspection/introspect.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../src/postgres/target/execute.ts'
import { provisionTarget } from '../../src/postgres/target/provisionTarget.ts'
import { settleTarget } from '../../src/postgres/target/settleTarget.ts'
import { dumpAll, dumpSchema } from '../fixtures/dump.ts'
import { propertyRuns } from '../fixtures/propertyRuns.ts'
import { arbitrarySteps } from '../logical/arbitraries.ts'
import { openFleet, type TestFleet } from './fleet.ts'
import { preflightTarget } from './preflightTarget.ts'

let fleet: TestFleet
let count = 0
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(async () => {
  await fleet?.close()
})

/** A target that remembers what was done to it. */
interface Walk {
  readonly target: Target
  schema: LogicalSchema
  revision: number
  readonly done: { readonly plan: Plan; readonly operationId: string; readonly before: string }[]
}

async function start(): Promise<Walk> {
  count += 1
  const namespace = `walk_${count}`
  const target = { scope: 't', server: 's1', namespace, incarnation: 'one' }
  const schemaHash = schemaHashOf(0, EMPTY_SCHEMA)
  await provisionTarget(fleet.pools, { target, projectId: 'p', revision: 0, schemaHash, statements: [] })
  return { target, schema: EMPTY_SCHEMA, revision: 0, done: [] }
}

/** One operation from preflight to settle; false when the rows forbid it, which must leave the target as it was. */
async function step(walk: Walk, mutation: Mutation, operationId: string): Promise<boolean> {
  const { target, schema, revision } = walk
  const plan = planMutation({ schema, revision, mutation, operationId })
  if (plan.unchanged) return true
  const work = { target, projectId: 'p', operationId, epoch: 0, plan }
  const before = await dumpSchema(fleet.client, target.namespace)
  try {
    await fleet.pools.withClient(target, (client) =>
      preflightTarget(client, { target, plan, expected: projectSchema(schema) }),
    )
  } catch (error) {
    if (!(error instanceof DataRejected)) throw error
    expect(await dumpSchema(fleet.client, target.namespace)).toBe(before)
    return false
  }
  await applyPlanToTarget(fleet.pools, work)
  const found = differences(projectSchema(plan.nextSchema), await introspect(fleet.client, target.namespace))
  expect(found, JSON.stringify(mutation)).toEqual([])
  await settleTarget(fleet.pools, work)
  walk.done.push({ plan, operationId, before })
  walk.schema = plan.nextSchema
  walk.revision = plan.nextRevision
  return true
}

const VALUES: Readonly<Record<string, string>> = {
  text: `'7'`,
  integer: '1',
  numeric: '1',
  boolean: 'true',
  date: `'2024-02-29'`,
  jsonb: `'{"spare_1": "5", "name": {"x": 1}, "food": [{"_id": "e", "x": "2"}]}'`,
}

/** One full row in each model that has none, so that there is something to lose. */
async function addRows({ target, schema }: Walk): Promise<void> {
  const { tables } = projectSchema(schema)
  for (const model of schema.models) {
    const { name, columns, checks } = tables[model.name] as Table
    const table = `"${target.namespace}"."${name}"`
    const full = Object.values(columns).flatMap((column) => {
      const chosen = Object.values(checks).flatMap((each) =>
        'column' in each && each.column === column.name ? each.oneOf : [],
      )
      const value = chosen[0] === undefined ? VALUES[column.type] : `'${chosen[0].replaceAll("'", "''")}'`
      return value === undefined ? [] : [{ name: `"${column.name}"`, value }]
    })
    const names = ['id', ...full.map((each) => each.name)].join(', ')
    const values = [`'r1'`, ...full.map((each) => each.value)].join(', ')
    await fleet.client.query(`insert into ${table} (${names}) select ${values} where not exists (select from ${table})`)
  }
}

async function undoAll(walk: Walk): Promise<void> {
  for (const { plan, operationId, before } of walk.done.toReversed()) {
    await compensatePlanOnTarget(fleet.pools, { target: walk.target, projectId: 'p', operationId, epoch: 0, plan })
    expect(await dumpSchema(fleet.client, walk.target.namespace)).toBe(before)
  }
}

const RUNS = { numRuns: propertyRuns(18), endOnFailure: true } as const
const sequences = arbitrarySteps({ max: 30 }).map((steps) => steps.map(({ mutation }) => mutation))

describe('sequences of mutations on a real target', () => {
  test('after each the target is what the schema says, and undoing them all leads back to the start', async () => {
    await fc.assert(
      fc.asyncProperty(sequences, async (mutations) => {
        const walk = await start()
        for (const [index, mutation] of mutations.entries()) {
          // What a refused one would have made is missing for those behind it.
          if (!(await step(walk, mutation, `op-${index}`))) break
          await addRows(walk)
        }
        await undoAll(walk)
      }),
      RUNS,
    )
  }, 300_000)

  test('one by one or as one changeset, they come to the same schema and the same rows', async () => {
    await fc.assert(
      fc.asyncProperty(sequences, fc.nat(30), async (mutations, split) => {
        const each = await start()
        const whole = await start()
        const setting = mutations.slice(0, split)
        for (const [index, mutation] of setting.entries()) {
          const done = [await step(each, mutation, `op-${index}`), await step(whole, mutation, `op-${index}`)]
          expect(done[0]).toBe(done[1])
          if (!done[0]) return
          await addRows(each)
          await addRows(whole)
        }
        const rest = mutations.slice(split).flatMap(simpleMutations)
        for (const [index, mutation] of rest.entries()) {
          if (!(await step(each, mutation, `one-${index}`))) return
        }
        if (rest.length === 0) return
        expect(await step(whole, { type: 'publish_schema_changeset', mutations: rest }, 'all')).toBe(true)
        const dumps = [each, whole].map(({ target }) => dumpAll(fleet.client, target.namespace))
        const [one, other] = await Promise.all(dumps)
        expect(other).toBe(one)
        await undoAll(whole)
      }),
      RUNS,
    )
  }, 300_000)
})
