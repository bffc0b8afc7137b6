import { randomUUID } from 'node:crypto'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type {
  CatchUpStep,
  ProvisionTenantsActivities,
  ProvisionTenantsResult,
  Target,
  UnmadeTarget,
} from '../../src/contract.ts'
import { WORKFLOWS_IN_THIS_THREAD } from '../fixtures/temporalRuntime.ts'
import { startTimeSkipping } from './environment.ts'
import { failure } from './story.ts'

let environment: TestWorkflowEnvironment
beforeAll(async () => {
  environment = await startTimeSkipping()
})
afterAll(() => environment?.teardown())

const tenants = ['ada', 'bob', 'cem'].map((id) => ({ id, server: 'alpha', namespace: `shop_${id}` }))
const targets = tenants.map(({ id: scope, ...place }): Target => ({ scope, ...place, incarnation: '1' }))
const unmade = (scope: string, code: string): UnmadeTarget => ({
  target: targets.find((target) => target.scope === scope) as Target,
  code,
  error: `${scope} cannot be made.`,
})

/** Everything can be made at once, unless told otherwise; what was asked of the activities, in order. */
function fakes(told: Partial<ProvisionTenantsActivities & { nextCatchUp: () => Promise<CatchUpStep> }> = {}) {
  const seen: string[] = []
  const scopes = (list: readonly { readonly scope: string }[]): string => list.map(({ scope }) => scope).join(' ')
  const plain: ProvisionTenantsActivities = {
    openProvisionings: async () => ({ opened: targets, there: 0, refused: [] }),
    provisionTargets: async ({ targets: asked }) => ({
      made: asked.map((target) => ({ target, revision: 3 })),
      later: [],
      failed: [],
    }),
    activateTargets: async ({ made }) => ({ active: made.length, late: [] }),
    abandonProvisionings: async ({ unmade: left }) => {
      seen.push(`abandon ${scopes(left.map(({ target }) => target))}`)
    },
    ...told,
  }
  const activities = {
    ...told,
    ...plain,
    provisionTargets: async (input: Parameters<typeof plain.provisionTargets>[0]) => {
      seen.push(`make ${scopes(input.targets)}`)
      return await plain.provisionTargets(input)
    },
  }
  return { seen, activities }
}

async function run(activities: object): Promise<ProvisionTenantsResult> {
  const taskQueue = `provision-${randomUUID()}`
  const worker = await Worker.create({
    ...WORKFLOWS_IN_THIS_THREAD,
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: { codePath: inject('workflowBundlePath') },
    activities,
  })
  const input = { project: 'shop', actor: 'ana', tenants }
  return await worker.runUntil(
    environment.client.workflow.execute('provisionTenants', { workflowId: taskQueue, taskQueue, args: [input] }),
  )
}

describe('a batch of new tenants', () => {
  test('tries again what waiting may cure, as often as one tenant alone, and then leaves nothing of it', async () => {
    let rounds = 0
    const { seen, activities } = fakes({
      provisionTargets: async ({ targets: asked }) => {
        rounds += 1
        const [later, failed] = [[unmade('bob', 'TARGET_UNREACHABLE')], [unmade('cem', 'ALREADY_EXISTS')]]
        const made = asked.filter(({ scope }) => scope === 'ada').map((target) => ({ target, revision: 3 }))
        return { made, later, failed: rounds === 1 ? failed : [] }
      },
    })
    const { added, there, failed } = await run(activities)
    expect({ added, there, failed: failed.map(({ id, code }) => [id, code]) }).toEqual({
      added: 1,
      there: 0,
      failed: [
        ['cem', 'ALREADY_EXISTS'],
        ['bob', 'TARGET_UNREACHABLE'],
      ],
    })
    expect(seen).toEqual(['make ada bob cem', ...Array(5).fill('make bob'), 'abandon cem bob'])
  })

  test('is over at once when all could be made', async () => {
    const { seen, activities } = fakes()
    expect(await run(activities)).toEqual({ added: 3, there: 0, failed: [] })
    expect(seen).toEqual(['make ada bob cem'])
  })

  test('brings up those that an operation has overtaken, and names who could not be', async () => {
    let asked = 0
    const { activities } = fakes({
      openProvisionings: async () => ({ opened: targets.slice(0, 2), there: 1, refused: [] }),
      activateTargets: async () => ({ active: 0, late: targets.slice(0, 2) }),
      nextCatchUp: async () => {
        asked += 1
        if (asked > 1) throw failure('RequestRefused', 'NOT_APPLICABLE', 'Bob is not being provisioned any more.')
        return { do: 'active', revision: 4 }
      },
    })
    expect(await run(activities)).toEqual({
      added: 1,
      there: 1,
      failed: [{ ...tenants[1], code: 'NOT_APPLICABLE', error: 'Bob is not being provisioned any more.' }],
    })
  })
})
