/** Folders as each tool writes them, read into one list. */
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import type { Migration, MigrationFolder } from '../../src/migrations/migration.ts'
import { readMigrations } from '../../src/migrations/readMigrations.ts'
import { readScript } from '../../src/sql/script/readScript.ts'
import { folderOf } from './folderOf.ts'

const read = (name: string): Promise<MigrationFolder> => readMigrations(join(import.meta.dirname, 'fixtures', name))

function named({ migrations }: MigrationFolder, name: string): Migration {
  const found = migrations.find((each) => each.name === name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}

const names = ({ migrations }: MigrationFolder): readonly string[] => migrations.map(({ name }) => name)

/** A statement, and the line of its text that it is on. */
function lineOf(text: string | null, words: string): number {
  return (text ?? '').split('\n').findIndex((line) => line.includes(words)) + 1
}

const PART = '-- schema-saga: new transaction'

describe('plain files', () => {
  it('go forward down to the line -- down, which counts where Postgres sees a comment', async () => {
    const folder = await read('plain')
    expect(folder.format).toBe('plain')
    expect(names(folder)).toEqual(['0001_customer', '0002_touch_function', '0010_customer_name'])
    const customer = named(folder, '0001_customer')
    expect(customer.up).toMatch(/^-- Customers[\s\S]*\);\n$/)
    expect(customer.down?.trim()).toBe('-- down\nDROP TABLE customer;')
    // As in its file.
    expect(lineOf(customer.down, 'DROP TABLE')).toBe(8)
    const touch = named(folder, '0002_touch_function')
    expect(touch.up).toContain('-- down\n  NEW.touched_at := now();')
    expect(touch.down).toBe('DROP FUNCTION touch();\n')
    expect(touch.files).toEqual(['0002_touch_function.sql', '0002_touch_function.down.sql'])
  })

  it('keep BEGIN and COMMIT around the whole, which says nothing new', async () => {
    const { up, notes } = named(await read('plain'), '0010_customer_name')
    expect(up).toBe('BEGIN;\n\nALTER TABLE customer ADD COLUMN name text;\n\nCOMMIT;\n')
    expect(notes).toEqual([])
  })

  it('have two transactions where their own brackets have', async () => {
    const text = "BEGIN;\nALTER TYPE mood ADD VALUE 'calm';\nCOMMIT;\nBEGIN;\nUPDATE t SET m = 'calm';\nCOMMIT;\n"
    const folder = await readMigrations(await folderOf({ '1.sql': text }))
    expect(folder.migrations[0]?.up.split('\n').map((line) => line.trim())).toEqual([
      '',
      "ALTER TYPE mood ADD VALUE 'calm';",
      PART,
      '',
      "UPDATE t SET m = 'calm';",
      '',
      '',
    ])
  })

  it('keep a ROLLBACK and an isolation level, which the database is to refuse', async () => {
    for (const text of ['BEGIN; SELECT 1; ROLLBACK;', 'BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; COMMIT;']) {
      const { migrations } = await readMigrations(await folderOf({ '1.sql': text }))
      expect(migrations[0]?.up).toBe(text)
    }
  })

  it('run in the order of their numbers, which may lack zeros', async () => {
    const files = { '10_c.sql': 'SELECT 1', '2_b.sql': 'SELECT 1', '1_a.sql': 'SELECT 1' }
    expect(names(await readMigrations(await folderOf(files)))).toEqual(['1_a', '2_b', '10_c'])
  })

  it('are the same with a byte order mark and line ends of Windows', async () => {
    const [unix, windows] = [
      'SELECT 1;\nSELECT 2;\n-- down\nSELECT 3;\n',
      '\uFEFFSELECT 1;\r\nSELECT 2;\r\n-- down\r\nSELECT 3;\r\n',
    ]
    const [one, other] = [await folderOf({ '1.sql': unix }), await folderOf({ '1.sql': windows })]
    expect((await readMigrations(other)).migrations).toEqual((await readMigrations(one)).migrations)
  })

  it('have no way back where the part for it holds comments only', async () => {
    const { migrations } = await readMigrations(
      await folderOf({ '1.sql': 'SELECT 1;\n\n-- down\n-- nothing leads back\n' }),
    )
    expect(migrations[0]).toMatchObject({ up: 'SELECT 1;\n', down: null })
  })
})

