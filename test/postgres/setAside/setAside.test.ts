import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Target } from '../../../src/contract.ts'
import { createTargetPools } from '../../../src/postgres/sessions/pools.ts'
import { type PurgeRule, purgeAsideRows, putAsideRowsBack } from '../../../src/postgres/setAside/list.ts'
import { type AsideRow, listAsideRows } from '../../../src/postgres/setAside/listed.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { ADD_PRICE, columnsOf, openFleet, plan, type TestFleet, target, work } from '../fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(() => fleet.close())

const HIDE_NAME = plan([
  {
    sql: ['ALTER TABLE :"ns"."food" RENAME COLUMN "name" TO "_aside_op_1_name"'],
    asides: [{ kind: 'column', table: 'food', column: 'name', asideName: '_aside_op_1_name' }],
  },
  { sql: ['ALTER TABLE :"ns"."food" RENAME COLUMN "_aside_op_1_name" TO "name"'] },
])

const HIDE_FOOD = plan([
  {
    sql: ['ALTER TABLE :"ns"."food" RENAME TO "_aside_op_1_food"'],
    asides: [{ kind: 'table', table: 'food', column: null, asideName: '_aside_op_1_food' }],
  },
  { sql: ['ALTER TABLE :"ns"."_aside_op_1_food" RENAME TO "food"'] },
])

async function hidden(namespace: string, hide = HIDE_NAME): Promise<Target> {
  const made = await target(fleet, namespace)
  await fleet.client.query(`INSERT INTO ${namespace}.food VALUES ('1', 'soup'), ('2', 'tea')`)
  await applyPlanToTarget(fleet.pools, work(made, hide))
  return made
}

async function rowsOf(...targets: readonly Target[]): Promise<readonly AsideRow[]> {
  const { rows, silent } = await listAsideRows(fleet.pools, targets)
  expect(silent).toEqual([])
  return rows
}

const RULE: PurgeRule = { projectId: 'shop', holdMs: null, committed: new Map([['op', { revision: 2 }]]) }

const purgeRows = async (rows: readonly AsideRow[], rule: Partial<PurgeRule> = {}): Promise<unknown[]> =>
  (await purgeAsideRows(fleet.pools, rows, { ...RULE, ...rule })).map((each) =>
    'done' in each ? each.done.outcome : each.error,
  )

const purge = async (...targets: readonly Target[]): Promise<unknown[]> => purgeRows(await rowsOf(...targets))

const putBack = async (...targets: readonly Target[]): Promise<unknown[]> =>
  (await putAsideRowsBack(fleet.pools, await rowsOf(...targets), () => false)).map((each) =>
    'done' in each ? each.done : each.error.message,
  )

describe('what is set aside', () => {
  it('is listed for all targets of a database together, without what came back', async () => {
    const targets = [await hidden('listed_a'), await hidden('listed_b'), await hidden('listed_c')]
    await compensatePlanOnTarget(fleet.pools, work(targets[1] as Target, HIDE_NAME))
    const rows = await rowsOf(...targets)
    expect(rows.map((row) => row.target.namespace)).toEqual(['listed_a', 'listed_c'])
    expect(rows[0]).toMatchObject({ operationId: 'op', stage: 1, direction: 'forward', kind: 'column', hiddenBy: 'op' })
    expect(rows[0]).toMatchObject({ table: 'food', column: 'name', asideName: '_aside_op_1_name' })
  })

  it('of an earlier life of a namespace is not listed', async () => {
    const made = await hidden('reborn')
    expect(await rowsOf({ ...made, incarnation: 'i2' })).toEqual([])
  })

  it('where nobody answers is said to be unknown, and does not hinder the rest', async () => {
    const made = await hidden('answers')
    const server = (id: string) => ({ id, dsnEnv: id, maxSessions: 2, databasePerTenant: false })
    const { connectionString } = await fleet.pools.locate(made)
    const dsn = (id: string): string => (id === 'alpha' ? connectionString : 'postgres://127.0.0.1:1/none')
    const pools = createTargetPools({ server, dsn })
    const { rows, silent } = await listAsideRows(pools, [{ ...made, server: 'beta' }, made])
    await pools.close()
    expect(rows).toMatchObject([{ target: made }])
    expect(silent).toMatchObject([{ targets: [{ server: 'beta' }], error: { code: 'TARGET_UNREACHABLE' } }])
  })
})

