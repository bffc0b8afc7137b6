import pMap from 'p-map'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { SweepResult, SweepWork } from '../../../src/contract.ts'
import { Ledger } from '../catalog/ledger.ts'
import { sweepFleet } from './fleetActivities.ts'
import {
  copyFleet,
  dropFleet,
  type Fleet,
  type FleetState,
  installCopies,
  plannedFleet,
  stateOfFleet,
} from './fleets.ts'
import { CATALOG } from './mortalCatalog.ts'
import { type MortalWorker, mortalWorker, WorkerDied } from './mortalWorker.ts'
import { doomsOf, endsAt, nameOf, type PassedPoint } from './points.ts'
import { AT_ONCE, LIMIT_MS, openScene, type Scene, sessionsEnded } from './scene.ts'

const ledger = new Ledger()
let scene: Scene
beforeAll(async () => {
  await ledger.start()
  scene = await openScene(ledger.database)
  await installCopies(ledger)
  // A lane gives its session back after a while, and a recorder writes every now and then: how often, nobody could say.
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] })
})
afterAll(async () => {
  vi.useRealTimers()
  await ledger.pool?.end()
  await scene?.close()
})

/** A sweep, and who stands in its way. */
interface Story {
  readonly name: string
  readonly tenants: number
  readonly sessions: number
  readonly direction: SweepWork['direction']
  readonly refuse?: readonly string[]
  /** The scope whose messages are tried; absent: all. */
  readonly only?: string
}

const FAILING = ['t001']
const STORIES: readonly Story[] = [
  { name: 'one lane, two batches in one session', tenants: 26, sessions: 1, direction: 'forward', only: 'targets' },
  { name: 'two lanes with a batch each', tenants: 26, sessions: 2, direction: 'forward', only: 'targets' },
  { name: 'three lanes with a batch each', tenants: 51, sessions: 3, direction: 'forward', only: 'targets' },
  { name: 'one of three tenants fails', tenants: 3, sessions: 1, direction: 'forward', refuse: FAILING },
  {
    name: 'the undo of three tenants, one of which failed',
    tenants: 3,
    sessions: 1,
    direction: 'compensate',
    refuse: FAILING,
  },
  { name: 'the second lane of an undo', tenants: 26, sessions: 2, direction: 'compensate', only: 't025' },
]

/** The messages to the catalog are the same in all fleets, and those of one lane of an undo differ by the tenant only. */
function isTried({ only }: Story, scope: string): boolean {
  return only === 'targets' ? scope !== CATALOG : only === undefined || scope === only
}

/** The sweep of a copy by one worker. */
function sweep(fleet: Fleet, { direction, sessions }: Story, worker: MortalWorker, copy: string): Promise<SweepResult> {
  return sweepFleet(ledger, worker, fleet, { operationId: copy, direction, sessions, stopAtFailure: false })
}

/** A copy that stands where the sweep begins. */
async function begin(fleet: Fleet, story: Story, copy: string): Promise<void> {
  await copyFleet(scene, fleet, copy, story.refuse ?? [])
  if (story.direction === 'forward') return
  await sweep(fleet, { ...story, direction: 'forward' }, mortalWorker(scene.pools), copy)
  await ledger.catalog.beginCompensation({ operationId: copy, error: 'no', errorCode: 'NO' })
}

interface Course {
  readonly points: readonly PassedPoint[]
  readonly left: Pick<SweepResult, 'exceptions' | 'notTried'>
  readonly state: FleetState
}

async function undisturbed(fleet: Fleet, story: Story): Promise<Course> {
  const copy = `${fleet.project}_calm`
  await begin(fleet, story, copy)
  const worker = mortalWorker(scene.pools)
  const { exceptions, notTried } = await sweep(fleet, story, worker, copy)
  const state = await stateOfFleet(scene, fleet, copy)
  await dropFleet(scene, fleet, copy)
  return { points: worker.passed(), left: { exceptions, notTried }, state }
}

describe('a worker that dies at any message of a sweep', () => {
  test.each(STORIES)(
    '$name: the next try comes to the same end, and nothing runs twice',
    async (story) => {
      const fleet = await plannedFleet(ledger, story.tenants)
      const course = await undisturbed(fleet, story)
      const points = course.points.filter(({ scope }) => isTried(story, scope))
      const dooms = doomsOf(story.name, endsAt(points), points)
      const since = performance.now()
      const hit = await pMap(
        dooms,
        async (doom, index) => {
          const copy = `${fleet.project}_${index}`
          await begin(fleet, story, copy)
          const worker = mortalWorker(scene.pools, doom)
          await expect(sweep(fleet, story, worker, copy), nameOf(doom)).rejects.toThrow(WorkerDied)
          expect(worker.passed(), nameOf(doom)).toContainEqual(
            expect.objectContaining({ scope: doom.scope, at: doom.at }),
          )
          if (doom.end !== 'late') await sessionsEnded(scene, worker.backends())
          const next = mortalWorker(scene.pools)
          const { exceptions, notTried } = await sweep(fleet, story, next, copy)
          expect({ exceptions, notTried }, nameOf(doom)).toEqual(course.left)
          expect(await stateOfFleet(scene, fleet, copy), nameOf(doom)).toEqual(course.state)
          await dropFleet(scene, fleet, copy)
          return nameOf(doom)
        },
        { concurrency: AT_ONCE },
      )
      expect(hit).toEqual(dooms.map(nameOf))
      console.info(
        `${story.name}: ${course.points.length} messages, ${hit.length} points in ${performance.now() - since} ms`,
      )
    },
    LIMIT_MS,
  )
})