describe('dbmate', () => {
  it('parts what runs outside of a transaction, in the place of empty lines where there are any', async () => {
    const folder = await read('dbmate')
    expect(folder.format).toBe('dbmate')
    expect(folder.notes).toEqual(['"schema.sql" is not read: dbmate runs what begins with a digit only.'])
    expect(names(folder)).toEqual([
      '20240102093000_create_invoices',
      '20240103110000_index_invoices',
      '20240104120000_note',
    ])
    const { up, down } = named(folder, '20240103110000_index_invoices')
    expect(up.split('\n')[2]).toBe(PART)
    expect(lineOf(down, 'idx_invoices_customer')).toBe(9)
    expect(down?.split('\n')[7]).toBe(PART)
  })

  it('has no way back where its header has nothing behind it', async () => {
    expect(named(await read('dbmate'), '20240104120000_note').down).toBeNull()
    expect(named(await read('dbmate'), '20240102093000_create_invoices').down).toContain('drop table invoices;')
  })
})

describe('goose', () => {
  it('ends what StatementEnd ends, and runs a block as one', async () => {
    const folder = await read('goose')
    expect([folder.format, folder.notes]).toEqual(['goose', []])
    const first = named(folder, '00001_create_users')
    expect(first.up).toContain(')\n; -- +goose StatementEnd')
    expect(first.down?.trim()).toBe('-- +goose Down\nDROP TABLE users;')
    const second = named(folder, '00002_index_users')
    expect(second.up.split(PART)).toHaveLength(2)
    expect(lineOf(second.up, 'COMMENT ON')).toBe(8)
    expect(second.down?.split(PART)).toHaveLength(2)
  })

  it('is read whatever its capitals, and in the order of its versions', async () => {
    const text = '--+GOOSE UP\nSELECT 1;\n'
    const folder = await readMigrations(await folderOf({ '10_b.sql': text, '9_a.sql': text }))
    expect([folder.format, ...names(folder)]).toEqual(['goose', '9_a', '10_b'])
  })
})

it('golang-migrate has a file for each way, and maybe none back', async () => {
  const folder = await read('golang-migrate')
  expect(folder.format).toBe('golang-migrate')
  expect(folder.migrations.map(({ name, down }) => [name, down?.trim() ?? null])).toEqual([
    ['000001_create_accounts', 'DROP TABLE IF EXISTS accounts;'],
    ['000002_add_mood', expect.stringMatching(/^BEGIN;[\s\S]*DROP TYPE enum_mood;\n\nCOMMIT;$/)],
    ['000003_forward_only', null],
  ])
  const same = await readMigrations(join(import.meta.dirname, 'fixtures/golang-migrate'), { format: 'node-pg-migrate' })
  expect(same.migrations).toEqual(folder.migrations)
})

it('node-pg-migrate has both ways in one file, or a file for each', async () => {
  const folder = await read('node-pg-migrate')
  expect(folder.format).toBe('node-pg-migrate')
  expect(folder.migrations.map(({ name, down }) => [name, down?.trim().split('\n').at(-1)])).toEqual([
    ['1704186000000_create-posts', 'DROP TABLE posts;'],
    ['1704272400000_post-slug', 'ALTER TABLE posts DROP COLUMN slug;'],
  ])
  const turned = await folderOf({
    '1_a.sql': '-- Down Migration\nDROP TABLE a;\n-- Up Migration\nCREATE TABLE a ();\n',
  })
  const [first] = (await readMigrations(turned)).migrations
  expect(first?.up.trim()).toBe('-- Up Migration\nCREATE TABLE a ();')
  expect(first?.down?.trim()).toBe('-- Down Migration\nDROP TABLE a;')
})

it('Flyway is in order of versions, with undos of the same version, in any folder below', async () => {
  const folder = await read('flyway')
  expect(folder.format).toBe('flyway')
  expect(folder.migrations.map(({ name, down, files }) => [name, down?.trim() ?? null, files])).toEqual([
    ['V1__create_orders', null, ['V1__create_orders.sql']],
    ['V1.9__order_state', 'alter table orders drop column state;', ['V1.9__order_state.sql', 'U1.9__order_state.sql']],
    ['V1_10__order_note', null, ['2024/V1_10__order_note.sql']],
  ])
  const below = await folderOf({ 'a/V2__b.sql': 'SELECT 1', 'b/V1__a.sql': 'SELECT 1', 'V1__a.txt': '' })
  expect(names(await readMigrations(below))).toEqual(['V1__a', 'V2__b'])
})

