import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeTarget } from '../../../src/activities/fleet/makeTarget.ts'
import { createCatalogPool } from '../../../src/postgres/catalog/pool.ts'
import { catalogIdOf } from '../../../src/postgres/catalog/projects/identity.ts'
import { requireServer } from '../../../src/postgres/catalog/projects/servers.ts'
import { openProvisioning } from '../../../src/postgres/catalog/tenants/provision.ts'
import { createTargetPools } from '../../../src/postgres/sessions/pools.ts'
import { dumpAll } from '../../fixtures/dump.ts'
import { startDumpingPostgres } from '../../fixtures/dumpingPostgres.ts'
import { makeRoles } from '../../sql/cases.ts'
import { apply, createStack, type Stack, succeed } from '../stack.ts'

const DUMP = readFileSync(join(import.meta.dirname, '../../sql/dumps/hyku_rails.sql'), 'utf8')

let stack: Stack
let release: () => Promise<void>
let isDumping = false
beforeAll(async () => {
  // Where there is none, the workers make tenants of the baseline itself.
  const postgres = await startDumpingPostgres()
  const alpha = await postgres?.database()
  isDumping = postgres !== null
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

/** A worker that has made the tenant, and cannot say so any more. */
async function makeAndDie(tenant: string): Promise<void> {
  const catalog = createCatalogPool(stack.env.SCHEMA_SAGA_CATALOG_URL ?? '')
  const targetPools = createTargetPools({
    server: (id) => requireServer(catalog, id),
    dsn: (variable) => stack.env[variable],
    catalogId: () => catalogIdOf(catalog),
  })
  const place = { project: 'shop', scope: tenant, server: 'alpha', namespace: `shop_${tenant}`, actor: 'test' }
  const { target } = await openProvisioning(catalog, place)
  await makeTarget({ catalog, targetPools }, { project: 'shop', target })
  await targetPools.close()
  await catalog.end()
}

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

  test('are made at the revision that a change has led to, or brought there when it came in between', async () => {
    await makeAndDie('late')
    const change = { type: 'run_sql', name: '0002', up: 'ALTER TABLE roles ADD note text' }
    expect(await apply(stack, 'shop', change)).toMatchObject({ exitCode: 0 })
    const late = await succeed(stack, ['tenant', 'add', 'shop', 'late', '--server', 'alpha'])
    expect(late.stdout).toContain('Tenant late is active at revision 2: ')
    const next = await stack.cli(['tenant', 'add', 'shop', 'next', '--server', 'alpha'])
    if (isDumping) expect(next.stdout).toContain('Tenant next is active at revision 2: ')
    else expect(next).toMatchObject({ stderr: expect.stringMatching(/^error TEMPLATE_MISSING: /), exitCode: 3 })
    const drift = await succeed(stack, ['drift', 'shop', '--json'])
    const checked = isDumping ? 7 : 6
    expect(JSON.parse(drift.stdout)).toMatchObject({ checked, matching: checked, drift: [] })
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
