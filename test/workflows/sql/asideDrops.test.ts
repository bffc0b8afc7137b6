import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqlWorld, type SqlWorld } from './sqlWorld.ts'

const TEXT = `CREATE TABLE shelf (id bigserial PRIMARY KEY, room text NOT NULL);
CREATE TABLE book (id bigserial PRIMARY KEY, shelf_id bigint CONSTRAINT on_shelf REFERENCES shelf, title text NOT NULL, note text);
CREATE INDEX book_title ON book (title);
CREATE TABLE debt (sum numeric);
CREATE TABLE tally (id serial PRIMARY KEY, shelf_id bigint REFERENCES shelf, CHECK (id > 0));`

let world: SqlWorld
beforeAll(async () => {
  world = await openSqlWorld({ project: 'lib', text: TEXT })
  await rows(['ada', 'bob'])
})
afterAll(() => world?.stop())

async function rows(tenants: readonly string[]): Promise<void> {
  for (const each of tenants) {
    await world.targets.query(
      `SET search_path = lib_${each}; INSERT INTO shelf (room) VALUES ('east');
       INSERT INTO book (shelf_id, title, note) VALUES (1, 'a', 'x'), (1, 'b', 'y'); RESET search_path`,
    )
  }
}

const ask = async (sql: string): Promise<unknown[]> => (await world.targets.query(sql)).rows
const books = (tenant: string) => ask(`SELECT title, note FROM lib_${tenant}.book ORDER BY id`)
const BOTH = [
  { title: 'a', note: 'x' },
  { title: 'b', note: 'y' },
]
const drift = async () => (await world.fleet.client.drift('lib')).drift
const listed = async () =>
  (await world.fleet.client.listSetAside('lib')).set_aside.map(({ object, targets }) => `${object} ${targets}`)
const revert = async (id: string) => await world.fleet.waitFor(await world.fleet.client.revert(id))

describe('what a change by SQL drops', () => {
  it('is back with its rows where a later tenant fails', async () => {
    await world.targets.query('INSERT INTO lib_bob.debt VALUES (-1)')
    const refused = await world.run({
      name: 'fails',
      up: 'DROP TABLE book; ALTER TABLE shelf DROP COLUMN room; ALTER TABLE debt ADD CHECK (sum >= 0);',
    })
    expect(refused).toMatchObject({ status: 'failed', problems: [{ tenant: 'bob', error_code: 'DATA_REJECTED' }] })
    for (const each of ['ada', 'bob']) expect(await books(each)).toEqual(BOTH)
    expect(await ask('SELECT room FROM lib_ada.shelf')).toEqual([{ room: 'east' }])
    expect([await drift(), await listed()]).toEqual([[], []])
    await world.targets.query('DELETE FROM lib_bob.debt')
  })

  it('is hidden once it is committed, hinders nobody, and comes back by a revert, also where it never was', async () => {
    const dropped = await world.run({
      name: 'drops',
      up: 'ALTER TABLE book DROP COLUMN title; DROP TABLE debt, tally;',
    })
    expect(dropped).toMatchObject({ status: 'committed' })
    expect(await listed()).toEqual(['book.title 3', 'debt 3', 'tally 3'])
    await world.targets.query(`INSERT INTO lib_ada.book (note) VALUES ('z')`)
    await world.targets.query(
      `CREATE SCHEMA lib_cy; SET search_path = lib_cy; ${TEXT} ALTER TABLE book DROP COLUMN title; DROP TABLE debt, tally; RESET search_path`,
    )
    await world.fleet.client.importTenants('lib', { server: 'alpha', like: 'lib\\_cy' })
    expect(await drift()).toEqual([])
    const refused = await revert(dropped.id)
    expect(refused).toMatchObject({ status: 'failed', problems: [{ tenant: 'ada', error_code: 'DATA_REJECTED' }] })
    expect(await listed()).toEqual(['book.title 3', 'debt 3', 'tally 3'])
    await world.targets.query('DELETE FROM lib_ada.book WHERE note = $1', ['z'])
    expect(await revert(dropped.id)).toMatchObject({ status: 'committed', error: null })
    for (const each of ['ada', 'bob']) expect(await books(each)).toEqual(BOTH)
    expect(await ask('SELECT count(*)::int AS n FROM lib_cy.debt')).toEqual([{ n: 0 }])
    expect(await listed()).toEqual([])
    expect(await drift()).toEqual([])
  })

  it('is hidden again where its revert fails', async () => {
    const dropped = await world.run({
      name: 'notes',
      up: 'ALTER TABLE book DROP COLUMN note; ALTER TABLE shelf ADD COLUMN wide int;',
    })
    await world.targets.query('ALTER TABLE lib_cy.shelf DROP COLUMN wide')
    const failed = await revert(dropped.id)
    expect(failed).toMatchObject({ status: 'failed' })
    expect(await listed()).toEqual(['book.note 4'])
    await world.targets.query('ALTER TABLE lib_cy.shelf ADD COLUMN wide int')
    expect(await drift()).toEqual([])
    expect(await revert(dropped.id)).toMatchObject({ status: 'committed', error: null })
    expect(await books('bob')).toEqual(BOTH)
    // What the operation had added was dropped by its revert.
    expect(await listed()).toEqual(['shelf.wide 4'])
    const positional = { name: 'positional', up: `INSERT INTO shelf VALUES (9, 'west');`, down: 'DELETE FROM shelf;' }
    const again = await world.run({ name: 'again wide', up: 'ALTER TABLE shelf ADD COLUMN wide int;' })
    expect(again).toMatchObject({ status: 'committed' })
    const { set_aside } = await world.fleet.client.listSetAside('lib')
    const restored = await world.fleet.client.restoreSetAside('lib', set_aside[0]?.id ?? '')
    expect(restored).toMatchObject({ targets: 4, restored: 4, problems: [] })
    const refused = await world.run(positional, { allow: ['WRITES_ROWS', 'LOSES_DATA'] })
    expect(refused).toMatchObject({ status: 'failed', error_code: 'TARGET_UNFIT' })
  })

  it('leaves its name to another, and is purged by its own rules', async () => {
    const dropped = await world.run({ name: 'old', up: 'DROP TABLE book;' })
    const another = await world.run({
      name: 'new',
      up: 'CREATE TABLE book (id bigserial PRIMARY KEY, title text); CREATE INDEX book_title ON book (title);',
    })
    expect([dropped.status, another.status]).toEqual(['committed', 'committed'])
    expect(await world.run({ name: 'again', up: 'DROP TABLE book;' })).toMatchObject({ status: 'committed' })
    const { set_aside } = await world.fleet.client.listSetAside('lib')
    const own = set_aside.filter(({ object }) => object === 'book')
    expect(own.map(({ object, operation }) => `${object} ${operation === dropped.id}`)).toEqual([
      'book true',
      'book false',
    ])
    const [first] = own
    await expect(world.fleet.client.purgeSetAside('lib', first?.id ?? '')).rejects.toThrow()
    const purged = await world.fleet.client.purgeSetAside('lib', first?.id ?? '', { now: true })
    expect(purged).toMatchObject({ targets: 4, purged: 4, kept: 0 })
    expect(await revert(dropped.id)).toMatchObject({ status: 'failed', error_code: 'REVERT_BLOCKED' })
    expect(await drift()).toEqual([])
  })
})
