import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HealthRow } from '../../../src/contract.ts'
import { scanHealth } from '../../../src/postgres/drift/health.ts'
import { dumpSchema } from '../../fixtures/dump.ts'
import { openProjectFleet, type ProjectFleet } from '../projectFleet.ts'
import { countedPools } from '../sessions/countedPools.ts'

const field = (model_name: string, field_label: string, field_type: string, more: object = {}) => {
  return { type: 'add_field', model_name, field_label, field_type, ...more }
}
const connect = (to: string, forward: string) => {
  return {
    type: 'create_connection',
    from: 'food',
    to,
    forward_connection_type: forward,
    reverse_connection_type: 'has_many',
  }
}
const SCHEMA = [
  ...['food', 'kind', 'tag'].map((name) => ({ type: 'create_model', name })),
  field('food', 'Platform', 'text', { validation: { unique: true } }),
  field('food', 'Force update', 'boolean'),
  field('food', 'Name', 'text', { validation: { locals: ['en', 'bn'] } }),
  field('food', 'Details', 'object'),
  field('food', 'Inner', 'text', { parent_field: 'details' }),
  field('food', 'Price', 'number', { input_type: 'double', enable_indexing: true, validation: { required: true } }),
  field('kind', 'Title', 'text'),
  field('tag', 'Title', 'text'),
  connect('kind', 'has_one'),
  connect('tag', 'has_many'),
]

let fleet: ProjectFleet
beforeAll(async () => {
  fleet = await openProjectFleet()
  await fleet.commit({ type: 'publish_schema_changeset', mutations: SCHEMA })
  for (const id of ['ada', 'bob', 'cyd', 'dan', 'eve']) await fleet.addTenant(id)
  await fleet.addTenant('fay', 'beta')
}, 120_000)
afterAll(() => fleet.close())

/** The rows of the report in which that tenant is. */
async function reportOf(tenant: string, models?: readonly string[]): Promise<readonly HealthRow[]> {
  const { reports } = await scanHealth({ ...fleet, ...(models !== undefined && { models }) })
  return reports.find(({ targets }) => targets.some(({ scope }) => scope === tenant))?.rows ?? []
}

async function foodOf(tenant: string): Promise<HealthRow> {
  const row = (await reportOf(tenant, ['food'])).find((each) => each.model_name === 'food')
  if (row === undefined) throw new Error('no row')
  return row
}

const EXPECTED = ['details', 'force_update', 'id', 'kind_id', 'name', 'name_bn', 'platform', 'price']

describe('the health report', () => {
  it('says nothing of healthy targets, relations and pivots included, and all of them are one group', async () => {
    const { pools, sent } = countedPools(fleet.pools)
    const { reports, inFlight } = await scanHealth({ ...fleet, pools })
    expect(inFlight).toBe(0)
    expect(reports).toHaveLength(1)
    expect(reports[0]).toMatchObject({ problem: null, healthy: true })
    expect(reports[0]?.targets.map(({ scope }) => scope)).toEqual(['', 'ada', 'bob', 'cyd', 'dan', 'eve', 'fay'])
    expect(reports[0]?.rows.map((row) => row.model_name)).toEqual(['food', 'food_tag', 'kind', 'tag'])
    for (const row of reports[0]?.rows ?? []) {
      expect(row).toMatchObject({ table_exists: true, warnings: [], missing_columns: [], extra_columns: [] })
    }
    // Two databases, one shape.
    expect(sent).toHaveLength(3)
  })

  it('A90 expects exactly the id, the root fields and their locales, and the keys of relations', async () => {
    const row = await foodOf('ada')
    expect(row.expected_columns).toEqual(EXPECTED)
    expect(row.physical_columns).toEqual(EXPECTED)
    expect(
      (await reportOf('ada', ['kind'])).map(({ model_name, expected_columns }) => [model_name, expected_columns]),
    ).toEqual([['kind', ['id', 'title']]])
  })

  it('A91 calls a table of nothing but an id a stub, and its columns missing', async () => {
    await fleet.alpha.query('DROP TABLE shop_bob.food CASCADE; CREATE TABLE shop_bob.food (id varchar(36) PRIMARY KEY)')
    const row = await foodOf('bob')
    expect(row).toMatchObject({ table_exists: true, physical_columns: ['id'], extra_columns: [] })
    expect(row.missing_columns).toEqual(EXPECTED.filter((name) => name !== 'id'))
    expect(row.warnings).toEqual([
      expect.stringMatching(/^table exists but only id column/),
      expect.stringMatching(
        /^schema fields missing as physical columns .*schema-saga drift shop.*schema-saga reconcile shop/,
      ),
    ])
  })

  it('A92 gives only the warning of the missing table when there is none', async () => {
    await fleet.alpha.query('DROP TABLE shop_cyd.food CASCADE')
    const row = await foodOf('cyd')
    expect(row).toMatchObject({ table_exists: false, physical_columns: [], missing_columns: EXPECTED })
    expect(row).toMatchObject({ missing_indexes: [], missing_foreign_keys: [], type_differences: [] })
    expect(row.warnings).toEqual([expect.stringMatching(/^physical table missing .*schema-saga drift shop/)])
  })

  it('A94 names the tenant that lacks a column, and changes nothing', async () => {
    await fleet.alpha.query('ALTER TABLE shop_dan.food DROP COLUMN price')
    const before = await dumpSchema(fleet.alpha, 'shop_dan')
    const { reports } = await scanHealth({ ...fleet, models: ['food'] })
    const report = reports.find(({ targets }) => targets.some(({ scope }) => scope === 'dan'))
    expect(report?.targets.map(({ scope }) => scope)).toEqual(['dan'])
    expect(report?.healthy).toBe(false)
    expect(report?.rows[0]).toMatchObject({
      model_name: 'food',
      missing_columns: ['price'],
      missing_indexes: ['idx_food_price'],
    })
    expect(await dumpSchema(fleet.alpha, 'shop_dan')).toBe(before)
  })

  it('tells types, nullability, extra columns, indexes and keys that are not as expected', async () => {
    await fleet.alpha.query(`ALTER TABLE shop_eve.food ALTER COLUMN price DROP NOT NULL, ALTER COLUMN force_update DROP DEFAULT,
        ALTER COLUMN force_update TYPE text, ADD COLUMN surprise text, DROP CONSTRAINT food_kind_id_fkey;
      ALTER TABLE shop_eve.food DROP CONSTRAINT food_platform_key;
      UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'shop_eve.idx_food_price'::regclass`)
    expect(await foodOf('eve')).toMatchObject({
      warnings: [],
      missing_columns: [],
      extra_columns: ['surprise'],
      missing_indexes: ['food_platform_key'],
      invalid_indexes: ['idx_food_price'],
      missing_foreign_keys: ['food_kind_id_fkey'],
      type_differences: [{ column: 'force_update', expected: 'boolean', actual: 'text' }],
      nullability_differences: [{ column: 'price', expected: 'not null', actual: 'nullable' }],
    })
  })

  it('refuses a model that is not there, and tells what it could not look at', async () => {
    await expect(scanHealth({ ...fleet, models: ['nothing'] })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    await fleet.beta.query('DROP SCHEMA shop_fay CASCADE')
    const { reports } = await scanHealth({ ...fleet, models: ['food'] })
    expect(reports.find(({ problem }) => problem !== null)).toMatchObject({
      targets: [{ scope: 'fay' }],
      problem: 'its namespace does not exist.',
      healthy: false,
    })
  })
})
