import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readMadeRevisions, toolStanding } from '../../src/postgres/adoption/tools/toolStanding.ts'
import { TOOLS } from '../../src/postgres/adoption/tools/toolTables.ts'
import { setProjectSettings } from '../../src/postgres/catalog/projects/settings.ts'
import { sha256Of } from '../../src/sql/text.ts'
import { importAll, openSqlFleet, type SqlFleet, TEXT } from './sqlFleet.ts'

const NOTE = 'ALTER TABLE invoice ADD COLUMN note text'
const THERE_AND_BACK = 'ALTER TABLE invoice ADD COLUMN gone text; ALTER TABLE invoice DROP COLUMN gone'

/** What each tool keeps of files 002 and 003; 004 looks like 003, and is newer. */
const KEPT: Readonly<Record<string, string>> = {
  prisma: `CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
      logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0);
    INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, rolled_back_at, started_at)
      VALUES ('a', '', '002', now(), NULL, '2026-01-01'), ('b', '', '003', NULL, now(), '2026-01-02'), ('c', '', '003', now(), NULL, '2026-01-03')`,
  drizzle: `CREATE TABLE __drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);
    INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('${sha256Of('UPDATE invoice SET total = total * 100')}', 1), ('${sha256Of(NOTE)}', 2)`,
  goose: `CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp DEFAULT now());
    INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (2, true), (3, true), (4, true), (4, false)`,
  golang: `CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL); INSERT INTO schema_migrations VALUES (3, false)`,
  dbmate: `CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY); INSERT INTO schema_migrations VALUES ('002'), ('003')`,
  pgm: `CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL DEFAULT now());
    INSERT INTO pgmigrations (name) VALUES ('002'), ('003')`,
}

let fleet: SqlFleet
beforeAll(async () => {
  fleet = await openSqlFleet()
  const { catalog, project } = fleet
  const tables = [...new Set(TOOLS.map(({ table }) => table))]
  await setProjectSettings(catalog, { id: project, settings: { ignore: tables }, actor: 'test' })
  await fleet.addRevision('UPDATE invoice SET total = total * 100')
  await fleet.addRevision(NOTE)
  await fleet.addRevision(THERE_AND_BACK)
  for (const [tool, kept] of Object.entries(KEPT)) await fleet.byHand(`a_${tool}`, `${TEXT}; ${NOTE}; ${kept}`)
})
afterAll(() => fleet.close())

const imported = (like: string, more: object = {}) => importAll(fleet, { like, dryRun: true, ...more })

describe('of revisions that look alike', () => {
  it.each(Object.keys(KEPT))('the table of the other tool tells which a namespace is: %s', async (tool) => {
    const { parked, matched } = await imported(`a\\_${tool}`)
    expect(matched).toEqual([])
    const table = /CREATE TABLE (\w+)/.exec(KEPT[tool] ?? '')?.[1]
    expect(parked).toMatchObject([{ revision: 3, decided_by: 'tool_table', tool_table: table }])
  })

  it('that table is believed before what is said of all, and not before what is said of one', async () => {
    expect((await imported('a\\_dbmate', { among: 'newest' })).parked).toMatchObject([
      { revision: 3, decided_by: 'tool_table' },
    ])
    expect((await imported('a\\_dbmate', { revisions: { a_dbmate: 4 } })).matched).toMatchObject([
      { decided_by: 'said', tool_table: null },
    ])
  })

  it.each([
    ['says what it does not look like', KEPT.dbmate],
    [
      'has a gap',
      `${KEPT.dbmate}; DELETE FROM schema_migrations WHERE version = '002'; INSERT INTO schema_migrations VALUES ('004')`,
    ],
    ['was left half-way', `${KEPT.golang}; UPDATE schema_migrations SET version = 2, dirty = true`],
    ['knows none of them', `${KEPT.pgm}; UPDATE pgmigrations SET name = 'another'`],
    ['is of no form that is known', 'CREATE TABLE _prisma_migrations (id text, migration_name text)'],
    [
      'shows rows to nobody',
      `${KEPT.dbmate}; DELETE FROM schema_migrations WHERE version = '003'; ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY`,
    ],
    ['does not say what another says', `${KEPT.pgm}; DELETE FROM pgmigrations WHERE name = '003'; ${KEPT.dbmate}`],
  ])('nothing is told by a table that %s', async (what, kept) => {
    const namespace = `b_${what.replaceAll(/\W/g, '')}`
    await fleet.byHand(namespace, `${TEXT}; ${kept}`)
    const { parked } = await imported(namespace)
    expect(parked).toMatchObject([{ revision: null, decided_by: null }])
    expect(parked[0]?.differences[0]).toContain('It looks like the revisions 1 and 2 alike')
  })

  it('changes that made one revision together are all of it, or none', async () => {
    const parts = JSON.stringify(['003', '004', '005'].map((name) => ({ name, up: '', down: null })))
    const setParts = (value: string | null) =>
      fleet.catalog.query('update schema_saga.sql_revision set parts = $1 where revision = 3', [value])
    await setParts(parts)
    const made = (await readMadeRevisions(fleet.catalog, fleet.project)) ?? []
    await setParts(null)
    expect(made.map(({ revision, name }) => `${revision} ${name}`).slice(1)).toEqual([
      '2 002',
      '3 003',
      '3 004',
      '3 005',
      '4 004',
    ])
    const upTo = (version: string) => {
      const tool = TOOLS.find(({ isUpTo }) => isUpTo)
      const kept = tool === undefined ? [] : [{ tool, rows: [{ key: version, applied: true }] }]
      return toolStanding(kept, made.slice(0, 5), [2, 3])?.revision
    }
    expect([upTo('2'), upTo('3'), upTo('4'), upTo('5')]).toEqual([2, undefined, undefined, 3])
  })

  it('files of Flyway and Django are known by their own names', async () => {
    const tool = (name: string) => TOOLS.find(({ table }) => table === name)
    const keyOf = (table: string, name: string) => tool(table)?.keyOf({ revision: 2, name, up: '' })
    expect(['V1_01__a', 'V2.0__b', 'V3', 'note'].map((name) => keyOf('flyway_schema_history', name))).toEqual([
      '1.1',
      '2',
      '3',
      null,
    ])
    expect(keyOf('django_migrations', '0002_library_0002_book_isbn')).toBe('library_0002_book_isbn')
    const named = (names: string) =>
      fleet.catalog.query(`update schema_saga.sql_revision set name = ${names} where revision > 1`)
    await named(`'V1.' || revision || '__change'`)
    await fleet.byHand(
      'c_flyway',
      `${TEXT}; CREATE TABLE flyway_schema_history (installed_rank integer, version varchar(50), type varchar(20), success boolean);
       INSERT INTO flyway_schema_history VALUES (1, '1.02', 'SQL', true), (2, '1.3', 'SQL', true), (3, '1.3', 'UNDO_SQL', true), (4, NULL, 'SQL', true)`,
    )
    const flyway = { revision: 2, decided_by: 'tool_table', tool_table: 'flyway_schema_history' }
    expect((await imported('c\\_flyway')).parked).toMatchObject([flyway])
    await named(`'000' || revision || '_library_000' || revision`)
    await fleet.byHand(
      'c_django',
      `${TEXT}; CREATE TABLE django_migrations (id bigint, app varchar(255), name varchar(255), applied timestamptz);
       INSERT INTO django_migrations VALUES (1, 'auth', '0003', now()), (2, 'library', '0002', now())`,
    )
    expect((await imported('c\\_django')).parked).toMatchObject([{ revision: 2, tool_table: 'django_migrations' }])
  })
})
