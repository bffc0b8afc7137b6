/** What is tried of plans on one target: the worker dies at every message, forward and back, or comes too late. */
import pMap from 'p-map'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MortalWorker, mortalWorker, WorkerDied } from './mortalWorker.ts'
import { type Course, copyTarget, type OneTarget, undisturbed } from './oneTarget.ts'
import type { PlanCase } from './planCases.ts'
import { type Doom, doomsOf, endsAt, nameOf } from './points.ts'
import { AT_ONCE, LIMIT_MS, openScene, type Scene, sessionsEnded } from './scene.ts'
import type { TargetState } from './state.ts'

let scene: Scene
const courses = new Map<PlanCase, Promise<Course>>()
const courseOf = (each: PlanCase): Promise<Course> => {
  const known = courses.get(each) ?? undisturbed(scene, each)
  courses.set(each, known)
  return known
}

const STILL = 'still'
const LATE = 'late'

/** The worker dies where it is doomed to; what it has sent last may still be at work. */
async function dies(doom: Doom, varies: boolean, run: (worker: MortalWorker) => Promise<unknown>): Promise<void> {
  const worker = mortalWorker(scene.pools, doom)
  const course = run(worker)
  if (varies && (await outcome(course)) === 'done' && worker.passed().length < doom.at) return
  await expect(course).rejects.toThrow(WorkerDied)
  expect(worker.passed().at(-1)).toMatchObject({ scope: doom.scope, at: doom.at })
  if (doom.end !== 'late') await sessionsEnded(scene, worker.backends())
}

/** Tries each of the dooms on a copy of its own; returns those that were come to. */
async function onCopies(
  each: PlanCase,
  dooms: readonly Doom[],
  run: (target: OneTarget, doom: Doom, index: number) => Promise<void>,
): Promise<void> {
  const since = Date.now()
  const hit = await pMap(
    dooms,
    async (doom, index) => {
      const target = await copyTarget(scene, each, `${nameOf(doom)} ${each.name}`.slice(0, 60))
      await run(target, doom, index)
      await target.drop()
      return nameOf(doom)
    },
    { concurrency: AT_ONCE },
  )
  expect(hit).toEqual(dooms.map(nameOf))
  console.info(`${each.name}: ${hit.length} points in ${Date.now() - since} ms`)
}

/** What anybody but the protocol can see of a target. */
function seen({ dump, asides, standing }: TargetState): Partial<TargetState> {
  return { dump, asides, standing }
}

/** How a try ended that somebody else had overtaken: nothing but what the target looks like says whether that was right. */
const OVERTAKEN = /^(done|StaleEpoch|TargetUnreachable)$/

/** How plans are told. */
interface Telling {
  /** Once, before all of them. */
  readonly prepare?: (scene: Scene) => Promise<unknown>
  /** Whether what is asked depends on what others do meanwhile, so that a course may end before its doom. */
  readonly varies?: boolean
}

/** To be called by a test file. */
export function tellOneTarget(plans: readonly PlanCase[], { prepare, varies = false }: Telling = {}): void {
  beforeAll(async () => {
    scene = await openScene()
    await prepare?.(scene)
  })
  afterAll(async () => {
    await scene?.close()
  })

  describe('a worker that dies at a message to a target', () => {
    test.each(plans)(
      '$name: the next try comes to the same end',
      async (each) => {
        const course = await courseOf(each)
        const dooms = doomsOf(`forward ${each.name}`, endsAt(course.forwardPoints), course.forwardPoints)
        await onCopies(each, dooms, async (target, doom) => {
          await dies(doom, varies, ({ pools }) => target.forward(pools))
          await target.forward(scene.pools)
          expect(await target.state(), nameOf(doom)).toEqual(course.after)
        })
      },
      LIMIT_MS,
    )

    test.each(plans)(
      '$name: the next try of an undo comes to the same end',
      async (each) => {
        const course = await courseOf(each)
        const dooms = doomsOf(`undo ${each.name}`, endsAt(course.undoPoints), course.undoPoints)
        await onCopies(each, dooms, async (target, doom) => {
          await target.forward(scene.pools)
          await target.write()
          await dies(doom, varies, ({ pools }) => target.back(pools))
          expect(await target.back(scene.pools), nameOf(doom)).toEqual(course.undo)
          expect(await target.state(), nameOf(doom)).toEqual(course.undone)
        })
      },
      LIMIT_MS,
    )
  })

  describe('a worker that dies or stands still in the middle of a change, while the change is undone', () => {
    test.each(plans)(
      '$name: comes too late, and the change can be tried again',
      async (each) => {
        const course = await courseOf(each)
        const { forwardPoints, undoPoints } = course
        const all = forwardPoints.map((point, index): Doom => ({ ...point, end: index % 2 === 0 ? STILL : LATE }))
        const dooms = doomsOf(`undone ${each.name}`, all, forwardPoints)
        await onCopies(each, dooms, async (target, doom, index) => {
          const worker = mortalWorker(scene.pools, doom)
          const late = outcome(target.forward(worker.pools))
          await Promise.race([worker.stands, late])
          // The undo dies on its way, too, unless it has less to do.
          const undo = mortalWorker(scene.pools, { scope: 't', at: (index % undoPoints.length) + 1, end: 'behind' })
          await outcome(target.back(undo.pools))
          await sessionsEnded(scene, undo.backends())
          expect((await target.back(scene.pools)).setAside, nameOf(doom)).toEqual([])
          worker.wake()
          const ended = await late
          const came = !varies || worker.passed().length >= doom.at
          expect(ended, nameOf(doom)).toMatch(came && doom.end === LATE ? /^WorkerDied$/ : OVERTAKEN)
          const state = await target.state()
          expect(seen(state), nameOf(doom)).toEqual(seen(course.before))
          const undone = each.plan.forward.map(({ stage }) => expect.stringMatching(`^0/${stage} compensated`))
          expect(state.markers, nameOf(doom)).toEqual(undone)
          await target.forward(scene.pools, 1)
          const again = await target.state()
          expect(seen(again), nameOf(doom)).toEqual(seen(course.after))
          const markers = course.after.markers.map((line) => line.replace(/^0/, '1'))
          expect(again.markers, nameOf(doom)).toEqual([...undone, ...markers])
        })
      },
      LIMIT_MS,
    )
  })

  describe('a worker that stands still in the middle of an undo, while the undo is done and the change tried again', () => {
    test.each(plans)(
      '$name: comes too late',
      async (each) => {
        const course = await courseOf(each)
        const all = course.undoPoints.map((point): Doom => ({ ...point, end: STILL }))
        const dooms = doomsOf(`undone late ${each.name}`, all, course.undoPoints)
        await onCopies(each, dooms, async (target, doom) => {
          await target.forward(scene.pools)
          const worker = mortalWorker(scene.pools, doom)
          const late = outcome(target.back(worker.pools))
          await Promise.race([worker.stands, late])
          await target.back(scene.pools)
          await target.forward(scene.pools, 1)
          const state = await target.state()
          worker.wake()
          expect(await late, nameOf(doom)).toMatch(OVERTAKEN)
          expect(await target.state(), nameOf(doom)).toEqual(state)
        })
      },
      LIMIT_MS,
    )
  })
}

/** The name of the error, if there was one. */
function outcome(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => 'done',
    (error: Error) => error.name,
  )
}
