import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createFleet, dumpFleet, placesOf } from '../fleet.ts'
import { apply, createStack, type Stack } from '../stack.ts'

const TENANTS = ['ada', 'bob']
const FOOD = { type: 'create_model', name: 'food' }
let stack: Stack
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
  await createFleet(stack, 'bistro', TENANTS)
  await stack.client.run('bistro', { type: 'create_model', name: 'guest' })
})
afterAll(async () => {
  await stack?.stop()
})

describe('bad input gives one sentence, its code and its exit code, and changes nothing', () => {
  const cases: [string, readonly string[], string, number, string][] = [
    ['not JSON', ['apply', 'bistro', '-'], '{"type": ', 2, 'INPUT_INVALID'],
    ['an unknown key', ['apply', 'bistro', '-'], JSON.stringify({ ...FOOD, colour: 'red' }), 2, 'INPUT_INVALID'],
    ['a wrong type', ['apply', 'bistro', '-'], JSON.stringify({ type: 'create_model', name: 7 }), 2, 'INPUT_INVALID'],
    ['an unknown mutation', ['apply', 'bistro', '-'], JSON.stringify({ type: 'drop_all' }), 2, 'INPUT_INVALID'],
    ['a bad operation id', ['apply', 'bistro', '-', '--id', 'a b'], JSON.stringify(FOOD), 2, 'INPUT_INVALID'],
    ['an unknown project', ['apply', 'nowhere', '-'], JSON.stringify(FOOD), 3, 'PROJECT_NOT_FOUND'],
    ['an unknown operation', ['operation', 'show', 'nothing'], '', 3, 'OPERATION_NOT_FOUND'],
    [
      'an unknown server',
      ['project', 'create', 'p2', '--server', 'gamma', '--namespace', 'p2'],
      '',
      3,
      'SERVER_NOT_FOUND',
    ],
    ['a tenant twice', ['tenant', 'add', 'bistro', 'ada', '--server', 'alpha'], '', 3, 'ALREADY_EXISTS'],
    [
      'a taken namespace',
      ['tenant', 'add', 'bistro', 'eve', '--server', 'alpha', '--namespace', 'bistro_ada'],
      '',
      3,
      'NAME_TAKEN',
    ],
    ['a missing file', ['plan', 'bistro', 'nowhere.json'], '', 2, 'INPUT_INVALID'],
  ]
  test.each(cases)('%s', async (_, args, stdin, exitCode, code) => {
    const places = placesOf(stack, 'bistro', TENANTS)
    const before = await dumpFleet(places)
    const operations = (await stack.client.listOperations('bistro')).length
    const result = await stack.cli([...args, '--json'], stdin)
    expect({ exitCode: result.exitCode, code: result.json().error?.code }, result.stderr).toEqual({ exitCode, code })
    expect(await dumpFleet(places)).toEqual(before)
    expect(await stack.client.listOperations('bistro')).toHaveLength(operations)
  })

  test('an id that was used for another mutation is refused', async () => {
    await apply(stack, 'bistro', { type: 'create_model', name: 'table' }, '--id', 'once')
    const again = await apply(stack, 'bistro', { type: 'create_model', name: 'table' }, '--id', 'once')
    expect(again.exitCode).toBe(0)
    const other = await apply(stack, 'bistro', { type: 'create_model', name: 'chair' }, '--id', 'once')
    expect([other.exitCode, other.json().error?.code]).toEqual([3, 'IDEMPOTENCY_CONFLICT'])
  })

  test.each([
    ['Temporal unavailable', { TEMPORAL_ADDRESS: '127.0.0.1:1' }, 7, 'TEMPORAL_UNREACHABLE'],
    [
      'the catalog unavailable',
      { SCHEMA_SAGA_CATALOG_URL: 'postgres://saga:geheim@127.0.0.1:1/c' },
      7,
      'CATALOG_UNREACHABLE',
    ],
    ['a setting that is no connection string', { SCHEMA_SAGA_CATALOG_URL: 'geheim' }, 2, 'SETTING_INVALID'],
  ])('%s', async (_, change, exitCode, code) => {
    const result = await stack.cli(['apply', 'bistro', '-', '--json'], JSON.stringify(FOOD), change)
    expect([result.exitCode, result.json().error?.code]).toEqual([exitCode, code])
    expect(`${result.stdout}${result.stderr}`).not.toContain('geheim')
  })

  test('a catalog that was never initialised', async () => {
    const change = { SCHEMA_SAGA_CATALOG_URL: stack.env.ALPHA_URL }
    const result = await stack.cli(['apply', 'bistro', '-', '--json'], JSON.stringify(FOOD), change)
    expect([result.exitCode, result.json().error?.code]).toEqual([7, 'NOT_INITIALISED'])
  })
})

