import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject } from 'vitest'
import type { RunningWorker } from '../../src/worker.ts'
import { freshDatabase } from '../fixtures/database.ts'
import { QUICK_HEARTBEAT_EVERY_MS } from '../fixtures/quickPolicies.ts'
import { createFleet, dumpFleet, markersOf, placesOf, shapesOf } from '../whole/fleet.ts'
import { kill } from '../whole/realProgram.ts'
import { alterations, slowDown } from '../whole/slowDdl.ts'
import { createStack, type Stack } from '../whole/stack.ts'
import { type Cutter, startCutter } from './cutAnswer.ts'
import { drawnTests } from './draw.ts'
import { reportedFailures, reportedPoints } from './reports.ts'
import type { FaultPlan } from './worker/faultPlan.ts'
import { faultyOptions } from './worker/faultyOptions.ts'
import { startFaultyWorker } from './workers.ts'

/** SS001 is `StaleEpoch` in the words of Postgres; the activity itself has been cancelled long ago. */
const STALE = 'applyToTarget: a message failed: SS001'

const FIELD = { type: 'add_field', model_name: 'guest', field_type: 'text' }
let stack: Stack
let cutter: Cutter
let folder: string
let drop: () => Promise<void>
const workers: ChildProcess[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schema-saga-late-'))
  const database = await freshDatabase()
  drop = database.drop
  cutter = await startCutter(database.url)
  stack = await createStack({ alpha: cutter.url })
  const worker = await runHere('before')
  await createFleet(stack, 'late', ['ada'])
  await stack.client.run('late', { type: 'create_model', name: 'guest' })
  await worker.stop()
}, 120_000)
afterAll(async () => {
  await Promise.all(workers.map(kill))
  await stack?.stop()
  await cutter?.close()
  await drop?.()
  await rm(folder, { recursive: true, force: true })
})

const places = () => placesOf(stack, 'late', ['ada'])

function planOf(name: string, points: FaultPlan['points']): FaultPlan {
  return {
    points,
    messages: true,
    signal: 'SIGSTOP',
    workflowBundlePath: inject('quickWorkflowBundlePath'),
    heartbeatEveryMs: QUICK_HEARTBEAT_EVERY_MS,
    catalogDatabase: new URL(stack.env.SCHEMA_SAGA_CATALOG_URL ?? '').pathname.slice(1),
    reportPath: join(folder, name),
  }
}

/** A worker that goes on without a stop. */
function runHere(name: string): Promise<RunningWorker> {
  return stack.startWorker(faultyOptions(planOf(name, {})))
}

describe('a try that comes too late', () => {
  drawnTests('late tries', 1, {
    'A28: of a worker that was stopped in front of its statement, finds the tombstone and does nothing': async () => {
      const calm = await runHere('calm')
      await stack.client.run('late', { ...FIELD, field_label: 'Name' }, { operationId: 'calm' })
      await calm.stop()
      // The last message of the last target: the one that would change ada.
      const messages = reportedPoints(planOf('calm', {}).reportPath).get('calm') ?? []
      const point = messages.findLast(({ kind }) => kind === 'applyToTarget: before a message')
      if (point === undefined) throw new Error('The operation sent no message.')

      const before = await dumpFleet(places())
      const stopped = await startFaultyWorker(stack.env, planOf('stopped', { wrong: point }))
      workers.push(stopped)
      const handle = await stack.client.apply('late', { ...FIELD, field_label: 'Wrong' }, { operationId: 'wrong' })
      const reached = () => reportedPoints(planOf('stopped', {}).reportPath).get('wrong')?.at(-1)
      await expect.poll(reached, { timeout: 30_000 }).toEqual(point)
      const worker = await runHere('other')
      await handle.abort()
      await expect(handle.result()).rejects.toMatchObject({ operation: { status: 'cancelled' } })
      expect(await dumpFleet(places())).toEqual(before)

      stopped.kill('SIGCONT')
      const failures = () => reportedFailures(planOf('stopped', {}).reportPath, 'wrong')
      await expect.poll(failures, { timeout: 30_000 }).toContain(STALE)
      expect(await dumpFleet(places())).toEqual(before)
      for (const place of places())
        expect(await markersOf(place, 'wrong')).toEqual([{ stage: 1, state: 'compensated' }])
      await Promise.all([kill(stopped), worker.stop()])
    },
    'whose connection broke between commit and answer: the next one finds the change applied, and nothing runs twice':
      async () => {
        await slowDown(stack.alpha, 0)
        const worker = await runHere('cut')
        for (const [index, label] of ['Seat', 'Room'].entries()) {
          cutter.cutAfter('apply_stage_v1')
          const operation = await stack.client.run('late', { ...FIELD, field_label: label }, { operationId: label })
          expect(operation).toMatchObject({ status: 'committed', tenants: { succeeded: 1 } })
          expect(cutter.cuts()).toBe(index + 1)
          for (const place of places()) expect(await markersOf(place, label)).toEqual([{ stage: 1, state: 'applied' }])
        }
        expect(await shapesOf(places())).toHaveLength(1)
        expect(await alterations(stack.alpha)).toEqual({ objects: 2, most: 2 })
        await worker.stop()
      },
    'whose connection broke between the commit of an undo and its answer: the next one finds it undone': async () => {
      const worker = await runHere('undo')
      const before = await dumpFleet(places())
      await stack.alpha.query('begin; lock table late_ada.guest in access share mode')
      const handle = await stack.client.apply('late', { ...FIELD, field_label: 'Floor' }, { operationId: 'Floor' })
      const base = async () => (await handle.show()).steps.find(({ key }) => key === 'base_project_ddl')?.state
      await expect.poll(base, { timeout: 30_000 }).toBe('succeeded')
      const cuts = cutter.cuts()
      cutter.cutAfter('compensate_stage_v3')
      const aborted = handle.abort()
      await expect.poll(async () => (await handle.show()).status, { timeout: 30_000 }).toBe('compensating')
      await stack.alpha.query('rollback')
      await aborted
      await expect(handle.result()).rejects.toMatchObject({ operation: { status: 'cancelled' } })
      expect(cutter.cuts()).toBe(cuts + 1)
      expect(await dumpFleet(places())).toEqual(before)
      await worker.stop()
    },
  })
})
