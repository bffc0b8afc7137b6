import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freeze, thaw } from './freeze.ts'
import { createPolicyFleet, type PolicyFleet } from './policyFleet.ts'
import { apply, createStack, ready, type Stack } from './stack.ts'

let stack: Stack
let fleet: PolicyFleet
let folder: string
beforeAll(async () => {
  stack = await createStack()
  folder = await mkdtemp(join(tmpdir(), 'schema-saga-hooks-'))
  fleet = await createPolicyFleet('bistro', {
    ...stack,
    startWorker: async () => {
      const script = fileURLToPath(new URL('./hookedWorker.ts', import.meta.url))
      const env = { PATH: process.env.PATH ?? '', ...stack.env, HOOK_NOTES: join(folder, 'notes') }
      const worker = spawn(process.execPath, ['--import', 'tsx', script], { env, stdio: ['ignore', 'ignore', 'pipe'] })
      afterAll(async () => {
        worker.kill('SIGKILL')
        await once(worker, 'exit')
      })
      return await ready(worker)
    },
  })
}, 120_000)
afterAll(async () => {
  await stack?.stop()
  await rm(folder, { recursive: true, force: true })
})

const notes = (): string[] => readFileSync(join(folder, 'notes'), 'utf8').trim().split('\n')

test('F5, A19: a hook that fails twice runs only after the commit, does not delay it, and is on record', async () => {
  // Of the operation that made the model: it was the first to commit, and its hook the one that failed.
  const { operations } = (await stack.cli(['operation', 'list', 'bistro', '--json'])).json() as unknown as {
    operations: { id: string; status: string }[]
  }
  const [first] = operations
  expect(first?.status).toBe('committed')
  await expect.poll(() => notes().length, { timeout: 60_000 }).toBe(3)
  expect(notes()).toEqual(new Array(3).fill(`${first?.id} committed`))
  await expect
    .poll(async () => (await fleet.steps(first?.id ?? '')).after_commit, { timeout: 30_000 })
    .toBe('succeeded')
}, 120_000)

test('A21: an upsert of a relation that fails leaves its column with all rows', async () => {
  const mutations = [
    { type: 'create_model', name: 'desk' },
    { type: 'add_field', model_name: 'desk', field_label: 'Name', field_type: 'text' },
    { type: 'add_field', model_name: 'guest', field_label: 'Name', field_type: 'text' },
  ]
  for (const mutation of mutations) expect((await apply(stack, 'bistro', mutation)).exitCode).toBe(0)
  const relation = (on_delete: string) => ({
    ...{ type: 'create_connection', from: 'desk', to: 'guest' },
    ...{ forward_connection_type: 'has_many', reverse_connection_type: 'has_one', on_delete },
  })
  const first = await apply(stack, 'bistro', relation('set_null'))
  expect(first.json().operation).toMatchObject({ status: 'committed' })
  await stack.alpha.query(`insert into bistro_ada.desk (id) values ('t1'); update bistro_ada.guest set desk_id = 't1'`)
  await freeze(stack.alpha, 'bistro_bob')
  const second = await apply(stack, 'bistro', relation('cascade'))
  await thaw(stack.alpha, 'bistro_bob')
  expect([second.exitCode, second.json().operation?.error]).toEqual([4, expect.stringContaining('tenant bob')])
  const { rows } = await stack.alpha.query('select desk_id from bistro_ada.guest')
  expect(rows).toEqual([{ desk_id: 't1' }])
}, 120_000)
