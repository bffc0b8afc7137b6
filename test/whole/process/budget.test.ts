import pMap from 'p-map'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sampleSessions } from '../../fixtures/sampleSessions.ts'
import { slowDown } from '../slowDdl.ts'
import { createStack, type Stack, succeed } from '../stack.ts'

const BUDGET = 3
const TENANTS = Array.from({ length: 10 }, (_, n) => `t${n}`)
let stack: Stack
beforeAll(async () => {
  stack = await createStack()
  await Promise.all([stack.startWorker(), stack.startWorker()])
  await succeed(stack, ['server', 'set', 'alpha', '--max-sessions', String(BUDGET)])
  for (const id of ['cafe', 'diner']) {
    await stack.client.createProject({ id, base: { server: 'alpha', namespace: `${id}_base` } })
    await stack.client.run(id, { type: 'create_model', name: 'guest' })
    await addTenants(id, TENANTS)
  }
})
afterAll(async () => {
  await stack?.stop()
})

function addTenants(project: string, tenants: readonly string[]): Promise<unknown> {
  return pMap(tenants, (id) => stack.client.addTenant(project, { id, server: 'alpha' }), { concurrency: 5 })
}

test('two workers with two operations of different projects, and new tenants meanwhile, stay within the budget of a server', async () => {
  await slowDown(stack.alpha, 0.1)
  const sampler = await sampleSessions(new URL(stack.env.ALPHA_URL ?? '').pathname.slice(1), 50)
  const name = { type: 'add_field', model_name: 'guest', field_label: 'Name', field_type: 'text' }
  const operations = ['cafe', 'diner'].map((project) => stack.client.run(project, name))
  const provisionings = addTenants(
    'cafe',
    TENANTS.map((tenant) => `new_${tenant}`),
  )
  for (const operation of await Promise.all(operations)) expect(operation.status).toBe('committed')
  await provisionings
  const { most, mostAside, samples } = await sampler.stop()

  expect(samples).toBeGreaterThan(20)
  expect(most).toBe(BUDGET)
  expect(mostAside).toBeLessThanOrEqual(2)
  const { rows } = await stack.alpha.query(
    `select count(*)::int as targets, count(*) filter (where revision = 2)::int as at from schema_saga_target.target`,
  )
  expect(rows).toEqual([{ targets: 32, at: 32 }])
})
