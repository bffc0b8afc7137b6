import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scanDrift } from '../../src/postgres/drift/drift.ts'
import { openSqlFleet, type SqlFleet } from './sqlFleet.ts'

let fleet: SqlFleet
beforeAll(async () => {
  fleet = await openSqlFleet()
})
afterAll(() => fleet.close())

const scan = () => scanDrift({ catalog: fleet.catalog, pools: fleet.pools, project: fleet.project })

describe('drift of a project that is described by SQL', () => {
  it('is none while the base looks as its record says', async () => {
    expect(await scan()).toMatchObject({ checked: 1, matching: 1, drift: [] })
  })

  it('is told object by object, and nothing is offered to repair it', async () => {
    await fleet.client.query(`ALTER TABLE shop_base.invoice ADD COLUMN note text;
      CREATE OR REPLACE FUNCTION shop_base.fee(amount numeric) RETURNS numeric LANGUAGE sql AS $$ SELECT 0::numeric $$`)
    const { drift } = await scan()
    expect(drift.map(({ targets }) => targets.map(({ scope }) => scope))).toEqual([['']])
    expect(drift[0]?.differences.map(({ object, kind }) => `${object} is ${kind}`)).toEqual([
      'column invoice.note is extra',
      'function fee(numeric) is different',
    ])
    expect(drift[0]?.repair).toEqual([])
    // What is different is told as what is there; a note would be that of an undo.
    const [extra, fee] = drift[0]?.differences ?? []
    expect([extra?.actual, fee?.expected, fee?.actual]).toEqual([
      'as it is',
      'as recorded',
      expect.stringMatching(/0::numeric/),
    ])
    expect(drift[0]?.differences.some((each) => 'note' in each)).toBe(false)
    await fleet.client.query(`ALTER TABLE shop_base.invoice DROP COLUMN note;
      CREATE OR REPLACE FUNCTION shop_base.fee(amount numeric) RETURNS numeric LANGUAGE sql
      AS $$ SELECT amount / 10 $$`)
    expect(await scan()).toMatchObject({ drift: [] })
  })

  it('says when a namespace could not be read', async () => {
    const other = await fleet.connect()
    await other.query('BEGIN; LOCK shop_base.invoice IN ACCESS EXCLUSIVE MODE')
    const { drift } = await scan()
    await other.query('ROLLBACK')
    expect(drift[0]?.differences).toEqual([
      expect.objectContaining({ object: 'server', actual: 'another session kept its tables from being read.' }),
    ])
  })
})
