import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ImportResult } from '../../src/contract.ts'
import { dumpAll, dumpSchema } from '../fixtures/dump.ts'
import { createStack, type Stack, succeed } from './stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
}, 120_000)
afterAll(async () => {
  await stack?.stop()
})

/** A tenant as some other program has made it. */
async function legacy(namespace: string): Promise<void> {
  await stack.alpha.query(`
    create schema "${namespace}";
    create table "${namespace}".menu (id varchar(36) primary key, title text default ''::text not null);
    create table "${namespace}".food (
      id varchar(36) primary key, name text, price numeric default 0 not null, since date,
      menu_id varchar(36) references "${namespace}".menu (id) on delete set null);
    create index idx_food_menu_id on "${namespace}".food (menu_id);
    create table "${namespace}".audit_log (id bigserial primary key, at timestamptz default now());
    insert into "${namespace}".menu values ('m1', 'Lunch');
    insert into "${namespace}".food (id, name, menu_id) values ('f1', 'Soup', 'm1')`)
}

async function importAll(project: string, ...flags: readonly string[]): Promise<ImportResult> {
  const args = ['tenant', 'import', project, '--server', 'alpha', '--like', 'old_%', '--json', ...flags]
  const { stdout } = await stack.cli(args)
  return (JSON.parse(stdout) as { import: ImportResult }).import
}

async function dumps(dump: typeof dumpAll, ...namespaces: readonly string[]): Promise<string[]> {
  const all: string[] = []
  for (const namespace of namespaces) all.push(await dump(stack.alpha, namespace))
  return all
}

const none = { matched: 0, parked: 0, registered: 0, refused: 0 }

describe('a fleet that is there already', () => {
  beforeAll(async () => {
    for (const name of ['old_1', 'old_2', 'old_3', 'old_A b', 'old_a-b', 'old_']) await legacy(name)
    await stack.alpha.query('alter table old_3.food drop column price, add column colour text')
    await stack.client.createProject({ id: 'hostel', base: { server: 'alpha', namespace: 'hostel_base' } })
  }, 60_000)

  test('is never taken over blindly: a project without models has nothing to compare with', async () => {
    const result = await stack.cli(['tenant', 'import', 'hostel', '--server', 'alpha', '--like', 'old_%', '--json'])
    expect([result.exitCode, result.json().error?.code]).toEqual([3, 'NOT_APPLICABLE'])
  }, 30_000)

  test('a dry run says what would be done, and changes nothing', async () => {
    const before = await stack.catalog.query('select * from schema_saga.tenant')
    const result = await importAll('hostel', '--baseline', 'old_1', '--dry-run')
    expect(result).toMatchObject({
      ...{ dry_run: true, counts: { matched: 3, parked: 1, registered: 0, refused: 2 } },
      baseline: { revision: 1, models: ['food', 'menu'], left_alone: [{ table: 'audit_log' }] },
      parked: [{ tenant: '3', namespace: 'old_3', differences: ['food.colour is extra', 'food.price is missing'] }],
    })
    expect((await stack.catalog.query('select * from schema_saga.tenant')).rows).toEqual(before.rows)
    expect((await stack.client.showProject('hostel')).revision).toBe(0)
    const { rows } = await stack.alpha.query(`select to_regclass('hostel_base.food') as food`)
    expect(rows).toEqual([{ food: null }])
  }, 30_000)

  test('what looks like its baseline becomes active, the rest is parked with what differs, and no table is touched', async () => {
    const before = await dumps(dumpAll, 'old_1', 'old_2', 'old_3')
    const result = await importAll('hostel', '--baseline', 'old_1')
    expect(result.counts).toEqual({ ...none, matched: 3, parked: 1, refused: 2 })
    expect(result.matched.map(({ tenant }) => tenant)).toEqual(['1', '2', 'a-b'])
    expect(result.refused).toEqual([
      { namespace: 'old_', code: 'INPUT_INVALID', reason: 'Nothing is left of its name for the id of a tenant.' },
      { namespace: 'old_a-b', code: 'INPUT_INVALID', reason: 'It would be tenant "a-b", as "old_A b" is.' },
    ])
    expect(await dumps(dumpAll, 'old_1', 'old_2', 'old_3')).toEqual(before)
    expect(await stack.client.showTenant('hostel', '3')).toMatchObject({
      ...{ state: 'parked', cause: 'operator', reason_code: 'TARGET_DRIFTED', revision: null },
      reason: 'alpha/old_3 does not look as its revision says: food.colour is extra, food.price is missing.',
    })
    const project = await stack.client.showProject('hostel')
    expect(project).toMatchObject({ revision: 1, models: 2, settings: { ignore: ['audit_log'] } })
    const { rows } = await stack.catalog.query(
      `select operation_id from schema_saga.schema_revision where project_id = 'hostel' and revision = 1`,
    )
    expect(rows).toEqual([{ operation_id: null }])
  }, 30_000)

  test('is one fleet with the base from then on', async () => {
    const mutation = { type: 'add_field', model_name: 'food', field_label: 'Size', field_type: 'text' }
    const operation = await stack.client.run('hostel', mutation)
    expect(operation).toMatchObject({ status: 'committed', revision: 2, tenants: { total: 3, succeeded: 3 } })
    await stack.alpha.query('drop table old_1.audit_log, old_2.audit_log')
    expect(new Set(await dumps(dumpSchema, 'hostel_base', 'old_1', 'old_2')).size).toBe(1)
  }, 30_000)

  test('a repetition reports what is there, and takes over what was brought into shape; unpark does so too', async () => {
    expect((await importAll('hostel')).counts).toEqual({ ...none, registered: 3, parked: 1, refused: 2 })
    const still = await stack.cli(['tenant', 'unpark', 'hostel', '3', '--json'])
    expect([still.exitCode, still.json().error?.code]).toEqual([3, 'TARGET_DRIFTED'])
    expect(await stack.client.showTenant('hostel', '3')).toMatchObject({ state: 'parked', cause: 'operator' })
    await stack.alpha.query(`alter table old_3.food drop column colour, add column size text,
      add column price numeric default 0 not null`)
    const unparked = await succeed(stack, ['tenant', 'unpark', 'hostel', '3', '--json'])
    expect(unparked.json().tenant).toMatchObject({ state: 'active', revision: 2 })
    expect((await importAll('hostel')).counts).toEqual({ ...none, registered: 4, refused: 2 })
  }, 60_000)

  test('a namespace of another project, or of the base, is refused', async () => {
    await stack.client.createProject({ id: 'other', base: null })
    const result = await stack.client.importTenants('other', { server: 'alpha', like: 'hostel%', baseline: 'old_2' })
    expect(result.refused).toMatchObject([{ namespace: 'hostel_base', code: 'NAME_TAKEN' }])
    const second = await stack.cli([
      'tenant',
      'import',
      'other',
      '--server',
      'alpha',
      '--like',
      'x%',
      '--baseline',
      'old_3',
      '--json',
    ])
    expect([second.exitCode, second.json().error?.code]).toEqual([3, 'NOT_APPLICABLE'])
  }, 30_000)
})
