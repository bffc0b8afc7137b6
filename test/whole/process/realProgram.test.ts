import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copyProject } from '../copyProject.ts'
import { createFleet, holdBack } from '../fleet.ts'
import { kill, resultOf } from '../realProgram.ts'
import { createStack, type Stack } from '../stack.ts'

const FOOD = { type: 'create_model', name: 'food' }
const NAME = { type: 'add_field', model_name: 'guest', field_label: 'Name', field_type: 'text' }
let stack: Stack
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
  await createFleet(stack, 'kiosk', [])
  await stack.client.run('kiosk', { type: 'create_model', name: 'guest' })
})
afterAll(async () => {
  await stack?.stop()
})

async function projectOf(id: string): Promise<void> {
  await copyProject({ stack, project: 'kiosk', tenants: ['ada'] }, [id])
}

/** Whether the operation is in the ledger. */
async function isKnown(operationId: string): Promise<boolean> {
  const { rowCount } = await stack.catalog.query('select from schema_saga.operation where id = $1', [operationId])
  return rowCount === 1
}

describe('the program as a process without a terminal', () => {
  test('reads a mutation from a pipe, prints one document and nothing else on stdout, and exits 0', async () => {
    await projectOf('piped')
    const args = ['apply', 'piped', '-', '--id', 'piped-1', '--json']
    const { exitCode, json, stderr } = await resultOf(stack.spawnBin(args), JSON.stringify(NAME))
    expect(exitCode, stderr).toBe(0)
    expect(json().operation).toMatchObject({ id: 'piped-1', status: 'committed', tenants: { succeeded: 1 } })
    // Plain lines instead of one that moves, and no colours.
    expect(stderr).toMatch(/^operation piped-1\nsubmitted: waits for a worker\n/)
    expect(stderr).not.toContain('\u001b')
  })

  test.each([
    ['bad input', ['apply', 'kiosk', '-'], '{"type": ', 2, 'INPUT_INVALID'],
    ['a file that does not exist', ['apply', 'kiosk', 'nowhere.json'], '', 2, 'INPUT_INVALID'],
    ['a refusal', ['apply', 'nowhere', '-'], JSON.stringify(FOOD), 3, 'PROJECT_NOT_FOUND'],
  ])('tells %s by its exit code and one sentence on stderr', async (_, args, stdin, exitCode, code) => {
    const result = await resultOf(stack.spawn(args), stdin)
    expect({ ...result, json: null }).toEqual({
      exitCode,
      stdout: '',
      json: null,
      stderr: expect.stringContaining(code),
    })
    expect(result.stderr.trim().split('\n')).toHaveLength(1)
  })

  test('lets go of an operation at Ctrl-C, which goes on and commits', async () => {
    await projectOf('left')
    const letGo = await holdBack(stack, 'left_ada.guest')
    const program = stack.spawn(['apply', 'left', '-', '--id', 'left-1'])
    const ended = resultOf(program, JSON.stringify(NAME))
    await expect.poll(() => isKnown('left-1'), { timeout: 30_000 }).toBe(true)
    const handle = await stack.client.operation('left-1')
    await expect.poll(async () => (await handle.show()).tenants.running, { timeout: 30_000 }).toBe(1)
    program.kill('SIGINT')
    expect(await ended).toMatchObject({
      exitCode: 130,
      stdout:
        'operation left-1\nOperation left-1 continues without you; watch it with: schema-saga operation watch left-1\n',
    })
    await letGo()
    expect(await handle.result()).toMatchObject({ status: 'committed', tenants: { succeeded: 1 } })
  })

  test('A8: may be killed after it has submitted: nothing about the end changes', async () => {
    await projectOf('gone')
    const program = stack.spawn(['apply', 'gone', '-', '--id', 'gone-1', '--json'])
    program.stdin?.end(JSON.stringify(NAME))
    await expect.poll(() => isKnown('gone-1'), { timeout: 30_000 }).toBe(true)
    await kill(program)
    expect((await (await stack.client.operation('gone-1')).result()).status).toBe('committed')
  })

  test('as a worker that is idle ends at SIGTERM with exit code 0', async () => {
    const worker = await stack.spawnWorker()
    worker.kill('SIGTERM')
    expect(await once(worker, 'exit')).toEqual([0, null])
  })
})
