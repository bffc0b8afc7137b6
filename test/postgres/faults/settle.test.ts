import pMap from 'p-map'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LockUnavailable } from '../../../src/errors.ts'
import type { TargetPools } from '../../../src/postgres/sessions/pools.ts'
import { acceptTarget } from '../../../src/postgres/target/acceptTarget.ts'
import { compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { settleTarget } from '../../../src/postgres/target/settleTarget.ts'
import { mortalWorker, WorkerDied } from './mortalWorker.ts'
import { copyTarget, type OneTarget } from './oneTarget.ts'
import type { PlanCase } from './planCases.ts'
import { PLANS } from './plans.ts'
import { doomsOf, endsAt, nameOf } from './points.ts'
import { AT_ONCE, LIMIT_MS, openScene, type Scene, sessionsEnded } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(async () => {
  await scene?.close()
})

interface Work {
  readonly plans: readonly PlanCase[]
  /** What is there when it begins. */
  readonly begin: (target: OneTarget) => Promise<unknown>
  readonly run: (pools: TargetPools, target: OneTarget) => Promise<unknown>
}

const WITH_SYNCS = PLANS.filter(({ plan }) => plan.settle.length > 0)
const forward = (target: OneTarget): Promise<unknown> => target.forward(scene.pools)
/** A change that stopped half-way: its worker died as it had begun with the second stage, if there is one. */
const halfWay = async (target: OneTarget): Promise<void> => {
  const worker = mortalWorker(scene.pools, { scope: 't', at: 6, end: 'behind' })
  await expect(target.forward(worker.pools)).rejects.toThrow(WorkerDied)
  await sessionsEnded(scene, worker.backends())
}

const WORKS: readonly (Work & { readonly name: string })[] = [
  { name: 'settling', plans: WITH_SYNCS, begin: forward, run: (pools, { work }) => settleTarget(pools, work) },
  {
    name: 'accepting a change',
    plans: WITH_SYNCS,
    begin: forward,
    run: (pools, { work }) => acceptTarget(pools, work),
  },
  {
    name: 'accepting half a change',
    plans: WITH_SYNCS,
    begin: halfWay,
    run: (pools, { work }) => acceptTarget(pools, work),
  },
  {
    name: 'the tombstones of a target that was never begun',
    plans: PLANS,
    begin: async () => {},
    run: (pools, { work }) => compensatePlanOnTarget(pools, work),
  },
]

/** With a late try that is at work still, Postgres may end either: an activity is tried again then. */
async function unlessDeadlocked(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof LockUnavailable)) throw error
    await work()
  }
}

describe('a worker that dies at any message of what is short', () => {
  test.each(WORKS)(
    '$name: the next try comes to the same end',
    async ({ name, plans, begin, run }) => {
      for (const each of plans) {
        const copyOf = async (doom: string): Promise<OneTarget> => {
          const target = await copyTarget(scene, each, `${doom} ${each.name}`.slice(0, 60))
          await begin(target)
          return target
        }
        const calm = await copyOf('undisturbed')
        const worker = mortalWorker(scene.pools)
        await run(worker.pools, calm)
        const end = await calm.state()
        await calm.drop()
        const dooms = doomsOf(`${name} ${each.name}`, endsAt(worker.passed()), worker.passed())
        const hit = await pMap(
          dooms,
          async (doom) => {
            const target = await copyOf(nameOf(doom))
            const mortal = mortalWorker(scene.pools, doom)
            await expect(run(mortal.pools, target), nameOf(doom)).rejects.toThrow(WorkerDied)
            if (doom.end !== 'late') await sessionsEnded(scene, mortal.backends())
            await unlessDeadlocked(() => run(scene.pools, target))
            expect(await target.state(), `${each.name}, ${nameOf(doom)}`).toEqual(end)
            await target.drop()
            return nameOf(doom)
          },
          { concurrency: AT_ONCE },
        )
        expect(hit).toEqual(dooms.map(nameOf))
        console.info(`${name}, ${each.name}: ${hit.length} points`)
      }
    },
    LIMIT_MS,
  )
})
