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

  it('is held where a tenant fails, and goes on once that is cured: nobody can end it half-way', async () => {
    await world.targets.query(`INSERT INTO inn_bob.customer (name) VALUES ('x'), ('x')`)
    const { client } = world.fleet
    const handle = await client.apply(
      'inn',
      {
        type: 'run_sql',
        name: 'unique',
        up: 'ALTER TABLE customer RENAME COLUMN name TO title; ALTER TABLE customer ADD UNIQUE (title);',
      },
      { onTenantFailure: 'hold' },
    )
    const held = await world.fleet.waitFor(handle)
    expect(held).toMatchObject({ status: 'needs_repair', error_code: 'HELD', problems: [{ tenant: 'bob' }] })
    await expect(handle.abort({ reason: 'no' })).rejects.toThrow('no proven way back')
    await expect(handle.repair({ action: 'compensate' })).rejects.toThrow('no proven way back')
    await world.targets.query(`DELETE FROM inn_bob.customer`)
    await handle.repair({ action: 'retry' })
    expect(await world.fleet.waitFor(handle)).toMatchObject({ status: 'committed' })
    expect(await drift()).toEqual([])
  })

  it('parks those that fail, and holds when they are too many', async () => {
    await world.targets.query(
      `INSERT INTO inn_bob.customer (title) VALUES ('long name'); INSERT INTO inn_cy.customer (title) VALUES ('long name')`,
    )
    const handle = await world.fleet.client.apply(
      'inn',
      {
        type: 'run_sql',
        name: 'short',
        up: 'ALTER TABLE customer ALTER COLUMN title TYPE varchar(4); ALTER TABLE customer RENAME COLUMN title TO tag;',
      },
      { onTenantFailure: 'park', maxParked: 1, allow: ['LOSES_DATA'] },
    )
    const held = await world.fleet.waitFor(handle)
    expect(held).toMatchObject({ status: 'needs_repair', error_code: 'HELD' })
    await world.targets.query('DELETE FROM inn_bob.customer; DELETE FROM inn_cy.customer')
    await handle.repair({ action: 'retry' })
    expect(await world.fleet.waitFor(handle)).toMatchObject({ status: 'committed' })
    const states = (await world.fleet.client.listTenants('inn')).map(({ state }) => state)
    expect(states.sort()).toEqual(['active', 'active', 'parked'])
  })

  it('is caught up with by a tenant that was left behind', async () => {
    const [left] = (await world.fleet.client.listTenants('inn')).filter(({ state }) => state === 'parked')
    await world.run({ name: 'due', up: 'ALTER TABLE invoice ADD COLUMN due date;' })
    expect(await world.fleet.client.unparkTenant('inn', left?.id ?? '')).toMatchObject({ state: 'active' })
    expect(await world.columns(`inn_${left?.id}`)).toEqual(await world.columns('inn_base'))
    expect(await drift()).toEqual([])
  })
})

describe('rows, which no record shows', () => {
  const CENTS = {
    name: 'cents',
    up: 'UPDATE invoice SET total = total * 100;',
    down: 'UPDATE invoice SET total = total / 100;',
  }

  it('are written with a way back only where somebody says that it is enough', async () => {
    expect(await world.run(CENTS)).toMatchObject({ status: 'failed', error_code: 'NO_WAY_BACK' })
    await world.targets.query('INSERT INTO inn_ada.invoice (total) VALUES (3)')
    expect(await world.run(CENTS, { allow: ['WRITES_ROWS'] })).toMatchObject({ status: 'committed' })
    const { rows } = await world.targets.query('SELECT total::int AS total FROM inn_ada.invoice')
    expect(rows).toEqual([{ total: 300 }])
  })

  it('are written in batches by the key, on the base and every tenant', async () => {
    await world.targets.query('INSERT INTO inn_ada.invoice (total) SELECT 1 FROM generate_series(1, 5)')
    const operation = await world.run(
      {
        name: 'batches',
        up: '-- schema-saga: batch 2\nUPDATE invoice SET total = 7 WHERE total = 1;',
        down: '-- schema-saga: batch 2\nUPDATE invoice SET total = 1 WHERE total = 7;',
      },
      { allow: ['WRITES_ROWS'] },
    )
    expect(operation).toMatchObject({ status: 'committed' })
    const { rows } = await world.targets.query(
      `SELECT count(DISTINCT xmin::text)::int AS batches, count(*)::int AS rows FROM inn_ada.invoice WHERE total = 7`,
    )
    expect(rows).toEqual([{ batches: 3, rows: 5 }])
  })

  it('are not dropped unless that is allowed by name', async () => {
    const drop = {
      name: 'drop',
      up: 'ALTER TABLE invoice DROP COLUMN due;',
      down: 'ALTER TABLE invoice ADD COLUMN due date;',
    }
    const refused = await world.run(drop)
    expect(refused).toMatchObject({ status: 'failed', error_code: 'HAZARD_NOT_ALLOWED' })
    expect(refused.error).toContain('--allow LOSES_DATA')
    expect(await world.run(drop, { allow: ['LOSES_DATA'] })).toMatchObject({ status: 'committed' })
  })
})
