/** Folders that are not what they seem: each is refused in one sentence that names the file, or read as it was meant. */
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, test } from 'vitest'
import type { MigrationFormat } from '../../src/migrations/migration.ts'
import { readMigrations } from '../../src/migrations/readMigrations.ts'
import { folderOf } from './folderOf.ts'

const SQL = 'SELECT 1;\n'
const journal = (tags: readonly string[], dialect = 'postgresql'): string =>
  JSON.stringify({ version: '7', dialect, entries: tags.map((tag, idx) => ({ idx, tag })) })

async function refusal(
  files: Readonly<Record<string, string | Uint8Array>>,
  format?: MigrationFormat,
): Promise<{ code: string; message: string }> {
  const folder = await folderOf(files)
  const read = readMigrations(folder, format === undefined ? {} : { format })
  return await read.then(
    () => Promise.reject(new Error('it was read')),
    (error: { code: string; message: string }) => error,
  )
}

test.each<[string, Readonly<Record<string, string>>, RegExp, MigrationFormat?]>([
  ['an empty folder', { 'README.md': '' }, /holds no migrations of SQL\.$/],
  ['a folder above the one that is meant', { 'migrations/1.sql': SQL }, /its folder "migrations": give that one/],
  ['two tools in one folder', { '1.sql': SQL, '2.sql': '-- migrate:up\n' }, /"1.sql" is plain, and "2.sql" is dbmate/],
  ['a file beside folders', { 'a/migration.sql': SQL, 'b.sql': SQL }, /"b.sql" is a file beside/],
  ['a format that it is not', { '1.sql': SQL }, /"1.sql" has no line "-- migrate:up"/, 'dbmate'],
  ['a way back of nothing', { '1_a.sql': SQL, '1_b.down.sql': SQL }, /"1_b.down.sql" leads back, and there is no/],
  ['ways back only', { '1_b.down.sql': SQL }, /holds ways back only/],
  ['two ways back', { '1.sql': 'SELECT 1;\n-- down\nSELECT 2;', '1.down.sql': SQL }, /has two ways back/],
  ['a second line for the way back', { '1.sql': '-- down\n-- down\n' }, /second line "-- down", 2/],
  [
    'a line that may be one',
    { '1.sql': 'SELECT 1;\n-- Rollback:\nDROP TABLE a;' },
    /Line 2 of "1.sql", "-- Rollback:"/,
  ],
  ['a line of another tool', { '1.sql': '-- +migrate Up\nSELECT 1;' }, /Line 1 of "1.sql" is one of sql-migrate/],
  ['a line of Sqitch', { '1.sql': '-- Deploy app:users to pg\nSELECT 1;' }, /is one of Sqitch/],
  ['a block that may be one', { '1.sql': 'SELECT 1;\n/* down */\nDROP TABLE a;' }, /Line 2 of "1.sql", "\/\* down"/],
  ['a name that leads back', { '1_a.sql': SQL, '1_a.undo.sql': SQL }, /"1_a.undo.sql" seems to lead back/],
  ['names in pairs of another kind', { '1_up.sql': SQL, '1_down.sql': SQL }, /"1_down.sql" seems to lead back/],
  ['a file without a number among numbered ones', { '1_a.sql': SQL, 'seed.sql': SQL }, /"seed.sql" has no number/],
  ['a step in another language', { '1_a.sql': SQL, '2_b.js': '' }, /"2_b.js" is a migration that is no SQL/],
  ['an ending that is no longer .sql', { '1_a.sql': SQL, '2_b.pgsql': SQL }, /"2_b.pgsql" would not be run/],
  ['what no scanner reads', { '1.sql': "SELECT 'a" }, /1\.sql, line 1, column 8/],
  ['dbmate: two of one version', { '1_a.sql': '-- migrate:up\n', '1_b.sql': '-- migrate:up\n' }, /same version 1/],
  ['dbmate: an option', { '1.sql': '-- migrate:up foo:bar\n' }, /an option "foo:bar"/],
  ['dbmate: in the wrong order', { '1.sql': '-- migrate:down\n-- migrate:up\n' }, /"-- migrate:down" in front of/],
  ['dbmate: statements in front', { '1.sql': 'SELECT 1;\n-- migrate:up\n' }, /statements in front of/],
  ['goose: variables', { '1_a.sql': '-- +goose ENVSUB ON\n-- +goose Up\n' }, /Line 1 of "1_a.sql" puts variables/],
  ['goose: an annotation', { '1_a.sql': '-- +goose Up\n-- +goose Foo\n' }, /an annotation "Foo"/],
  ['goose: a block without an end', { '1_a.sql': '-- +goose Up\n-- +goose StatementBegin\n' }, /Line 2 .* begins/],
  ['goose: an end without a block', { '1_a.sql': '-- +goose Up\n-- +goose StatementEnd\n' }, /Line 2 .* does not fit/],
  ['goose: two of one version', { '1_a.sql': '-- +goose Up', '01_b.sql': '-- +goose Up' }, /same version 1/],
  [
    'golang-migrate: neither way',
    { '1_a.up.sql': SQL, '2_b.sql': SQL },
    /"1_a.up.sql" is golang-migrate, and "2_b.sql"/,
  ],
  ['Flyway: repeatable', { 'V1__a.sql': SQL, 'R__view.sql': SQL }, /"R__view.sql" is run again whenever it changes/],
  ['Flyway: repeatable only', { 'R__view.sql': SQL }, /"R__view.sql" is run again/],
  ['Flyway: how a file runs', { 'V1__a.sql': SQL, 'V1__a.sql.conf': '' }, /"V1__a.sql.conf" changes how/],
  ['Flyway: a callback', { 'V1__a.sql': SQL, 'beforeMigrate.sql': SQL }, /"beforeMigrate.sql" is a callback/],
  ['Flyway: a baseline', { 'V1__a.sql': SQL, 'B1__a.sql': SQL }, /"B1__a.sql" is a baseline/],
  ['Flyway: in Java', { 'V1__a.sql': SQL, 'V2__b.java': '' }, /"V2__b.java" is no SQL/],
  ['Flyway: a name by mistake', { 'V1__a.sql': SQL, 'V2_b.sql': SQL }, /"V2_b.sql" has no name that Flyway runs/],
  ['Flyway: two of one version', { 'V1__a.sql': SQL, 'b/V1_0__b.sql': SQL }, /same version 1/],
  ['Flyway: an undo of nothing', { 'V1__a.sql': SQL, 'U2__b.sql': SQL }, /"U2__b.sql" undoes a version/],
  ['Flyway: a placeholder', { 'V1__a.sql': `${SQL}SELECT \${a};` }, /Line 2 of "V1__a.sql" has a placeholder/],
  ['Prisma: a folder without a file', { 'a/migration.sql': SQL, 'b/x.txt': '' }, /"b" has no migration.sql/],
  ['Prisma: another database', { 'a/migration.sql': SQL, 'migration_lock.toml': 'provider = "mysql"' }, /for mysql/],
  ['Drizzle: no file', { 'meta/_journal.json': journal(['0_a', '1_b']), '0_a.sql': SQL }, /names "1_b.sql", not in/],
  ['Drizzle: no entry', { 'meta/_journal.json': journal([]), '0_a.sql': SQL }, /has "0_a.sql", not named/],
  ['Drizzle: another database', { 'meta/_journal.json': journal([], 'sqlite') }, /for sqlite/],
  ['Drizzle: a broken journal', { 'meta/_journal.json': '{' }, /is no JSON/],
])('%s', async (_, files, words, format) => {
  const { code, message } = await refusal(files, format)
  expect(message).toMatch(words)
  expect(['MIGRATIONS_INVALID', 'SQL_INVALID']).toContain(code)
})

