import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ImportResult } from '../../../src/contract.ts'
import { dumpAll, dumpSchema } from '../../fixtures/dump.ts'
import { createStack, type Stack, succeed } from '../stack.ts'

let stack: Stack
let project: string
let old: string
let fleets = 0
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
})
afterAll(async () => {
  await stack?.stop()
})
beforeEach(async () => {
  fleets += 1
  project = `hostel${fleets}`
  old = `old${fleets}`
  for (const name of ['1', '2', '3', 'A b', 'a-b', '']) await legacy(`${old}_${name}`)
  await stack.alpha.query(`alter table ${old}_3.food drop column price, add column colour text`)
  await stack.client.createProject({ id: project, base: { server: 'alpha', namespace: `${project}_base` } })
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

const importing = (...flags: readonly string[]) =>
  stack.cli(['tenant', 'import', project, '--server', 'alpha', '--like', `${old}_%`, '--json', ...flags])

async function importAll(...flags: readonly string[]): Promise<ImportResult> {
  const { stdout } = await importing(...flags)
  return (JSON.parse(stdout) as { import: ImportResult }).import
}

const addSize = () =>
  stack.client.run(project, { type: 'add_field', model_name: 'food', field_label: 'Size', field_type: 'text' })

async function dumps(dump: typeof dumpAll, ...namespaces: readonly string[]): Promise<string[]> {
  const all: string[] = []
  for (const namespace of namespaces) all.push(await dump(stack.alpha, namespace))
  return all
}

const none = { matched: 0, parked: 0, registered: 0, refused: 0 }

describe('a fleet that is there already', () => {
  test('is no place for a new tenant, and a refused one leaves nothing behind', async () => {
    const add = ['tenant', 'add', project, 'ada', '--server', 'alpha', '--namespace', `${old}_1`, '--json']
    for (const time of [1, 2]) {
      const result = await stack.cli(add)
      expect([time, result.exitCode, result.json().error?.code]).toEqual([time, 3, 'ALREADY_EXISTS'])
    }
    expect(await stack.client.listTenantPage(project)).toMatchObject({ tenants: [] })
    expect((await importAll('--baseline', `${old}_1`)).counts.matched).toBe(3)
  })

  test('is never taken over blindly: a project without models has nothing to compare with', async () => {
    const result = await importing()
    expect([result.exitCode, result.json().error?.code]).toEqual([3, 'NOT_APPLICABLE'])
  })

  test('a dry run says what would be done, and changes nothing', async () => {
    const tenants = async () =>
      (await stack.catalog.query('select * from schema_saga.tenant where project_id = $1', [project])).rows
    const result = await importAll('--baseline', `${old}_1`, '--dry-run')
    expect(result).toMatchObject({
      dry_run: true,
      counts: { matched: 3, parked: 1, registered: 0, refused: 2 },
      baseline: { revision: 1, models: ['food', 'menu'], left_alone: [{ table: 'audit_log' }] },
      parked: [{ tenant: '3', namespace: `${old}_3`, differences: ['food.colour is extra', 'food.price is missing'] }],
    })
    expect(await tenants()).toEqual([])
    expect((await stack.client.showProject(project)).revision).toBe(0)
    const { rows } = await stack.alpha.query(`select to_regclass('${project}_base.food') as food`)
    expect(rows).toEqual([{ food: null }])
  })

  test('what looks like its baseline becomes active, the rest is parked with what differs, and no table is touched', async () => {
    const before = await dumps(dumpAll, `${old}_1`, `${old}_2`, `${old}_3`)
    const result = await importAll('--baseline', `${old}_1`)
    expect(result.counts).toEqual({ ...none, matched: 3, parked: 1, refused: 2 })
    expect(result.matched.map(({ tenant }) => tenant)).toEqual(['1', '2', 'a-b'])
    expect(result.refused).toEqual([
      {
        namespace: `${old}_`,
        code: 'INPUT_INVALID',
        reason: expect.stringContaining('can be the id of a tenant: give it an id with --ids'),
      },
      {
        namespace: `${old}_a-b`,
        code: 'INPUT_INVALID',
        reason: expect.stringContaining(`It would be tenant "a-b", as "${old}_A b" is: give one of them another id`),
      },
    ])
    const again = await importing('--except', `${old}_a-b`, `${old}\\_`)
    expect([again.exitCode, again.json().import]).toMatchObject([
      0,
      { parked_before: 1, counts: { parked: 1, refused: 0 } },
    ])
    expect(await dumps(dumpAll, `${old}_1`, `${old}_2`, `${old}_3`)).toEqual(before)
    expect(await stack.client.showTenant(project, '3')).toMatchObject({
      state: 'parked',
      cause: 'operator',
      reason_code: 'TARGET_DRIFTED',
      revision: null,
      reason: `alpha/${old}_3 does not look as its revision says: food.colour is extra, food.price is missing.`,
    })
    expect(await stack.client.showProject(project)).toMatchObject({
      revision: 1,
      models: 2,
      settings: { ignore: ['audit_log'] },
    })
    const { rows } = await stack.catalog.query(
      'select operation_id from schema_saga.schema_revision where project_id = $1 and revision = 1',
      [project],
    )
    expect(rows).toEqual([{ operation_id: null }])
  })

  test('is one fleet with the base from then on', async () => {
    await importAll('--baseline', `${old}_1`)
    const operation = await addSize()
    expect(operation).toMatchObject({ status: 'committed', revision: 2, tenants: { total: 3, succeeded: 3 } })
    await stack.alpha.query(`drop table ${old}_1.audit_log, ${old}_2.audit_log`)
    expect(new Set(await dumps(dumpSchema, `${project}_base`, `${old}_1`, `${old}_2`)).size).toBe(1)
  })

  test('a repetition reports what is there, and takes over what was brought into shape; unpark does so too', async () => {
    await importAll('--baseline', `${old}_1`)
    await addSize()
    expect((await importAll()).counts).toEqual({ ...none, registered: 3, parked: 1, refused: 2 })
    const still = await stack.cli(['tenant', 'unpark', project, '3', '--json'])
    expect([still.exitCode, still.json().error?.code]).toEqual([3, 'TARGET_DRIFTED'])
    expect(await stack.client.showTenant(project, '3')).toMatchObject({ state: 'parked', cause: 'operator' })
    const at = await stack.cli(['tenant', 'unpark', project, '3', '--at', '1', '--json'])
    expect(at.stdout).toContain('does not look as revision 1 says: food.colour is extra')
    await stack.alpha.query(`alter table ${old}_3.food drop column colour, add column size text,
      add column price numeric default 0 not null`)
    const unparked = await succeed(stack, ['tenant', 'unpark', project, '3', '--json'])
    expect(unparked.json().tenant).toMatchObject({ state: 'active', revision: 2 })
    expect((await importAll()).counts).toEqual({ ...none, registered: 4, refused: 2 })
  })

  test('a namespace of another project, or of the base, is refused', async () => {
    await importAll('--baseline', `${old}_1`)
    const other = `other${fleets}`
    await stack.client.createProject({ id: other, base: null })
    const like = `${project}_%`
    const taken = await stack.client.importTenants(other, { server: 'alpha', like, baseline: `${old}_2` })
    expect(taken.refused).toMatchObject([{ namespace: `${project}_base`, code: 'NAME_TAKEN' }])
    await stack.alpha.query(
      `update schema_saga_target.target set catalog_id = 'lost', incarnation = 'x' where namespace = $1`,
      [`${old}_2`],
    )
    await stack.client.removeTenant(project, '2')
    const lost = ['tenant', 'import', other, '--server', 'alpha', '--like', `${old}_2`, '--json']
    expect((await stack.cli(lost)).stdout).toContain('of another catalog (lost)')
    expect(JSON.parse((await stack.cli([...lost, '--take-over', 'lost'])).stdout)).toMatchObject({
      import: { counts: { matched: 1, refused: 0 } },
    })
    const args = ['tenant', 'import', other, '--server', 'alpha', '--like', 'x%', '--baseline', `${old}_3`, '--json']
    const second = await stack.cli(args)
    expect([second.exitCode, second.json().error?.code]).toEqual([3, 'NOT_APPLICABLE'])
  })
})
