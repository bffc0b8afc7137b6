/** A folder of migrations on a project of SQL with two tenants, from the command line. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type {
  MigrationRunDocument,
  MigrationStatusDocument,
} from '../../../src/client/migrations/migrationDocuments.ts'
import type { OperationHistory } from '../../../src/client/operationHandle.ts'
import { createStack, type Stack } from '../stack.ts'

const BASELINE = 'CREATE TABLE invoice (id bigint PRIMARY KEY, total numeric NOT NULL DEFAULT 0);'
const CUSTOMER = 'CREATE TABLE customer (id bigint PRIMARY KEY);\n\n-- down\nDROP TABLE customer;\n'
const FILES = {
  '0001_customer.sql': CUSTOMER,
  '0002_note.sql': 'ALTER TABLE invoice ADD COLUMN note text;\n',
  '0003_positive.sql':
    'ALTER TABLE invoice ADD CONSTRAINT positive CHECK (total >= 0);\n-- down\nALTER TABLE invoice DROP CONSTRAINT positive;\n',
}

let stack: Stack
let folder: string

beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker({ quick: true })
  folder = await mkdtemp(join(tmpdir(), 'schema-saga-migrate-'))
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text)
  const base = { server: 'alpha', namespace: 'shop_base' }
  await stack.client.createProject({ id: 'shop', base, baseline: { text: BASELINE } })
  for (const namespace of ['tenant_1', 'tenant_2']) {
    await stack.alpha.query(`CREATE SCHEMA ${namespace}; SET search_path = ${namespace}; ${BASELINE} RESET search_path`)
  }
  await stack.alpha.query('INSERT INTO tenant_2.invoice VALUES (1, -5)')
  await stack.client.importTenants('shop', { server: 'alpha', like: 'tenant\\_%' })
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await stack.stop()
})

async function migrate(
  ...flags: readonly string[]
): Promise<{ run: MigrationRunDocument; exitCode: number | null; stderr: string }> {
  const { stdout, stderr, exitCode } = await stack.cli(['migrate', 'shop', folder, '--json', ...flags])
  return { run: (JSON.parse(stdout) as { migration: MigrationRunDocument }).migration, exitCode, stderr }
}

async function status(): Promise<{ status: MigrationStatusDocument; exitCode: number | null }> {
  const { stdout, exitCode } = await stack.cli(['migrate', 'status', 'shop', folder, '--json'])
  return { ...(JSON.parse(stdout) as { status: MigrationStatusDocument }), exitCode }
}

test('a folder is applied file by file, stops at the first that fails, and goes on there', async () => {
  expect((await migrate('--dry-run')).run).toMatchObject({
    format: 'plain',
    dry_run: true,
    migrations: [
      { name: '0001_customer', has_down: true, plan: { base_revision: 1 } },
      { name: '0002_note', has_down: false },
      { name: '0003_positive', has_down: true },
    ],
  })
  expect(await status()).toMatchObject({
    exitCode: 6,
    status: { counts: { applied: 0, pending: 3, pending_without_down: 1 } },
  })

  const first = await migrate()
  expect(first.run.migrations.map(({ operation, state, revision }) => [operation, state, revision])).toEqual([
    ['shop-0001_customer', 'committed', 2],
    ['shop-0002_note', 'committed', 3],
    ['shop-0003_positive', 'failed', null],
  ])
  expect(first.run.stopped).toMatchObject({
    name: '0003_positive',
    summary: expect.stringContaining('Applied: 2 of 3 (0001_customer, 0002_note); 0003_positive failed'),
  })
  expect(first.exitCode).toBe(4)
  expect(first.stderr).toContain('no down: 0002_note')
  expect(first.stderr).toContain('3 of 3, 0003_positive: ')

  await stack.alpha.query('DELETE FROM tenant_2.invoice')
  const second = await migrate()
  expect(second.run).toMatchObject({
    applied_before: 2,
    stopped: null,
    migrations: [{ operation: 'shop-0003_positive', state: 'committed', revision: 4 }],
  })
  expect(second.exitCode).toBe(0)
  expect((await (await stack.client.operation('shop-0003_positive')).show()).attempt).toBe(2)
  expect(await status()).toMatchObject({ exitCode: 0, status: { clean: true, counts: { applied: 3 } } })
  expect((await stack.client.listTenants('shop')).map(({ revision }) => revision)).toEqual([4, 4])
  expect(await migrate()).toMatchObject({ exitCode: 0, run: { migrations: [], stopped: null } })

  // What is reverted is pending again, and gets an operation of its own.
  await (await stack.client.revert('shop-0003_positive')).result()
  const third = await migrate()
  expect(third.run.migrations).toMatchObject([{ name: '0003_positive', state: 'committed', revision: 6 }])
  expect(third.run.migrations[0]?.operation).toMatch(/^shop-0003_positive-[0-9a-f]{8}$/)

  // A mistake in the last stops the first; what is applied is to be left as it is.
  await writeFile(join(folder, '0004_state.sql'), 'ALTER TABLE invoice ADD COLUMN state text;\n')
  await writeFile(join(folder, '0005_wrong.sql'), '\nALTER TABEL invoice;\n')
  const wrong = await stack.cli(['migrate', 'shop', folder])
  expect([wrong.exitCode, wrong.stderr]).toEqual([3, expect.stringMatching(/0005_wrong, line 2.*Nothing was begun/)])
  await writeFile(join(folder, '0001_customer.sql'), CUSTOMER.replace('bigint', 'int'))
  expect(await status()).toMatchObject({ exitCode: 6, status: { counts: { applied: 2, changed: 1, pending: 2 } } })
  const changed = await stack.cli(['migrate', 'shop', folder])
  expect([changed.exitCode, changed.stderr]).toEqual([3, expect.stringContaining('error SQL_CHANGED')])
})

test('a plan is proven by a worker, and nothing of it stays', async () => {
  const [up, down] = [join(folder, 'proven.sql'), join(folder, 'proven.back')]
  await writeFile(up, 'ALTER TABLE invoice ADD COLUMN proven text;\n')
  await writeFile(down, 'SELECT 1;\n')
  const { stdout, exitCode } = await stack.cli(['plan', 'shop', up, '--prove'])
  expect(stdout).toContain('way back: written, and proven on the base\nalters: column invoice.proven\n')
  expect(stdout).toContain('  -- stage 1, transaction\n  ALTER TABLE invoice DROP COLUMN proven;')
  expect(exitCode).toBe(0)
  const refused = await stack.cli(['plan', 'shop', up, '--down', down, '--prove', '--json'])
  expect(refused.exitCode).toBe(3)
  expect(JSON.parse(refused.stdout)).toMatchObject({
    error: { code: 'DOWN_INCOMPLETE', details: { objects: ['column invoice.proven'] } },
  })
  const { rows } = await stack.alpha.query("SELECT FROM information_schema.columns WHERE column_name = 'proven'")
  expect(rows).toEqual([])
})

test('the tool of a folder is told what was applied, where a person says so', async () => {
  const own = await mkdtemp(join(tmpdir(), 'schema-saga-keep-'))
  try {
    await writeFile(
      join(own, '20260101_kept.sql'),
      '-- migrate:up\nALTER TABLE invoice ADD CONSTRAINT kept CHECK (id > 0);\n-- migrate:down\nALTER TABLE invoice DROP CONSTRAINT kept;\n',
    )
    await stack.alpha.query('CREATE TABLE tenant_1.schema_migrations (version varchar(128) PRIMARY KEY)')
    const versions = async () => (await stack.alpha.query('SELECT version FROM tenant_1.schema_migrations')).rows
    const wrong = await stack.cli(['migrate', 'shop', own, '--keep', 'prisma'])
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('The folder is one of dbmate')])
    const { exitCode } = await stack.cli(['migrate', 'shop', own, '--keep', 'dbmate'])
    expect([exitCode, await versions()]).toEqual([0, [{ version: '20260101' }]])
    await (await stack.client.revert('shop-20260101_kept')).result()
    expect(await versions()).toEqual([])
  } finally {
    await rm(own, { recursive: true, force: true })
  }
})

test('the statements of an operation are told to whoever asks for them, and may apply', async () => {
  const history = async (...flags: readonly string[]) => {
    const { stdout } = await stack.cli(['operation', 'history', 'shop-0001_customer', '--json', ...flags])
    return JSON.parse(stdout) as OperationHistory
  }
  const [bare, told] = [await history(), await history('--texts')]
  expect([bare.texts_left_out, told.texts_left_out]).toEqual([true, false])
  expect(bare.plans).toMatchObject([
    { forward: [{ script: [{ sql: [] }] }], compensation: [{ script: [{ sql: [] }] }] },
  ])
  expect(JSON.stringify(bare.plans)).not.toContain('CREATE TABLE')
  expect(JSON.stringify(told.plans)).toContain('CREATE TABLE customer (id bigint PRIMARY KEY)')
})