it('Prisma has a folder for each, and maybe a way back beside it', async () => {
  const folder = await read('prisma')
  expect([folder.format, folder.notes]).toEqual(['prisma', []])
  expect(folder.migrations.map(({ name, down, files }) => [name, down !== null, files])).toEqual([
    ['20240102093015_init', false, ['20240102093015_init/migration.sql']],
    ['20240105171200_drop_role', true, ['20240105171200_drop_role/migration.sql', '20240105171200_drop_role/down.sql']],
  ])
})

describe('Drizzle', () => {
  it('is in the order of its journal, and needs no semicolon in front of a breakpoint', async () => {
    const folder = await read('drizzle')
    expect([folder.format, ...names(folder)]).toEqual(['drizzle', '0000_calm_storm', '0001_wide_river'])
    expect(named(folder, '0001_wide_river').up).toContain('"title" text;--> statement-breakpoint\nCREATE INDEX')
    expect(named(folder, '0000_calm_storm').up).not.toContain(';-->')
    const entries = [{ tag: '0001_b' }, { tag: '0000_a' }]
    const turned = {
      '0000_a.sql': 'SELECT 1',
      '0001_b.sql': 'SELECT 1',
      'meta/_journal.json': JSON.stringify({ entries }),
    }
    expect(names(await readMigrations(await folderOf(turned)))).toEqual(['0001_b', '0000_a'])
  })

  it('has a folder for each since it writes no journal', async () => {
    const folder = await read('drizzle-folders')
    expect([folder.format, ...names(folder)]).toEqual(['drizzle', '20240102093015_calm_storm'])
  })
})

/** Of what a tool runs outside of a transaction, and of several: the stages that it becomes. */
test.each([
  ['dbmate', '20240103110000_index_invoices', ['index', 'index'], ['index', 'index']],
  ['goose', '00002_index_users', ['index', 'transaction'], ['transaction', 'index']],
  ['golang-migrate', '000002_add_mood', ['transaction'], ['transaction']],
  ['drizzle', '0000_calm_storm', ['transaction'], null],
  ['drizzle', '0001_wide_river', ['transaction'], null],
])('%s: %s is cut into stages as its tool runs it', async (fixture, name, forward, back) => {
  const { up, down } = named(await read(fixture), name)
  const kinds = async (text: string): Promise<readonly string[]> =>
    (await readScript(name, text, { namespace: 'public' })).stages.map(({ kind }) => kind)
  expect(await kinds(up)).toEqual(forward)
  expect(down === null ? null : await kinds(down)).toEqual(back)
})

it('every statement of what runs outside of a transaction is a stage, wherever its lines end', async () => {
  const texts = [
    'SELECT 1; SELECT 2;\n\n/*\n\n*/ SELECT 3; -- three\nSELECT 4',
    'SELECT 1;SELECT 2 -- two;\n;SELECT 3;SELECT 4\n',
  ]
  texts.push("SET LOCAL work_mem = '1MB';\nSELECT 1;\nSELECT 2;\nSELECT 3;\nSELECT 4;\n")
  for (const text of texts) {
    const folder = await folderOf({ '1_a.sql': `-- +goose NO TRANSACTION\n-- +goose Up\n${text}` })
    const { up } = named(await readMigrations(folder), '1_a')
    expect((await readScript('a', up, { namespace: null })).stages).toHaveLength(4)
  }
})

it('what runs outside of a transaction shares one where it can, if only then each stage has an undo', async () => {
  const up = 'ALTER TABLE a ADD b int;\nALTER TABLE a ADD c int;\nCREATE INDEX CONCURRENTLY a_b ON a (b);\n'
  const files = {
    '1_a.sql': `-- migrate:up transaction:false\n${up}\n-- migrate:down\nALTER TABLE a DROP b, DROP c;\n`,
  }
  const { migrations } = await readMigrations(await folderOf(files))
  expect(migrations[0]?.up).not.toContain(PART)
  expect(migrations[0]?.notes).toEqual([expect.stringContaining('share a transaction where they can')])
})