describe('a purge', () => {
  it('drops the column for good, once', async () => {
    const made = await hidden('purged')
    const rows = await rowsOf(made)
    expect(await purge(made)).toEqual(['purged'])
    expect(await columnsOf(fleet, 'purged')).toEqual(['id'])
    expect(await purgeRows(rows)).toEqual(['gone'])
    expect(await rowsOf(made)).toEqual([])
  })

  it('drops a table', async () => {
    const made = await hidden('purged_table', HIDE_FOOD)
    expect(await purge(made)).toEqual(['purged'])
    expect((await fleet.client.query(`SELECT to_regclass('purged_table._aside_op_1_food') AS it`)).rows).toEqual([
      { it: null },
    ])
  })

  it('leaves alone what a view or an index over several columns needs, and goes on elsewhere', async () => {
    const [viewed, indexed, free] = [await hidden('viewed'), await hidden('indexed'), await hidden('free')]
    await fleet.client.query('CREATE VIEW viewed.names AS SELECT "_aside_op_1_name" FROM viewed.food')
    await fleet.client.query('CREATE INDEX id_and_name ON indexed.food (id, "_aside_op_1_name")')
    expect(await purge(viewed, indexed, free)).toEqual(['in_use', 'in_use', 'purged'])
    expect((await fleet.client.query('SELECT * FROM viewed.names')).rowCount).toBe(2)
    expect((await rowsOf(viewed, indexed, free)).map((row) => row.target)).toEqual([viewed, indexed])
  })

  it('keeps whatever code, trigger, policy, rule or column of the user still names it', async () => {
    const made = await hidden('named')
    await fleet.client.query('CREATE ROLE named_reader; CREATE TABLE named.other (id text)')
    const namings = [
      [
        'CREATE FUNCTION named.f() RETURNS text LANGUAGE plpgsql AS $$BEGIN RETURN (SELECT max("_aside_op_1_name") FROM named.food); END$$',
        'DROP FUNCTION named.f()',
      ],
      [
        'CREATE FUNCTION public.of_all() RETURNS text LANGUAGE sql AS $$SELECT max(_aside_op_1_name) FROM named.food$$',
        'DROP FUNCTION public.of_all()',
      ],
      [
        'CREATE TRIGGER t BEFORE UPDATE OF "_aside_op_1_name" ON named.food FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
        'DROP TRIGGER t ON named.food',
      ],
      [
        `CREATE FUNCTION named.t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
        CREATE TRIGGER t BEFORE UPDATE ON named.food FOR EACH ROW EXECUTE FUNCTION named.t('_aside_op_1_name')`,
        'DROP FUNCTION named.t() CASCADE',
      ],
      [
        'CREATE POLICY p ON named.food TO named_reader USING ("_aside_op_1_name" IS NULL)',
        'DROP POLICY p ON named.food',
      ],
      [
        'CREATE RULE r AS ON INSERT TO named.other DO ALSO UPDATE named.food SET "_aside_op_1_name" = NULL',
        'DROP RULE r ON named.other',
      ],
      [
        'CREATE MATERIALIZED VIEW named.m AS SELECT "_aside_op_1_name" FROM named.food',
        'DROP MATERIALIZED VIEW named.m',
      ],
      [
        `ALTER TABLE named.food ADD COLUMN g text GENERATED ALWAYS AS (lower("_aside_op_1_name")) STORED`,
        'ALTER TABLE named.food DROP COLUMN g',
      ],
      [
        'ALTER TABLE named.food ADD CHECK (id <> "_aside_op_1_name")',
        'ALTER TABLE named.food DROP CONSTRAINT food_check',
      ],
      [`CREATE INDEX i ON named.food (id) WHERE "_aside_op_1_name" IS NULL`, 'DROP INDEX named.i'],
      ['CREATE PUBLICATION p FOR TABLE named.food (id, "_aside_op_1_name")', 'DROP PUBLICATION p'],
    ] as const
    for (const [make, drop] of namings) {
      await fleet.client.query(make)
      expect([make, ...(await purge(made))]).toEqual([make, 'in_use'])
      await fleet.client.query(drop)
    }
    // Another tenant's function of that name, and a name that only begins alike, are about something else.
    await target(fleet, 'named_not')
    await fleet.client.query(`CREATE FUNCTION named_not.f() RETURNS text LANGUAGE sql AS $$SELECT '_aside_op_1_name'$$;
      CREATE FUNCTION named.g() RETURNS text LANGUAGE sql AS $$SELECT '_aside_op_1_name_e2'$$; DROP ROLE named_reader`)
    expect(await purge(made)).toEqual(['purged'])
  })

  it('waits for the hold of each target, by the moment at which it was set aside there', async () => {
    const [young, old] = [await hidden('held_young'), await hidden('held_old')]
    await fleet.client.query(
      `UPDATE schema_saga_target.set_aside SET at = at - interval '8 days' WHERE namespace = 'held_old'`,
    )
    const rows = await rowsOf(young, old)
    expect(await purgeRows(rows, { holdMs: 7 * 86_400_000 })).toEqual(['held', 'purged'])
  })

  it('does nothing where an operation is not done, or the target is not where it was seen', async () => {
    const made = await hidden('still_open')
    const rows = await rowsOf(made)
    await fleet.client.query(`INSERT INTO schema_saga_target.marker
      SELECT namespace, incarnation, 'other', 1, 1, 'applied', 'x' FROM schema_saga_target.target WHERE namespace = 'still_open'`)
    expect(await purgeRows(rows)).toEqual(['open'])
    const beyond = new Map([...RULE.committed, ['other', { revision: 3 }] as const])
    expect(await purgeRows(rows, { committed: beyond })).toEqual(['open'])
    await fleet.client.query(`UPDATE schema_saga_target.target SET revision = 3, schema_hash = 'hash-3'
      WHERE namespace = 'still_open'`)
    expect(await purgeRows(rows, { committed: beyond })).toEqual(['moved'])
    expect(await purgeRows(await rowsOf(made), { committed: beyond })).toEqual(['purged'])
  })

  it('does not wait long for a lock, and does nothing then', async () => {
    const made = await hidden('locked')
    const other = await fleet.connect()
    await other.query('BEGIN; LOCK TABLE locked.food IN ACCESS SHARE MODE')
    expect(await purge(made)).toMatchObject([{ code: 'LOCK_UNAVAILABLE' }])
    await other.query('ROLLBACK')
    expect(await purge(made)).toEqual(['purged'])
  })
})

