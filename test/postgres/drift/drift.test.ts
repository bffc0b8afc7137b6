import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { kindOf } from '../../../src/physical/changes/index.ts'
import { projectSchema } from '../../../src/physical/project.ts'
import { readPast } from '../../../src/postgres/catalog/projects/history.ts'
import { readSchema } from '../../../src/postgres/catalog/projects/projects.ts'
import { listFleet } from '../../../src/postgres/catalog/projects/targets.ts'
import { type DriftScan, scanDrift } from '../../../src/postgres/drift/drift.ts'
import { repairTargetAdditively } from '../../../src/postgres/drift/repair.ts'
import { dumpSchema } from '../../fixtures/dump.ts'
import { openProjectFleet, type ProjectFleet } from '../projectFleet.ts'
import { countedPools } from '../sessions/countedPools.ts'

const TENANTS = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay']
const FOOD = [
  { type: 'create_model', name: 'food' },
  { type: 'create_model', name: 'kind' },
  { type: 'add_field', model_name: 'kind', field_label: 'Title', field_type: 'text' },
  { type: 'add_field', model_name: 'food', field_label: 'Name', field_type: 'text', validation: { required: true } },
  { type: 'add_field', model_name: 'food', field_label: 'Code', field_type: 'text', enable_indexing: true },
  {
    type: 'create_connection',
    from: 'food',
    to: 'kind',
    forward_connection_type: 'has_one',
    reverse_connection_type: 'has_many',
  },
]
const ADD_PRICE = {
  type: 'add_field',
  model_name: 'food',
  field_label: 'Price',
  field_type: 'number',
  input_type: 'double',
}

let fleet: ProjectFleet
beforeEach(async () => {
  fleet = await openProjectFleet()
  await fleet.commit({ type: 'publish_schema_changeset', mutations: FOOD })
  for (const [index, id] of TENANTS.entries()) await fleet.addTenant(id, index % 2 === 0 ? 'alpha' : 'beta')
})
afterEach(() => fleet.close())

const scan = (pools = fleet.pools, tenant?: string): Promise<DriftScan> =>
  scanDrift({ ...fleet, pools, ...(tenant !== undefined && { tenant }) })

/** Who differs how, without the shapes. */
const told = ({ drift }: DriftScan) =>
  drift.map(({ targets, differences }) => ({
    targets: targets.map(({ scope }) => scope),
    differences: differences.map(({ object, kind }) => `${object} ${kind}`),
  }))

