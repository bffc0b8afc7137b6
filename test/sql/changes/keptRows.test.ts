import { afterAll, beforeAll, expect, it } from 'vitest'
import type { KeptRow, KeptTool } from '../../../src/sql/change/keptRows.ts'
import { type ChangeFleet, openChangeFleet } from './changeFleet.ts'

const TEXT = 'CREATE TABLE invoice (id bigint)'
const UP = 'ALTER TABLE invoice ADD COLUMN state text; CREATE INDEX CONCURRENTLY by_state ON invoice (state);'

interface Case {
  readonly tool: KeptTool
  /** As the tool makes it, with what it ran so far. */
  readonly table: string
  readonly rows: readonly KeptRow[]
  /** What of the table is told, and what it says before and after. */
  readonly told: string
  readonly before: readonly string[]
  readonly after: readonly string[]
}

const CASES: readonly Case[] = [
  {
    tool: 'prisma',
    table: `CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
      logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0);
      INSERT INTO _prisma_migrations VALUES ('a', 'x', now(), '01_init', NULL, NULL, now(), 1)`,
    rows: [{ key: `02_o'hara`, checksum: 'abc' }],
    told: `concat_ws(' ', migration_name, checksum, finished_at IS NOT NULL, applied_steps_count)`,
    before: ['01_init x t 1'],
    after: ['01_init x t 1', `02_o'hara abc t 1`],
  },
  {
    tool: 'drizzle',
    table: `CREATE TABLE __drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)`,
    rows: [
      { key: 'aa', at: 1_700_000_000_000 },
      { key: 'bb', at: 1_700_000_000_001 },
    ],
    told: `concat_ws(' ', id, hash, created_at)`,
    before: [],
    after: ['1 aa 1700000000000', '2 bb 1700000000001'],
  },
  {
    tool: 'flyway',
    table: `CREATE TABLE flyway_schema_history (installed_rank integer PRIMARY KEY, version varchar(50), description varchar(200) NOT NULL, type varchar(20) NOT NULL,
      script varchar(1000) NOT NULL, checksum integer, installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(), execution_time integer NOT NULL, success boolean NOT NULL);
      INSERT INTO flyway_schema_history VALUES (1, '1', 'init', 'SQL', 'V1__init.sql', 5, 'me', now(), 1, true)`,
    rows: [{ key: '1.1', checksum: '-5', script: 'V1_1__add_state.sql', description: 'add state' }],
    told: `concat_ws(' ', installed_rank, version, description, type, script, checksum, success)`,
    before: ['1 1 init SQL V1__init.sql 5 t'],
    after: ['1 1 init SQL V1__init.sql 5 t', '2 1.1 add state SQL V1_1__add_state.sql -5 t'],
  },
  {
    tool: 'goose',
    table: `CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp DEFAULT now());
      INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true)`,
    rows: [{ key: '2' }],
    told: `concat_ws(' ', version_id, is_applied)`,
    before: ['0 t'],
    after: ['0 t', '2 t'],
  },
  {
    tool: 'dbmate',
    table: `CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY); INSERT INTO schema_migrations VALUES ('001')`,
    rows: [{ key: '002' }],
    told: 'version',
    before: ['001'],
    after: ['001', '002'],
  },
  {
    tool: 'golang-migrate',
    table: `DROP TABLE schema_migrations; CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL); INSERT INTO schema_migrations VALUES (1, false)`,
    rows: [
      { key: '2', before: '1' },
      { key: '3', before: '2' },
    ],
    told: `concat_ws(' ', version, dirty)`,
    before: ['1 f'],
    after: ['3 f'],
  },
  {
    tool: 'node-pg-migrate',
    table: `CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)`,
    rows: [{ key: '002_state' }],
    told: `concat_ws(' ', name, run_on IS NOT NULL)`,
    before: [],
    after: ['002_state t'],
  },
]

let fleet: ChangeFleet
beforeAll(async () => {
  fleet = await openChangeFleet(TEXT, ['t_ada', 't_bob'])
})
afterAll(() => fleet.close())

const inNamespace = (sql: string) => fleet.client.query(`SET search_path = t_ada; ${sql}; RESET search_path`)

it.each(CASES)('$tool finds its own row where a change was done, and not where it was undone', async (each) => {
  const { tool, rows, told, before, after } = each
  await inNamespace(each.table)
  const table = /CREATE TABLE (\w+)/.exec(each.table)?.[1] ?? ''
  const kept = () => fleet.ask(`SELECT ${told} FROM t_ada.${table} ORDER BY 1`)
  const plan = await fleet.plan({ up: UP, keptRows: { tool, rows } })
  for (const namespace of ['t_ada', 't_bob', 'shop_base']) await fleet.forward(plan, namespace)
  expect(await kept()).toEqual(after)
  await fleet.forward(plan, 't_ada')
  expect(await kept()).toEqual(after)
  for (const namespace of ['t_ada', 't_bob', 'shop_base']) await fleet.back(plan, namespace)
  expect(await kept()).toEqual(before)
  // Nothing of it is where the tool never ran.
  expect(await fleet.ask(`SELECT to_regclass('t_bob.${table}')`)).toEqual(['null'])
})

it('a row that cannot be kept as its tool would fails the target, and all of the change with it', async () => {
  await inNamespace(
    'CREATE TRIGGER odd BEFORE INSERT ON pgmigrations FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
  )
  const up = 'ALTER TABLE invoice ADD COLUMN other text;'
  const plan = await fleet.plan({ up, keptRows: { tool: 'node-pg-migrate', rows: [{ key: 'x' }] } })
  await expect(fleet.forward(plan, 't_ada')).rejects.toMatchObject({
    code: 'STATEMENT_REFUSED',
    message: expect.stringContaining('"pgmigrations" is not as node-pg-migrate makes it'),
  })
  expect(
    await fleet.ask(
      `SELECT count(*) FROM information_schema.columns WHERE table_schema = 't_ada' AND column_name = 'other'`,
    ),
  ).toEqual(['0'])
  await inNamespace('DROP TABLE pgmigrations')
  await expect(fleet.plan({ up, keptRows: { tool: 'node-pg-migrate', rows: [{ key: 'x' }] } })).rejects.toMatchObject({
    code: 'NOT_APPLICABLE',
  })
})
