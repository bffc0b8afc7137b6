import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReconcileDocument } from '../../../src/contract/reconcile.ts'
import { createFleet } from '../fleet.ts'
import { createStack, type Stack, scheduleOf, succeed } from '../stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
  await createFleet(stack, 'tavern', ['ada', 'bob'])
  await stack.client.run('tavern', { type: 'create_model', name: 'guest' })
})
afterAll(async () => {
  await stack?.stop()
})

describe('a fleet where all is well', () => {
  test('has nothing to do, says so, and keeps a record of the run', async () => {
    const result = await succeed(stack, ['reconcile', '--json'])
    const { reconcile } = result.json() as unknown as { reconcile: ReconcileDocument }
    expect(reconcile).toMatchObject({ trigger: 'person', left: 0, done: 0, projects: [], projects_looked_at: 1 })
    const { rows } = await stack.catalog.query('select * from schema_saga.reconcile_run where id = $1', [reconcile.id])
    expect(rows).toMatchObject([{ trigger: 'person', dry_run: false, results: [], ended_at: expect.any(Date) }])
    expect((await succeed(stack, ['reconcile', 'tavern'])).stdout).toMatch(/1 project looked at, 0 done, 0 left/)
  })

  test('a project that is not there is refused', async () => {
    const refused = await stack.cli(['reconcile', 'nowhere', '--json'])
    expect([refused.exitCode, refused.json().error?.code]).toEqual([3, 'PROJECT_NOT_FOUND'])
  })
})

test('init creates one Schedule, which starts the reconciler, and runBackgroundReconciler changes how often', async () => {
  await succeed(stack, ['init'])
  const described = await scheduleOf(stack).describe()
  expect(described).toMatchObject({ policies: { overlap: 'SKIP' }, state: { paused: true } })
  expect(described.spec.intervals).toMatchObject([{ every: 300_000 }])
  await scheduleOf(stack).trigger()
  const runs = async () =>
    (
      await stack.catalog.query(
        `select from schema_saga.reconcile_run where trigger = 'schedule' and ended_at is not null`,
      )
    ).rowCount
  await expect.poll(runs, { timeout: 30_000 }).toBe(1)
  await stack.client.runBackgroundReconciler({ every: 60_000 })
  await succeed(stack, ['init'])
  const changed = await scheduleOf(stack).describe()
  expect(changed).toMatchObject({ state: { paused: true } })
  expect(changed.spec.intervals).toMatchObject([{ every: 60_000 }])
  await expect(stack.client.runBackgroundReconciler({ every: 5 })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
})