it('what has no number is left alone by tools that run numbered files', async () => {
  const beside = { 'schema.sql': SQL }
  const folders = [
    { '1_a.up.sql': SQL },
    { '1_a.sql': '-- Up Migration\nSELECT 1;' },
    { '1_a.sql': '-- +goose Up\nSELECT 1;' },
    { '1_a.sql': '-- migrate:up\nSELECT 1;' },
  ]
  for (const files of folders) {
    const { migrations, notes } = await readMigrations(await folderOf({ ...files, ...beside }))
    expect([migrations.map(({ name }) => name), notes]).toEqual([
      ['1_a'],
      [expect.stringMatching(/^"schema.sql" is not/)],
    ])
  }
})

it('a word of a name is no way back', async () => {
  const { migrations } = await readMigrations(await folderOf({ '1_scale_down.sql': SQL, '2_undo_log.sql': SQL }))
  expect(migrations.map(({ name }) => name)).toEqual(['1_scale_down', '2_undo_log'])
})

it('a comment about the way down parts nothing', async () => {
  const table = 'CREATE TABLE lift (\n  -- up\n  up int,\n  -- down\n  down int\n);\n'
  const text = `-- The service is down while this runs.\n-- cool down\n${table}/*\n-- down\n*/\n`
  const { migrations } = await readMigrations(await folderOf({ '1.sql': text }))
  expect(migrations).toMatchObject([{ up: text, down: null }])
})

