import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import pMap from 'p-map'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import type { OperationHandle } from '../../src/client.ts'
import { readConfig } from '../../src/config.ts'
import { runWorker } from '../../src/worker.ts'
import { dumpSchema } from '../fixtures/dump.ts'
import { alterations, slowDown } from './slowDdl.ts'
import { createStack, type Stack } from './stack.ts'

const TENANTS = Array.from({ length: 200 }, (_, n) => `t${String(n).padStart(3, '0')}`)
let stack: Stack
let worker: ChildProcess
beforeAll(async () => {
  stack = await createStack()
  worker = await stack.startWorker()
  await stack.client.createProject({ id: 'grill', base: null })
  await stack.client.run('grill', { type: 'create_model', name: 'guest' })
  await pMap(TENANTS, (id) => stack.client.addTenant('grill', { id, server: 'alpha' }), { concurrency: 16 })
}, 180_000)
afterAll(async () => {
  await stack?.stop()
})

const field = (label: string) => ({ type: 'add_field', model_name: 'guest', field_label: label, field_type: 'text' })

/** How many tenants the operation's markers say are done; throws when a tenant's tables say otherwise. */
async function doneTenants(operationId: string): Promise<number> {
  const { rows } = await stack.alpha.query<{ namespace: string; state: string | null; revision: number }>(
    `select t.namespace, m.state, t.revision from schema_saga_target.target t
       left join schema_saga_target.marker m on m.namespace = t.namespace and m.operation_id = $1`,
    [operationId],
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

async function altered(): Promise<number> {
  return (await alterations(stack.alpha)).objects
}

/** Ends the worker as an orchestrator does; returns how long that took, in milliseconds. */
async function terminate(): Promise<number> {
  const since = performance.now()
  worker.kill('SIGTERM')
  const [exitCode] = (await once(worker, 'exit')) as [number | null]
  expect(exitCode).toBe(0)
  return performance.now() - since
}

/** A new worker brings the operation to its end, and no tenant was altered twice. */
async function finish(handle: OperationHandle): Promise<void> {
  worker = await stack.startWorker()
  expect(await handle.result()).toMatchObject({ status: 'committed', tenants: { succeeded: TENANTS.length } })
  expect(await doneTenants(handle.id)).toBe(TENANTS.length)
  expect(await alterations(stack.alpha)).toEqual({ objects: TENANTS.length, most: 1 })
}

test('a worker that is told to stop while it works on 200 tenants ends what it has begun, and no tenant is half done', async () => {
  await slowDown(stack.alpha, 0.2)
  const handle = await stack.client.apply('grill', field('Name'), { operationId: 'name-1', parallel: 200 })
  await expect.poll(altered, { timeout: 60_000 }).toBeGreaterThan(20)
  // The grace period is 65 s, and what is in flight takes far less.
  expect(await terminate()).toBeLessThan(30_000)
  const done = await doneTenants('name-1')
  expect(done).toBeGreaterThan(20)
  expect(done).toBeLessThan(TENANTS.length)
  await finish(handle)
}, 180_000)

test('what is still in flight when the grace period ends is cancelled, and nothing of it stays', async () => {
  await terminate()
  vi.stubEnv('ALPHA_URL', stack.env.ALPHA_URL)
  const options = { workflowBundlePath: inject('workflowBundlePath'), shutdownGraceMs: 1_000 }
  const hasty = await runWorker(readConfig(stack.env), options)
  await slowDown(stack.alpha, 1.5)
  await stack.alpha.query('truncate public.ddl_seen')
  const handle = await stack.client.apply('grill', field('Town'), { operationId: 'town-1', parallel: 200 })
  await expect.poll(altered, { timeout: 60_000 }).toBeGreaterThan(8)
  const since = performance.now()
  await hasty.stop()
  expect(performance.now() - since).toBeLessThan(8_000)
  vi.unstubAllEnvs()
  const done = await doneTenants('town-1')
  expect(done).toBeGreaterThan(8)
  expect(done).toBeLessThan(TENANTS.length)
  await slowDown(stack.alpha, 0)
  await finish(handle)
}, 180_000)