describe('a drift scan', () => {
  it('finds nothing in a fleet that is as its revisions say, with one query per database and one per shape', async () => {
    const { pools, sent } = countedPools(fleet.pools)
    expect(await scan(pools)).toEqual({ checked: 7, matching: 7, inFlight: 0, drift: [], left: [] })
    expect(sent).toHaveLength(3)
  })

  it('groups those that differ in the same way, whatever database they are in', async () => {
    await fleet.alpha.query('ALTER TABLE shop_ada.food DROP COLUMN code; ALTER TABLE shop_cyd.food ADD COLUMN x text')
    await fleet.beta.query('ALTER TABLE shop_bob.food DROP COLUMN code')
    const { pools, sent } = countedPools(fleet.pools)
    const found = await scan(pools)
    expect(found).toMatchObject({ checked: 7, matching: 4, inFlight: 0 })
    expect(told(found)).toEqual([
      { targets: ['ada', 'bob'], differences: ['food.code missing', 'food: idx_food_code missing'] },
      { targets: ['cyd'], differences: ['food.x extra'] },
    ])
    // Two databases, three shapes, and what is beside the tables in the two databases where something differs.
    expect(sent).toHaveLength(7)
  })

  it('names the revision that tables plainly have instead, as those who bring a tenant back do', async () => {
    await fleet.commit(ADD_PRICE)
    await fleet.alpha.query(`ALTER TABLE shop_ada.food DROP COLUMN price; ALTER TABLE shop_base.food DROP COLUMN price;
      ALTER TABLE shop_cyd.food ADD COLUMN x text`)
    const said = (await scan()).drift.map(({ targets, looksLike }) => [targets.map(({ scope }) => scope), looksLike])
    expect(said).toEqual([
      [['', 'ada'], 1],
      [['cyd'], undefined],
    ])
  })

  it('tells of tables that are not ordinary ones', async () => {
    await fleet.alpha.query(`ALTER TABLE shop_ada.food ENABLE ROW LEVEL SECURITY; ALTER TABLE shop_cyd.food SET UNLOGGED;
      ALTER TABLE shop_eve.food SET UNLOGGED`)
    expect(told(await scan())).toEqual([
      { targets: ['cyd', 'eve'], differences: ['food: storage different'] },
      { targets: ['ada'], differences: ['food: row security different'] },
    ])
  })

  it('compares each target with its own revision', async () => {
    await fleet.catalog.query(
      `update schema_saga.tenant set state = 'parked', cause = 'operator' where id in ('ada', 'bob')`,
    )
    await fleet.commit(ADD_PRICE, ['cyd', 'dan', 'eve', 'fay'])
    expect(await scan()).toMatchObject({ checked: 7, matching: 7, drift: [] })
    await fleet.alpha.query('ALTER TABLE shop_ada.food ADD COLUMN price numeric')
    const found = await scan()
    expect(told(found)).toEqual([{ targets: ['ada'], differences: ['food.price extra'] }])
    expect(found.drift[0]?.revision).toBe(1)
  })

  it('leaves out and counts what an operation works on', async () => {
    const operationId = await fleet.begin(ADD_PRICE)
    await fleet.alpha.query('ALTER TABLE shop_ada.food ADD COLUMN price numeric')
    expect(await scan()).toEqual({ checked: 0, matching: 0, inFlight: 7, drift: [], left: [] })
    await fleet.catalog.query(
      `update schema_saga.operation_step set state = 'parked' where operation_id = $1 and scope = 'bob'`,
      [operationId],
    )
    expect(await scan()).toEqual({ checked: 1, matching: 1, inFlight: 6, drift: [], left: [] })
    await fleet.catalog.query(`update schema_saga.operation set status = 'failed', turn = 'released'`)
    expect(told(await scan())).toEqual([{ targets: ['ada'], differences: ['food.price extra'] }])
  })

  it('has no quarrel with a target that an operation takes up while it is looked at', async () => {
    await fleet.alpha.query('ALTER TABLE shop_ada.food ADD COLUMN price numeric')
    const pools = {
      ...fleet.pools,
      withClient: (async (place, work) => {
        await fleet.catalog.query(`update schema_saga.tenant set revision = 2 where id = 'ada'`)
        return await fleet.pools.withClient(place, work)
      }) as typeof fleet.pools.withClient,
    }
    expect(await scan(pools)).toMatchObject({ checked: 6, matching: 6, inFlight: 1, drift: [], left: [] })
  })

  it('finds what is not a table in words: a namespace that is gone, bookkeeping of others, a server that is away', async () => {
    await fleet.addTenant('gil', 'gamma')
    await fleet.alpha.query(`DROP SCHEMA shop_ada CASCADE;
      UPDATE schema_saga_target.target SET incarnation = 'other' WHERE namespace = 'shop_cyd';
      DELETE FROM schema_saga_target.target WHERE namespace = 'shop_eve'`)
    await fleet.beta.query(`UPDATE schema_saga_target.target SET revision = 9 WHERE namespace = 'shop_bob';
      UPDATE schema_saga_target.target SET schema_hash = 'x' WHERE namespace = 'shop_dan'`)
    const found = await scan()
    expect(found).toMatchObject({ checked: 8, matching: 2, inFlight: 0 })
    const differences = Object.fromEntries(found.drift.map((each) => [each.targets[0]?.scope, each.differences[0]]))
    const bookkeeping = { object: 'bookkeeping', kind: 'different', expected: 'revision 1' }
    expect(differences).toEqual({
      ada: { object: 'namespace', kind: 'missing', expected: 'a namespace', actual: null },
      bob: { ...bookkeeping, actual: 'revision 9' },
      cyd: {
        ...bookkeeping,
        expected: 'the row of this target',
        actual: 'a row of another one: made or restored by others',
      },
      dan: { ...bookkeeping, actual: 'revision 1 of another schema' },
      eve: {
        ...bookkeeping,
        kind: 'missing',
        expected: 'a row of this target in schema_saga_target.target',
        actual: null,
      },
      gil: {
        object: 'server',
        kind: 'missing',
        expected: 'a server that answers',
        actual: 'cannot be reached: ECONNREFUSED.',
      },
    })
  })

  it('leaves alone the tables that the project ignores, which may differ from tenant to tenant', async () => {
    await fleet.alpha.query(
      'CREATE TABLE shop_ada.app_1 (id text); CREATE TABLE shop_cyd.app_2 (x text); CREATE TABLE shop_eve.apple (x text)',
    )
    await fleet.catalog.query(`update schema_saga.project set settings = '{"ignore": ["app_*"]}'`)
    const { pools, sent } = countedPools(fleet.pools)
    expect(told(await scan(pools))).toEqual([{ targets: ['eve'], differences: ['apple extra'] }])
    expect(sent).toHaveLength(5)
  })

  it('looks at one tenant when asked, and refuses one that is not there', async () => {
    await fleet.alpha.query('ALTER TABLE shop_ada.food ADD COLUMN x text')
    expect(await scan(fleet.pools, 'bob')).toEqual({ checked: 1, matching: 1, inFlight: 0, drift: [], left: [] })
    expect(await scan(fleet.pools, 'ada')).toMatchObject({ checked: 1, matching: 0 })
    await expect(scan(fleet.pools, 'zoe')).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' })
  })
})