it('a folder that is none, a file, or a link to nowhere is said', async () => {
  const folder = await folderOf({ '1.sql': SQL })
  await expect(readMigrations(join(folder, 'x'))).rejects.toThrow('does not exist')
  await expect(readMigrations(join(folder, '1.sql'))).rejects.toThrow('is a file')
  await symlink(join(folder, 'gone'), join(folder, '2.sql'))
  await expect(readMigrations(folder)).rejects.toThrow('The link "2.sql" leads nowhere')
})

it('links are followed, a circle of them too; what is hidden is left out', async () => {
  const there = await folderOf({ '1_a.sql': SQL })
  const folder = await folderOf({
    '.hidden.sql': 'x',
    '._2_b.sql': Buffer.from([0xff, 0]),
    '2_b.sql': SQL,
    '2_b.sql~': 'x',
  })
  await symlink(join(there, '1_a.sql'), join(folder, '1_a.sql'))
  await symlink(folder, join(folder, 'again'))
  const linked = join(there, 'linked')
  await symlink(folder, linked)
  const { migrations, notes } = await readMigrations(linked)
  expect([migrations.map(({ name }) => name), notes]).toEqual([['1_a', '2_b'], []])
  const flyway = await folderOf({ 'a/V1__a.sql': SQL })
  await symlink(flyway, join(flyway, 'a', 'again'))
  expect((await readMigrations(flyway)).migrations).toHaveLength(1)
})

it('what is no UTF-8 is refused by name', async () => {
  const { code, message } = await refusal({ '1.sql': Buffer.from('SELECT 1\u0000', 'utf16le') })
  expect([code, message]).toEqual(['SQL_INVALID', expect.stringContaining('1.sql')])
})

it('names are composed, so that they are the same on every machine', async () => {
  const folder = await folderOf({})
  await writeFile(join(folder, '1_cafe\u0301.sql'), SQL)
  expect((await readMigrations(folder)).migrations[0]?.name).toBe('1_caf\u00e9')
})

it('a folder below that is not read is said', async () => {
  const folder = await folderOf({ '1_a.sql': SQL, 'seeds/a.sql': SQL })
  await mkdir(join(folder, 'empty'))
  expect((await readMigrations(folder)).notes).toEqual([
    'The folder "seeds" below is not read; it holds 1 file of SQL.',
  ])
})

it('a file that holds nothing is a step all the same, and is said', async () => {
  const { migrations } = await readMigrations(await folderOf({ '1_a.sql': '-- nothing yet\n' }))
  expect(migrations).toMatchObject([{ name: '1_a', up: '-- nothing yet\n', notes: ['"1_a.sql" holds no statement.'] }])
})
