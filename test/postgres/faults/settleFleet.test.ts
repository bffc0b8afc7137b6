import pMap from 'p-map'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyMutation } from '../../../src/logical/applyMutation.ts'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { EMPTY_SCHEMA } from '../../../src/logical/schema.ts'
import { field, operate } from '../cases/setting.ts'
import { Ledger } from '../catalog/ledger.ts'
import { settleFleet, sweepFleet } from './fleetActivities.ts'
import { copyFleet, dropFleet, type Fleet, installCopies, plannedFleet, stateOfFleet } from './fleets.ts'
import { mortalWorker, WorkerDied } from './mortalWorker.ts'
import { doomsOf, endsAt, nameOf } from './points.ts'
import { AT_ONCE, LIMIT_MS, openScene, type Scene, sessionsEnded } from './scene.ts'

const ledger = new Ledger()
let scene: Scene
beforeAll(async () => {
  await ledger.start()
  scene = await openScene(ledger.database)
  await installCopies(ledger)
})
afterAll(async () => {
  await ledger.pool?.end()
  await scene?.close()
})

const FOOD: readonly Mutation[] = [{ type: 'create_model', name: 'food' }, field('Digits')]

/** A copy whose tenants have all taken a change that leaves the triggers of a sync behind. */
async function begin(fleet: Fleet, copy: string): Promise<void> {
  await copyFleet(scene, fleet, copy, [])
  const work = { operationId: copy, direction: 'forward', sessions: 2, stopAtFailure: false } as const
  await sweepFleet(ledger, mortalWorker(scene.pools), fleet, work)
}

test(
  'a worker that dies at any message while it settles three tenants: the next try settles all of them',
  async () => {
    const schema = FOOD.reduce((before, each) => applyMutation(before, each, { operationId: 'setting' }), EMPTY_SCHEMA)
    const mutation = operate('change_type', 'digits', { changed_type: 'number' })
    const fleet = await plannedFleet(ledger, 3, { schema, mutation })
    await begin(fleet, 'calm')
    const unsettled = await stateOfFleet(scene, fleet, 'calm')
    const worker = mortalWorker(scene.pools)
    const nothing = { failed: 0, problems: [] }
    expect(await settleFleet(ledger, worker, fleet, 'calm')).toEqual(nothing)
    const settled = await stateOfFleet(scene, fleet, 'calm')
    await dropFleet(scene, fleet, 'calm')
    expect(settled).not.toEqual(unsettled)
    const dooms = doomsOf('settling a fleet', endsAt(worker.passed()), worker.passed())
    const hit = await pMap(
      dooms,
      async (doom, index) => {
        const copy = `settled_${index}`
        await begin(fleet, copy)
        const mortal = mortalWorker(scene.pools, doom)
        await expect(settleFleet(ledger, mortal, fleet, copy), nameOf(doom)).rejects.toThrow(WorkerDied)
        if (doom.end !== 'late') await sessionsEnded(scene, mortal.backends())
        expect(await settleFleet(ledger, mortalWorker(scene.pools), fleet, copy), nameOf(doom)).toEqual(nothing)
        expect(await stateOfFleet(scene, fleet, copy), nameOf(doom)).toEqual(settled)
        await dropFleet(scene, fleet, copy)
        return nameOf(doom)
      },
      { concurrency: AT_ONCE },
    )
    expect(hit).toEqual(dooms.map(nameOf))
    console.info(`settling a fleet: ${hit.length} points`)
  },
  LIMIT_MS,
)
