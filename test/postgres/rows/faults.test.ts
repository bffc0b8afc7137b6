import type { ClientBase } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { planMutation, provisionSql, schemaHashOf } from '../../../src/physical/planMutation.ts'
import { projectSchema } from '../../../src/physical/project.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/execute.ts'
import type { TargetPools } from '../../../src/postgres/pools.ts'
import { provisionTarget } from '../../../src/postgres/provision.ts'
import { settleTarget } from '../../../src/postgres/settle.ts'
import { dumpAll } from '../../fixtures/dump.ts'
import { rowsOf, settingOf } from '../cases/setting.ts'
import { openFleet, type TestFleet } from '../fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(async () => {
  await fleet?.close()
})

/** How the session ends at one of its messages: before it is sent, or when only its answer gets lost. */
type End = 'before' | 'behind'

/** Pools whose session dies at its n-th message, as that of a worker that was killed; counts what came through. */
function dying(pools: TargetPools, at: number, end: End): { pools: TargetPools; sent: () => number } {
  let sent = 0
  const fragile = (client: ClientBase): ClientBase =>
    new Proxy(client, {
      get: (target, key, receiver) => {
        if (key !== 'query') return Reflect.get(target, key, receiver)
        return async (...args: Parameters<ClientBase['query']>) => {
          sent += 1
          if (sent === at && end === 'before') await kill(client)
          const answer = await (target.query(...args) as unknown as Promise<unknown>)
          if (sent === at && end === 'behind') await kill(client)
          return answer
        }
      },
    })
  return {
    sent: () => sent,
    pools: {
      ...pools,
      withClient: (place, run) => pools.withClient(place, (client, namespace) => run(fragile(client), namespace)),
    },
  }
}

async function kill(client: ClientBase): Promise<never> {
  const { processID: pid } = client as unknown as { processID: number }
  await fleet.client.query('select pg_terminate_backend($1)', [pid])
  const alive = 'select from pg_stat_activity where pid = $1'
  while ((await fleet.client.query(alive, [pid])).rowCount !== 0);
  throw Object.assign(new Error('the worker died here'), { code: 'ECONNRESET' })
}

/** Nothing but the death of the session may be in the way. */
function expectDeath(error: unknown): void {
  expect(error).toMatchObject({ name: 'TargetUnreachable' })
}

const operate = (operation: string, field_name: string, rest: object): Mutation =>
  ({ type: 'model_field_operation', operation, model_name: 'food', field_name, ...rest }) as Mutation
const update = (field_label: string, validation: object): Mutation =>
  ({ type: 'add_field', is_update: true, model_name: 'food', field_label, validation }) as Mutation

/** Plans with every kind of stage in every order. */
const PLANS: readonly (readonly [string, Mutation])[] = [
  ['a required, localised field of another type', operate('change_type', 'name', { changed_type: 'list' })],
  ['a unique and indexed duplicate', operate('duplicate', 'code', { new_name: 'Key' })],
  ['empty places that are filled', update('stock', { required: true, default: 7 })],
  [
    'a one-to-one relation',
    {
      ...{ type: 'create_connection', from: 'food', to: 'order' },
      ...{ forward_connection_type: 'has_one', reverse_connection_type: 'has_one' },
    },
  ],
  ['a shorter list', update('course', { fixed_list_elements: ["chef's", 'ünï', 'new'] })],
]

const BEFORE = settingOf()

async function shop(namespace: string, mutation: Mutation) {
  const target = { scope: 't', server: 's1', namespace, incarnation: 'one' }
  const statements = provisionSql(projectSchema(BEFORE))
  const schemaHash = schemaHashOf(6, BEFORE)
  await provisionTarget(fleet.pools, { target, projectId: 'p', revision: 6, schemaHash, statements })
  await fleet.client.query(rowsOf({}).replaceAll(':ns', `"${namespace}"`))
  const plan = planMutation({ schema: BEFORE, revision: 6, mutation, operationId: 'op' })
  const work = { target, projectId: 'p', operationId: 'op', epoch: 0, plan, limits: { deadAfterMs: 0 } }
  const dump = (): Promise<string> => dumpAll(fleet.client, namespace)
  return { work, dump, settle: () => settleTarget(fleet.pools, work) }
}

describe('a worker that dies at any message to a target', () => {
  test.each(PLANS)(
    '%s: the next try comes to the same end, and so does the undo',
    async (name, mutation) => {
      const untouched = await shop(`${name} ok`.slice(0, 55), mutation)
      const before = await untouched.dump()
      const whole = dying(fleet.pools, 0, 'before')
      await applyPlanToTarget(whole.pools, untouched.work)
      const unsettled = await untouched.dump()
      await untouched.settle()
      const after = await untouched.dump()
      const ends: readonly End[] = ['before', 'behind']
      for (const end of ends) {
        for (let at = 1; at <= whole.sent(); at += 1) {
          const { work, dump, settle } = await shop(`${at} ${end} ${name}`.slice(0, 60), mutation)
          const label = `message ${at} of ${whole.sent()}, ${end}`
          await applyPlanToTarget(dying(fleet.pools, at, end).pools, work).catch(expectDeath)
          if (at % 2 === 0) {
            await applyPlanToTarget(fleet.pools, work)
            await settle()
            expect(await dump(), label).toBe(after)
            continue
          }
          // The undo dies on its way too, and is taken up again.
          await compensatePlanOnTarget(dying(fleet.pools, at, end).pools, work).catch(expectDeath)
          expect((await compensatePlanOnTarget(fleet.pools, work)).setAside, label).toEqual([])
          expect(await dump(), label).toBe(before)
        }
      }
      expect(unsettled).not.toBe(before)
      console.info(`${name}: died at ${whole.sent() * 2} points`)
    },
    120_000,
  )
})