describe('additive repair', () => {
  async function repair(scope: string): Promise<boolean> {
    const [target] = await listFleet(fleet.catalog, fleet.project, [scope])
    if (target === undefined) throw new Error('no such target')
    const { schema } = await readSchema(fleet.catalog, fleet.project, target.revision)
    const { project: projectId, pools, catalog } = fleet
    const past = await readPast(catalog, projectId, schema)
    return await repairTargetAdditively(pools, { target, projectId, expected: projectSchema(schema), ignore: [], past })
  }

  it('brings back missing columns and indexes and builds invalid ones anew, and the scan says so before', async () => {
    const before = await dumpSchema(fleet.alpha, 'shop_ada')
    await fleet.alpha.query(`ALTER TABLE shop_ada.food DROP COLUMN code; ALTER TABLE shop_ada.food DROP COLUMN name;
      UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'shop_ada.idx_food_kind_id'::regclass`)
    const [group] = (await scan()).drift
    expect(
      group?.repair.flatMap((change) =>
        kindOf(change)
          .toSql(change)
          .map(({ sql }) => sql),
      ),
    ).toEqual([
      `ALTER TABLE :"ns"."food" ADD COLUMN "name" text NOT NULL DEFAULT ''::text`,
      'ALTER TABLE :"ns"."food" ADD COLUMN "code" text',
      'CREATE INDEX CONCURRENTLY "idx_food_code" ON :"ns"."food" ("code")',
      'DROP INDEX CONCURRENTLY IF EXISTS :"ns"."idx_food_kind_id"',
      'CREATE INDEX CONCURRENTLY "idx_food_kind_id" ON :"ns"."food" ("kind_id")',
    ])
    expect(await repair('ada')).toBe(true)
    expect(await dumpSchema(fleet.alpha, 'shop_ada')).toBe(before)
    expect(await repair('ada')).toBe(false)
    expect((await scan()).drift).toEqual([])
  })

  it('adds nothing where what is missing may be there under the name that another revision knew it by', async () => {
    const rename = { type: 'model_field_operation', operation: 'rename', model_name: 'food' }
    await fleet.commit({ ...rename, field_name: 'code', new_name: 'Number' })
    await fleet.commit({ type: 'rename_model', model_name: 'kind', new_name: 'sort', with_relations: true })
    // Tables of revision 1 beside the record of revision 3.
    await fleet.alpha.query(`ALTER TABLE shop_ada.food RENAME COLUMN number TO code;
      ALTER TABLE shop_ada.food RENAME COLUMN sort_id TO kind_id; ALTER TABLE shop_ada.sort RENAME TO kind`)
    await fleet.alpha.query(`ALTER TABLE shop_cyd.food RENAME COLUMN number TO code`)
    const before = await dumpSchema(fleet.alpha, 'shop_ada')
    expect((await scan()).drift.map(({ repair: offered }) => offered)).toEqual([[], []])
    expect([await repair('ada'), await repair('cyd')]).toEqual([false, false])
    expect(await dumpSchema(fleet.alpha, 'shop_ada')).toBe(before)
  })

  it('adds nothing beside what may be the same set aside, whatever the bookkeeping says of it, and tells the name', async () => {
    const remove = { type: 'model_field_operation', operation: 'delete', model_name: 'food', field_name: 'code' }
    await fleet.commit({ type: 'revert', operation_id: await fleet.commit(remove) })
    const aside = '_aside_op-1_1_code'
    const hide = (tenant: string, name = aside) => `ALTER TABLE shop_${tenant}.food RENAME COLUMN code TO "${name}";
      ALTER INDEX shop_${tenant}.idx_food_code RENAME TO _aside_index;`
    const row = (tenant: string, change: string) =>
      `${change} WHERE namespace = 'shop_${tenant}' AND aside_name = '${aside}';`
    // As after the restore of a dump: of before the revert, to another place, of before a purge.
    await fleet.alpha.query(hide('ada'))
    await fleet.beta.query(
      hide('bob', '_aside_0123456789') +
        row('bob', 'DELETE FROM schema_saga_target.set_aside') +
        hide('dan') +
        row('dan', 'UPDATE schema_saga_target.set_aside SET restored_at = NULL, purged_at = now()'),
    )
    // Hidden by an undo that was never undone; what is missing besides has nothing to do with it.
    await fleet.alpha.query(
      `${hide('cyd', `${aside}_e2`)} ALTER TABLE shop_cyd.food DROP COLUMN name;
       UPDATE schema_saga_target.set_aside SET restored_at = NULL, aside_name = '${aside}_e2' WHERE namespace = 'shop_cyd';
       ALTER TABLE shop_eve.kind RENAME TO "_aside_op-9_1_kind"`,
    )
    await fleet.beta.query('ALTER TABLE shop_fay.food DROP COLUMN code')
    const found = (await scan()).drift.flatMap(({ targets, differences, repair: { length } }) =>
      targets.map(({ scope }) => {
        const { actual } = differences.find(({ object }) => object === 'food.code' || object === 'kind') ?? {}
        return [scope, [actual, length]] as const
      }),
    )
    const beside = (name: string) => `may be set aside as "${name}": bring that back, nothing is added beside it`
    expect(Object.fromEntries(found)).toEqual({
      ada: [beside(aside), 0],
      bob: [beside('_aside_0123456789'), 0],
      cyd: [beside(`${aside}_e2`), 1],
      dan: [beside(aside), 0],
      eve: [beside('_aside_op-9_1_kind'), 0],
      fay: [null, 2],
    })
    for (const [tenant, repaired] of Object.entries({
      ada: false,
      bob: false,
      cyd: true,
      dan: false,
      fay: true,
    }))
      expect(await repair(tenant)).toBe(repaired)
    const { rows } = await fleet.alpha.query(
      `SELECT attname FROM pg_attribute WHERE attrelid = 'shop_cyd.food'::regclass AND attname IN ('code', 'name')`,
    )
    expect(rows).toEqual([{ attname: 'name' }])
  })

  it('takes nothing away, changes nothing that is there, and touches no target that has moved', async () => {
    await fleet.alpha.query(`ALTER TABLE shop_ada.food ADD COLUMN x text; ALTER TABLE shop_ada.food ALTER COLUMN name DROP NOT NULL;
      DROP TABLE shop_ada.kind CASCADE`)
    const before = await dumpSchema(fleet.alpha, 'shop_ada')
    expect(await repair('ada')).toBe(false)
    expect(await dumpSchema(fleet.alpha, 'shop_ada')).toBe(before)
    await fleet.alpha.query(`ALTER TABLE shop_ada.food DROP COLUMN code;
      UPDATE schema_saga_target.target SET revision = 9 WHERE namespace = 'shop_ada'`)
    await expect(repair('ada')).rejects.toThrow('alpha/shop_ada is not at revision 1 any more: it is left alone.')
  })
})
