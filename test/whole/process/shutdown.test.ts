import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import type { OperationHandle } from '../../../src/client.ts'
import { drawnTests } from '../../faults/draw.ts'
import { dumpSchema } from '../../fixtures/dump.ts'
import { copyProject } from '../copyProject.ts'
import { createFleet } from '../fleet.ts'
import { alterations, slowDown } from '../slowDdl.ts'
import { createStack, type Stack } from '../stack.ts'

const TENANTS = Array.from({ length: 80 }, (_, n) => `t${String(n).padStart(2, '0')}`)
const NAME = { type: 'add_field', model_name: 'guest', field_label: 'Name', field_type: 'text' }
let stack: Stack
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
  await createFleet(stack, 'grill', [])
  await stack.client.run('grill', { type: 'create_model', name: 'guest' })
  await stack.stopWorkers()
})
afterEach(async () => {
  await stack?.stopWorkers()
})
afterAll(async () => {
  await stack?.stop()
})

/** A project with all its tenants on alpha, where each ALTER TABLE takes so many seconds from now on. */
async function slowFleet(project: string, seconds: number): Promise<void> {
  await copyProject({ stack, project: 'grill', tenants: TENANTS, spread: 'alpha' }, [project])
  await slowDown(stack.alpha, seconds)
  await stack.alpha.query('truncate public.ddl_seen')
}

async function altered(): Promise<number> {
  return (await alterations(stack.alpha)).objects
}

/** How many tenants the operation's markers say are done; throws when a tenant's tables say otherwise. */
async function doneTenants(project: string, operationId: string): Promise<number> {
  const { rows } = await stack.alpha.query<{ namespace: string; state: string | null; revision: number }>(
    `select t.namespace, m.state, t.revision from schema_saga_target.target t
       left join schema_saga_target.marker m on m.namespace = t.namespace and m.operation_id = $2
      where t.project_id = $1 and t.namespace <> $1 || '_base'`,
    [project, operationId],
  )
  expect(rows).toHaveLength(TENANTS.length)
  const done = rows.filter(({ state }) => state === 'applied')
  const pending = rows.filter(({ state }) => state === null)
  expect(done.length + pending.length).toBe(TENANTS.length)
  const shapes: Set<string>[] = []
  for (const half of [done, pending]) {
    const dumps = new Set<string>()
    for (const { namespace } of half) dumps.add(await dumpSchema(stack.alpha, namespace))
    shapes.push(dumps)
    expect(dumps.size).toBeLessThanOrEqual(1)
    expect(new Set(half.map(({ revision }) => revision)).size).toBeLessThanOrEqual(1)
  }
  if (done.length > 0 && pending.length > 0) expect([...(shapes[0] ?? [])]).not.toEqual([...(shapes[1] ?? [])])
  return done.length
}

/** A new worker brings the operation to its end, and no target was altered twice. */
async function finish(project: string, handle: OperationHandle): Promise<void> {
  await slowDown(stack.alpha, 0)
  await stack.startWorker({ quick: true })
  expect(await handle.result()).toMatchObject({ status: 'committed', tenants: { succeeded: TENANTS.length } })
  expect(await doneTenants(project, handle.id)).toBe(TENANTS.length)
  expect(await alterations(stack.alpha)).toEqual({ objects: 1 + TENANTS.length, most: 1 })
}

describe('a worker that stops', () => {
  drawnTests('shutdown', 1, {
    'a worker that is told to stop while it works on many tenants ends what it has begun, and no tenant is half done':
      async () => {
        const worker = await stack.spawnWorker()
        await slowFleet('patient', 0.2)
        const handle = await stack.client.apply('patient', NAME, { operationId: 'name-1', parallel: TENANTS.length })
        await expect.poll(altered, { timeout: 60_000, interval: 100 }).toBeGreaterThan(10)
        const since = performance.now()
        worker.kill('SIGTERM')
        expect(await once(worker, 'exit')).toEqual([0, null])
        // The grace period is 65 s, and what is in flight takes far less.
        expect(performance.now() - since).toBeLessThan(30_000)
        const done = await doneTenants('patient', 'name-1')
        expect(done).toBeGreaterThanOrEqual(10)
        expect(done).toBeLessThan(TENANTS.length)
        await finish('patient', handle)
      },

    'work still in flight when the grace period ends is cancelled, and nothing of it stays': async () => {
      const hasty = await stack.startWorker({ shutdownGraceMs: 1_000 })
      await slowFleet('hasty', 1.5)
      const handle = await stack.client.apply('hasty', NAME, { operationId: 'name-2', parallel: TENANTS.length })
      await expect.poll(altered, { timeout: 60_000, interval: 100 }).toBeGreaterThan(8)
      const since = performance.now()
      await hasty.stop()
      expect(performance.now() - since).toBeLessThan(8_000)
      const done = await doneTenants('hasty', 'name-2')
      expect(done).toBeGreaterThanOrEqual(8)
      expect(done).toBeLessThan(TENANTS.length)
      await finish('hasty', handle)
    },
  })
})
