import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFleet, dumpFleet, placesOf } from '../fleet.ts'
import { createStack, type Stack } from '../stack.ts'

const TENANTS = ['t1', 't2', 't3']
let stack: Stack
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
  for (const project of ['market', 'fair']) {
    await createFleet(stack, project, TENANTS)
    await stack.client.run(project, [
      { type: 'create_model', name: 'food' },
      { type: 'add_field', model_name: 'food', field_label: 'Name', field_type: 'text' },
      { type: 'add_field', model_name: 'food', field_label: 'Price', field_type: 'number', input_type: 'double' },
    ])
  }
  await stack.beta.query('ALTER TABLE market_t2.food DROP COLUMN price')
})
afterAll(async () => {
  await stack?.stop()
})

test('plan asks a worker what code of the application names, and refuses nothing', async () => {
  await stack.beta.query(
    `CREATE FUNCTION market_t2.named() RETURNS text LANGUAGE sql AS 'SELECT max(name) FROM market_t2.food'`,
  )
  const field = { model_name: 'food', field_name: 'name', new_name: 'title' }
  const rename = JSON.stringify({ type: 'model_field_operation', operation: 'rename', ...field })
  const { exitCode, stdout } = await stack.cli(['plan', 'market', '-'], rename)
  expect(exitCode).toBe(0)
  expect(stdout).toContain('  CODE_NAMES_IT: the text of the function named() names food.name, on t2: ')
  const { plan } = (await stack.cli(['plan', 'market', '-', '--json'], rename)).json() as { plan: object }
  expect(plan).toMatchObject({
    code: [{ object: 'food.name', function: 'named()', tenants: ['t2'], tenant_count: 1 }],
    code_left_out: 0,
    triggers: [],
    triggers_left_out: 0,
    looked_at: { targets: 4, unreachable: 0, problem: null },
  })
})

describe('drift and health on the command line', () => {
  test('exit 0 when every target is as its revision says', async () => {
    const drift = await stack.cli(['drift', 'fair', '--json'])
    expect(drift.exitCode, drift.stderr).toBe(0)
    expect(drift.json()).toEqual({
      checked: 4,
      matching: 4,
      in_flight: 0,
      drift: [],
      groups_left_out: 0,
      targets_left_out: 0,
    })
    const health = await stack.cli(['health', 'fair', '--json'])
    expect(health.exitCode, health.stderr).toBe(0)
    expect(health.json()).toMatchObject({
      targets: 4,
      healthy: 4,
      in_flight: 0,
      groups_left_out: 0,
      targets_left_out: 0,
      groups: [
        { tenants: ['base', 't1', 't2', 't3'], tenant_count: 4, healthy: true, problem: null, models_left_out: 0 },
      ],
    })
  })

  test('A94 name tenant 2 that lacks a column, exit 6, and change nothing', async () => {
    const places = placesOf(stack, 'market', TENANTS)
    const before = await dumpFleet(places)
    const drift = await stack.cli(['drift', 'market', '--json'])
    expect(drift.exitCode).toBe(6)
    expect(drift.json()).toMatchObject({
      checked: 4,
      matching: 3,
      in_flight: 0,
      drift: [
        {
          tenants: ['t2'],
          tenant_count: 1,
          revision: 1,
          differences_left_out: 0,
          differences: [{ object: 'food.price', kind: 'missing', actual: null }],
          repair: ['ALTER TABLE :"ns"."food" ADD COLUMN "price" numeric'],
        },
      ],
    })
    const health = await stack.cli(['health', 'market', 'food', '--json'])
    expect(health.exitCode).toBe(6)
    const groups = health.json().groups as { tenants: string[]; models: { missing_columns: string[] }[] }[]
    expect(groups.map(({ tenants, models }) => [tenants, models[0]?.missing_columns])).toEqual([
      [['t2'], ['price']],
      [['base', 't1', 't3'], []],
    ])
    expect(await dumpFleet(places)).toEqual(before)
  })

  test('tell people the same, of one tenant when asked', async () => {
    const fine = await stack.cli(['drift', 'market', '--tenant', 't1'])
    expect([fine.exitCode, fine.stdout.trim()]).toEqual([0, '1 checked, 1 as their revision says, 0 drifted'])
    const drift = await stack.cli(['drift', 'market', '--tenant', 't2'])
    expect(drift.exitCode).toBe(6)
    expect(drift.stdout).toContain('1 target (t2) at revision 1:')
    expect(drift.stdout).toMatch(/food\.price +missing/)
    expect(drift.stdout).toContain('ALTER TABLE :"ns"."food" ADD COLUMN "price" numeric;')
    const health = await stack.cli(['health', 'market'])
    expect(health.exitCode).toBe(6)
    expect(health.stdout).toContain('4 targets, 3 healthy')
    expect(health.stdout).toMatch(/food +2 +missing columns: price/)
  })

  test('several at once do not meet', async () => {
    const found = await Promise.all([1, 2, 3].map(() => stack.client.drift('market')))
    expect(found.map(({ matching }) => matching)).toEqual([3, 3, 3])
  })

  test.each([
    ['a project that is not there', ['drift', 'nowhere'], 'PROJECT_NOT_FOUND'],
    ['a tenant that is not there', ['drift', 'market', '--tenant', 'zoe'], 'TENANT_NOT_FOUND'],
    ['a model that is not there', ['health', 'market', 'nothing'], 'MODEL_NOT_FOUND'],
  ])('refuse %s', async (_, args, code) => {
    const result = await stack.cli([...args, '--json'])
    expect([result.exitCode, result.json().error?.code]).toEqual([3, code])
  })
})
