import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WorkerOptions } from '../../../src/worker.ts'
import { createFleet } from '../fleet.ts'
import { freeze, thaw } from '../freeze.ts'
import { apply, createStack, type Stack, succeed } from '../stack.ts'

const TENANTS = ['ada', 'bob']
const HOOK_FAILURES = 2
let stack: Stack
const notes: string[] = []
beforeAll(async () => {
  stack = await createStack()
  // As a program that embeds the worker gives it a hook.
  const hooks: WorkerOptions['hooks'] = {
    authorize: (actor) => {
      if (actor === 'eve') throw new Error('Eve may only look.')
    },
    afterCommit: async ({ id, status }) => {
      notes.push(`${id} ${status}`)
      if (notes.filter((note) => note.startsWith(`${id} `)).length <= HOOK_FAILURES) {
        throw new Error('the replica does not answer')
      }
    },
  }
  await stack.startWorker({ hooks, quick: true })
  await createFleet(stack, 'bistro', TENANTS, 'alpha')
})
afterAll(async () => {
  await stack?.stop()
})

test('F5, A19: a hook that fails twice runs only after the commit, does not delay it, and is on record', async () => {
  const first = await stack.client.run('bistro', { type: 'create_model', name: 'guest' }, { operationId: 'guest-1' })
  expect(first.status).toBe('committed')
  const hook = async () => {
    const shown = await succeed(stack, ['operation', 'show', 'guest-1', '--json'])
    const { steps } = shown.json().operation as unknown as { steps: { key: string; state: string }[] }
    return steps.find(({ key }) => key === 'after_commit')?.state
  }
  await expect.poll(hook, { timeout: 60_000 }).toBe('succeeded')
  // A call whose answer comes too late, on a machine that is busy, is made once more.
  expect(notes.length).toBeGreaterThan(HOOK_FAILURES)
  expect(new Set(notes)).toEqual(new Set(['guest-1 committed']))
})

test('what the embedder forbids is told by the command line in its words, with the exit code of a refusal', async () => {
  const words = ['tenant', 'add', 'bistro', 'eve', '--server', 'alpha', '--actor', 'eve', '--json']
  const { exitCode, stdout } = await stack.cli(words)
  expect([exitCode, JSON.parse(stdout)]).toMatchObject([
    3,
    { error: { code: 'FORBIDDEN', message: 'Eve may only look.' } },
  ])
  const secret = { type: 'create_model', name: 'secret' }
  const applied = await apply(stack, 'bistro', secret, '--id', 'secret', '--actor', 'eve')
  expect(applied.exitCode).toBe(3)
  expect(applied.stdout).toContain('Eve may only look.')
  expect((await stack.cli(['operation', 'show', 'secret'])).exitCode).toBe(3)
})

test('A21: an upsert of a relation that fails leaves its column with all rows', async () => {
  await createFleet(stack, 'diner', TENANTS, 'alpha')
  await stack.client.run('diner', [
    { type: 'create_model', name: 'guest' },
    { type: 'create_model', name: 'desk' },
    { type: 'add_field', model_name: 'desk', field_label: 'Name', field_type: 'text' },
    { type: 'add_field', model_name: 'guest', field_label: 'Name', field_type: 'text' },
  ])
  await stack.alpha.query(`insert into diner_ada.guest (id) values ('g1')`)
  const relation = (on_delete: string) => ({
    type: 'create_connection',
    from: 'desk',
    to: 'guest',
    forward_connection_type: 'has_many',
    reverse_connection_type: 'has_one',
    on_delete,
  })
  const first = await apply(stack, 'diner', relation('set_null'))
  expect(first.json().operation, first.stdout).toMatchObject({ status: 'committed' })
  await stack.alpha.query(`insert into diner_ada.desk (id) values ('t1'); update diner_ada.guest set desk_id = 't1'`)
  await freeze(stack.alpha, 'diner_bob')
  const second = await apply(stack, 'diner', relation('cascade'))
  await thaw(stack.alpha, 'diner_bob')
  expect([second.exitCode, second.json().operation?.error]).toEqual([4, expect.stringContaining('tenant bob')])
  const { rows } = await stack.alpha.query('select desk_id from diner_ada.guest')
  expect(rows).toEqual([{ desk_id: 't1' }])
})