describe('putting back', () => {
  it('fills the values of a column where there is a place, and keeps what has been written since', async () => {
    const made = await hidden('filled_again')
    await fleet.client.query(`ALTER TABLE filled_again.food ADD COLUMN name text;
      UPDATE filled_again.food SET name = 'other' WHERE id = '2'`)
    expect(await putBack(made)).toEqual([{ placed: 1, left: 1 }])
    expect((await fleet.client.query('SELECT name FROM filled_again.food ORDER BY id')).rows).toEqual([
      { name: 'soup' },
      { name: 'other' },
    ])
    expect(await putBack(made)).toEqual([{ placed: 0, left: 1 }])
    expect(await rowsOf(made)).toHaveLength(1)
  })

  it('counts a default as a place', async () => {
    const made = await target(fleet, 'by_default')
    await applyPlanToTarget(fleet.pools, work(made, ADD_PRICE))
    await fleet.client.query(`INSERT INTO by_default.food (id, price) VALUES ('1', 12.5)`)
    await compensatePlanOnTarget(fleet.pools, work(made, ADD_PRICE))
    await fleet.client.query('ALTER TABLE by_default.food ADD COLUMN price numeric NOT NULL DEFAULT 0')
    expect(await putBack(made)).toEqual([{ placed: 1, left: 0 }])
    expect((await fleet.client.query('SELECT price FROM by_default.food')).rows).toEqual([{ price: '12.5' }])
  })

  it('inserts the rows of a table that are missing', async () => {
    const made = await hidden('rows_again', HIDE_FOOD)
    await fleet.client.query(`CREATE TABLE rows_again.food (id text PRIMARY KEY, name text, price numeric);
      INSERT INTO rows_again.food VALUES ('2', 'new tea')`)
    expect(await putBack(made)).toEqual([{ placed: 1, left: 1 }])
    expect((await fleet.client.query('SELECT name FROM rows_again.food ORDER BY id')).rows).toEqual([
      { name: 'soup' },
      { name: 'new tea' },
    ])
  })

  it('says what is missing where there is no place, and changes nothing', async () => {
    const [column, table] = [await hidden('no_column'), await hidden('no_table', HIDE_FOOD)]
    await fleet.client.query('ALTER TABLE no_column.food ADD COLUMN name integer')
    expect(await putBack(column, table)).toEqual([
      'alpha/no_column: there is no column food.name of the same type.',
      'alpha/no_table: there is no table food with the same columns.',
    ])
  })
})

