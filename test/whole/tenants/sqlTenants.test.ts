import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dumpAll } from '../../fixtures/dump.ts'
import { startDumpingPostgres } from '../../fixtures/dumpingPostgres.ts'
import { makeRoles } from '../../sql/cases.ts'
import { createStack, type Stack, succeed } from '../stack.ts'

const DUMP = readFileSync(join(import.meta.dirname, '../../sql/dumps/hyku_rails.sql'), 'utf8')

let stack: Stack
let release: () => Promise<void>
beforeAll(async () => {
  // Where there is none, the workers make tenants of the baseline itself.
  const postgres = await startDumpingPostgres()
  const alpha = await postgres?.database()
  stack = await createStack(alpha === undefined ? {} : { alpha: alpha.url })
  release = async () => {
    await alpha?.drop()
    await postgres?.stop()
  }
  await makeRoles(stack.alpha)
  await stack.startWorker()
})
afterAll(async () => {
  await stack?.stop()
  await release?.()
})

describe('tenants of a project that is described by SQL', () => {
  test('are added alone and by a file, and look like its base', async () => {
    const base = ['--server', 'alpha', '--namespace', 'shop_base']
    const created = await stack.cli(
      ['project', 'create', 'shop', '--kind', 'sql', ...base, '--baseline', '-', '--seed', 'schema_migrations'],
      DUMP,
    )
    expect(created).toMatchObject({ stderr: '', exitCode: 0 })
    await stack.alpha.query(`INSERT INTO shop_base.schema_migrations VALUES ('20240101')`)
    const one = await succeed(stack, ['tenant', 'add', 'shop', 'ada', '--server', 'alpha'])
    expect(one.stdout).toContain('Tenant ada is active at revision 1: shop_ada on alpha.')
    const list = 'id,server,namespace\nbob,,\ncem,,of_cem\n"dan",alpha,"Dan ""D"""\n'
    const many = await stack.cli(['tenant', 'add', 'shop', '--file', '-', '--server', 'alpha'], list)
    expect(many).toMatchObject({ stdout: expect.stringContaining('3 added, 0 there before, 0 failed'), exitCode: 0 })
    const drift = await succeed(stack, ['drift', 'shop', '--json'])
    expect(JSON.parse(drift.stdout)).toMatchObject({ checked: 5, matching: 5, drift: [] })
    const expected = await dumpAll(stack.alpha, 'shop_base')
    for (const each of ['shop_ada', 'shop_bob', 'of_cem', 'Dan "D"'])
      expect(await dumpAll(stack.alpha, each)).toBe(expected)
  })

  test('that could not be made leave nothing behind, and say why', async () => {
    await stack.alpha.query('CREATE SCHEMA full_one; CREATE TABLE full_one.t ()')
    const add = ['tenant', 'add', 'shop', 'eve', '--server', 'alpha', '--namespace', 'full_one']
    expect(await stack.cli(add)).toMatchObject({
      stderr: expect.stringMatching(/^error ALREADY_EXISTS: /),
      exitCode: 3,
    })
    const { stdout } = await succeed(stack, ['tenant', 'list', 'shop', '--json'])
    expect(stdout).not.toContain('eve')
  })
  test('are of no project whose seed tables are not in its text', async () => {
    const args = [
      'project',
      'create',
      'bad',
      '--kind',
      'sql',
      '--server',
      'alpha',
      '--namespace',
      'bad_base',
      '--baseline',
      '-',
    ]
    const refused = await stack.cli([...args, '--seed', 'nope'], 'CREATE TABLE t ()')
    expect(refused).toMatchObject({
      stderr: expect.stringMatching(/^error INPUT_INVALID: .*no table nope/),
      exitCode: 2,
    })
    expect(await stack.cli(['project', 'show', 'bad'])).toMatchObject({ exitCode: 3 })
  })
})
