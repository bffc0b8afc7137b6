import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqlWorld, type SqlWorld } from './sqlWorld.ts'

let world: SqlWorld
beforeAll(async () => {
  world = await openSqlWorld({ project: 'inn', tenants: ['ada', 'bob', 'cy'] })
})
afterAll(() => world?.stop())

const drift = async () => (await world.fleet.client.drift('inn')).drift

describe('a change by SQL without a proven way back', () => {
  it('is refused where the operation would have to undo it, and changes nothing', async () => {
    const operation = await world.run({ name: 'rename', up: 'ALTER TABLE invoice RENAME COLUMN total TO amount;' })
    expect(operation).toMatchObject({ status: 'failed', error_code: 'NO_WAY_BACK', base_revision: null })
    expect(await drift()).toEqual([])
  })

  it('is refused where its `down` does not lead back, which names what is left', async () => {
    const operation = await world.run({
      name: 'half',
      up: 'ALTER TABLE invoice ADD COLUMN a int, ADD COLUMN b int;',
      down: 'ALTER TABLE invoice DROP COLUMN a;',
    })
    expect(operation).toMatchObject({ status: 'failed', error_code: 'DOWN_INCOMPLETE' })
    expect(operation.error).toContain('column invoice.b is extra')
    expect(await drift()).toEqual([])
  })

  it('is refused where its `down` has another number of stages', async () => {
    const operation = await world.run({
      name: 'unpaired',
      up: 'ALTER TABLE invoice ADD COLUMN a int;\n-- schema-saga: new transaction\nALTER TABLE invoice ADD COLUMN b int;',
      down: 'ALTER TABLE invoice DROP COLUMN b; ALTER TABLE invoice DROP COLUMN a;',
    })
    expect(operation).toMatchObject({ status: 'failed', error_code: 'DOWN_NOT_PAIRED' })
  })

  it('is tried on the tenants that are named first, and refused with nothing changed where it fails there', async () => {
    await world.targets.query(`INSERT INTO inn_cy.guest VALUES ('y'), ('y')`)
    const operation = await world.run(
      {
        name: 'rehearsed',
        up: 'ALTER TABLE guest RENAME COLUMN name TO called; ALTER TABLE guest ADD UNIQUE (called);',
      },
      { onTenantFailure: 'hold', rehearse: ['cy'] },
    )
    expect(operation).toMatchObject({ status: 'failed', error_code: 'DATA_REJECTED', base_revision: null })
    expect(operation.error).toContain('In the rehearsal, alpha/inn_cy')
    expect(await drift()).toEqual([])
    await world.targets.query('DELETE FROM inn_cy.guest')
  })

  it('is held where a tenant fails, and goes on once that is cured: nobody can end it half-way', async () => {
    await world.targets.query(`INSERT INTO inn_bob.guest VALUES ('x'), ('x')`)
    const { client } = world.fleet
    const handle = await client.apply(
      'inn',
      {
        type: 'run_sql',
        name: 'unique',
        up: 'ALTER TABLE guest RENAME COLUMN name TO title; ALTER TABLE guest ADD UNIQUE (title);',
      },
      { onTenantFailure: 'hold' },
    )
    const held = await world.fleet.waitFor(handle)
    expect(held).toMatchObject({ status: 'needs_repair', error_code: 'HELD', problems: [{ tenant: 'bob' }] })
    await expect(handle.abort({ reason: 'no' })).rejects.toThrow('no proven way back')
    await expect(handle.repair({ action: 'compensate' })).rejects.toThrow('no proven way back')
    await world.targets.query(`DELETE FROM inn_bob.guest`)
    await handle.repair({ action: 'retry' })
    expect(await world.fleet.waitFor(handle)).toMatchObject({ status: 'committed' })
    expect(await drift()).toEqual([])
  })

  it('parks those that fail, holds when they are too many, and is caught up with later', async () => {
    await world.targets.query(
      `INSERT INTO inn_bob.label VALUES ('long name'); INSERT INTO inn_cy.label VALUES ('long name')`,
    )
    const handle = await world.fleet.client.apply(
      'inn',
      {
        type: 'run_sql',
        name: 'short',
        up: 'ALTER TABLE label ALTER COLUMN title TYPE varchar(4); ALTER TABLE label RENAME COLUMN title TO tag;',
      },
      { onTenantFailure: 'park', maxParked: 1, allow: ['LOSES_DATA'] },
    )
    const held = await world.fleet.waitFor(handle)
    expect(held).toMatchObject({ status: 'needs_repair', error_code: 'HELD' })
    await world.targets.query('DELETE FROM inn_bob.label; DELETE FROM inn_cy.label')
    await handle.repair({ action: 'retry' })
    expect(await world.fleet.waitFor(handle)).toMatchObject({ status: 'committed' })
    const parked = (await world.fleet.client.listTenants('inn')).filter(({ state }) => state === 'parked')
    expect(parked).toHaveLength(1)
    const [left] = parked
    await world.run({ name: 'more', up: 'ALTER TABLE invoice ADD COLUMN more date;' })
    expect(await world.fleet.client.unparkTenant('inn', left?.id ?? '')).toMatchObject({ state: 'active' })
    expect(await world.columns(`inn_${left?.id}`)).toEqual(await world.columns('inn_base'))
    expect(await drift()).toEqual([])
  })
})

describe('rows, which no record shows', () => {
  const CENTS = {
    name: 'cents',
    up: 'UPDATE bill SET total = total * 100;',
    down: 'UPDATE bill SET total = total / 100;',
  }

  it('are written with a way back only where somebody says that it is enough', async () => {
    expect(await world.run(CENTS)).toMatchObject({ status: 'failed', error_code: 'NO_WAY_BACK' })
    await world.targets.query('INSERT INTO inn_ada.bill (total) VALUES (3)')
    expect(await world.run(CENTS, { allow: ['WRITES_ROWS'] })).toMatchObject({ status: 'committed' })
    const { rows } = await world.targets.query('SELECT total::int AS total FROM inn_ada.bill')
    expect(rows).toEqual([{ total: 300 }])
  })

  it('are written in batches by the key, on the base and every tenant', async () => {
    await world.targets.query('INSERT INTO inn_ada.payment (total) SELECT 1 FROM generate_series(1, 5)')
    const operation = await world.run(
      {
        name: 'batches',
        up: '-- schema-saga: batch 2\nUPDATE payment SET total = 7 WHERE total = 1;',
        down: '-- schema-saga: batch 2\nUPDATE payment SET total = 1 WHERE total = 7;',
      },
      { allow: ['WRITES_ROWS'] },
    )
    expect(operation).toMatchObject({ status: 'committed' })
    const { rows } = await world.targets.query(
      `SELECT count(DISTINCT xmin::text)::int AS batches, count(*)::int AS rows FROM inn_ada.payment WHERE total = 7`,
    )
    expect(rows).toEqual([{ batches: 3, rows: 5 }])
  })

  it('are not dropped unless that is allowed by name, where the project sets nothing aside', async () => {
    await world.fleet.client.setProject('inn', ['set_aside_drops=off'])
    const drop = {
      name: 'drop',
      up: 'ALTER TABLE bill DROP COLUMN due;',
      down: 'ALTER TABLE bill ADD COLUMN due date;',
    }
    const refused = await world.run(drop)
    expect(refused).toMatchObject({ status: 'failed', error_code: 'HAZARD_NOT_ALLOWED' })
    expect(refused.error).toContain('--allow LOSES_DATA')
    expect(await world.run(drop, { allow: ['LOSES_DATA'] })).toMatchObject({ status: 'committed', set_aside: [] })
  })
})