describe('other doors', () => {
  test('the same workflow can be started with `temporal workflow start`', async () => {
    const input = { project: 'bistro', operationId: 'by-hand', mutation: { type: 'create_model', name: 'menu' } }
    await promisify(execFile)(inject('temporalCliPath'), [
      'workflow',
      'start',
      '--type',
      'applySchemaMutation',
      '--address',
      stack.env.TEMPORAL_ADDRESS as string,
      '--namespace',
      stack.env.TEMPORAL_NAMESPACE as string,
      '--workflow-id',
      'schema/bistro/by-hand',
      '--task-queue',
      stack.env.SCHEMA_SAGA_TASK_QUEUE as string,
      '--input',
      JSON.stringify(input),
    ])
    await expect
      .poll(async () => (await stack.client.listOperations('bistro')).some((operation) => operation.id === 'by-hand'), {
        timeout: 30_000,
      })
      .toBe(true)
    const operation = await (await stack.client.operation('by-hand')).result()
    expect(operation).toMatchObject({ status: 'committed', tenants: { succeeded: 2 } })
  })

  test('plan changes nothing and prints SQL that does what the operation would do', async () => {
    const places = placesOf(stack, 'bistro', TENANTS)
    const before = await dumpFleet(places)
    const mutation = { type: 'add_field', model_name: 'guest', field_label: 'Note', field_type: 'text' }
    const result = await stack.cli(['plan', 'bistro', '-', '--json'], JSON.stringify(mutation))
    expect(result.exitCode).toBe(0)
    const plan = result.json().plan as Record<'forward' | 'compensation', { sql: string[] }[]> & { targets: unknown }
    expect(plan.targets).toEqual({ total: 3, to_do: 3, done: 0, blocked: 0 })
    expect(await dumpFleet(places)).toEqual(before)

    const run = async (stages: { sql: string[] }[]): Promise<void> => {
      const script = stages.flatMap((stage) => stage.sql.map((sql) => `${sql};`)).join('\n')
      const psql = promisify(execFile)('psql', [
        '-v',
        'ON_ERROR_STOP=1',
        '-v',
        'ns=bistro_ada',
        '-d',
        stack.env.ALPHA_URL as string,
      ])
      psql.child.stdin?.end(script)
      await psql
    }
    await run(plan.forward)
    expect((await dumpFleet(places)).ada).not.toEqual(before.ada)
    await run([...plan.compensation].reverse())
    expect(await dumpFleet(places)).toEqual(before)
  })
})

describe('what history keeps', () => {
  test('no password and no connection string is in any history, and every history stays small', async () => {
    await stack.client.run('bistro', { type: 'create_model', name: 'waiter' })
    const { workflow } = stack.temporal
    const password = new URL(stack.env.ALPHA_URL as string).password
    expect(password.length).toBeGreaterThan(3)
    let histories = 0
    const query = `TaskQueue = '${stack.env.SCHEMA_SAGA_TASK_QUEUE}'`
    for await (const info of workflow.list({ query })) {
      const history = await workflow.getHandle(info.workflowId, info.runId).fetchHistory()
      const text = historyToJSON(history)
      const decoded = [...text.matchAll(/"data":\s*"([^"]+)"/g)].map((m) =>
        Buffer.from(m[1] ?? '', 'base64').toString(),
      )
      for (const part of [text, ...decoded]) {
        expect(part.includes(password), info.workflowId).toBe(false)
        expect(part.includes('postgres://'), info.workflowId).toBe(false)
      }
      expect(history.events?.length ?? 0).toBeLessThan(4_096)
      histories += 1
    }
    // The base, two tenants, and two operations with children of their own.
    expect(histories).toBeGreaterThanOrEqual(5)
  })
})