describe('bringing back what another operation set aside', () => {
  const revive = (namespace: string, restores = true): Promise<unknown> =>
    fleet.client.query(
      `SELECT schema_saga_target.revive_v1($1, 'column', '_aside_op_1_name', $2,
         ARRAY['ALTER TABLE %1$I.food RENAME COLUMN "_aside_op_1_name" TO name'],
         ARRAY['ALTER TABLE %1$I.food ADD COLUMN spare text'])`,
      [namespace, restores],
    )

  it('notes that it is back', async () => {
    const made = await hidden('revived')
    await revive('revived')
    expect(await columnsOf(fleet, 'revived')).toEqual(['id', 'name'])
    expect(await rowsOf(made)).toEqual([])
    await expect(revive('revived')).rejects.toThrow('is not set aside any more')
  })

  it('begins the hold anew when it is hidden again', async () => {
    const made = await hidden('hidden_again')
    await revive('hidden_again')
    await fleet.client.query(
      `UPDATE schema_saga_target.set_aside SET at = at - interval '8 days' WHERE namespace = 'hidden_again'`,
    )
    await fleet.client.query('ALTER TABLE hidden_again.food RENAME COLUMN name TO "_aside_op_1_name"')
    await fleet.client.query(`BEGIN; SET LOCAL schema_saga.stage = '{"operation_id": "again", "direction": "forward"}';
      SELECT schema_saga_target.revive_v1('hidden_again', 'column', '_aside_op_1_name', false, '{}', '{}'); COMMIT`)
    const [row] = await rowsOf(made)
    expect(row).toMatchObject({ operationId: 'op', hiddenBy: 'again' })
    expect(row?.ageMs).toBeLessThan(86_400_000)
  })

  it('does the other thing on a target that was born later', async () => {
    await target(fleet, 'young')
    await revive('young')
    expect(await columnsOf(fleet, 'young')).toEqual(['id', 'name', 'spare'])
  })

  it('is refused once it was purged, and never mistaken for a target that was born later', async () => {
    const made = await hidden('too_late')
    await purge(made)
    await expect(revive('too_late')).rejects.toThrow('was purged')
    expect(await columnsOf(fleet, 'too_late')).toEqual(['id'])
  })
})
