/** Reads a folder of migrations into the list that is run, whatever tool wrote it. */
import { undoneBy } from './beside.ts'
import { readDbmate } from './dbmate.ts'
import { formatOf } from './detect.ts'
import { readDrizzle } from './drizzle.ts'
import { filesBelow, type Listing, listFolder, stemOf } from './files.ts'
import { readFlyway } from './flyway.ts'
import { readPrisma } from './foldered.ts'
import { readGoose } from './goose.ts'
import {
  type Found,
  type FoundMigration,
  type Migration,
  type MigrationFolder,
  type MigrationFormat,
  unreadable,
} from './migration.ts'
import { readPlain } from './plain.ts'
import { finishDirection } from './transactions.ts'
import { readGolangMigrate, readNodePgMigrate } from './upDown.ts'

const READERS: Readonly<Record<MigrationFormat, (listing: Listing) => Promise<Found>>> = {
  plain: readPlain,
  dbmate: readDbmate,
  goose: readGoose,
  'golang-migrate': readGolangMigrate,
  'node-pg-migrate': readNodePgMigrate,
  flyway: readFlyway,
  prisma: readPrisma,
  drizzle: readDrizzle,
}

/** Those that read no folder below. */
const FLAT: readonly MigrationFormat[] = ['plain', 'dbmate', 'goose', 'golang-migrate', 'node-pg-migrate']

/** As an operation takes it. */
const LONGEST_NAME = 200

/**
 * The migrations of a folder in order; the format is found by looking unless it is given. Errors: `MIGRATIONS_INVALID` naming
 * the file that is in the way, `SQL_INVALID` for a text that is no UTF-8.
 */
export async function readMigrations(
  folder: string,
  options: { readonly format?: MigrationFormat } = {},
): Promise<MigrationFolder> {
  const listing = await listFolder(folder)
  const format = options.format ?? (await formatOf(folder, listing))
  if (FLAT.includes(format)) requireNoCode(listing)
  const { migrations: found, notes } = await READERS[format](listing)
  if (found.length === 0) throw unreadable(folder, `The folder "${folder}" holds no migrations of ${format}.`)
  requireNames(found)
  const migrations: Migration[] = []
  for (const each of found) migrations.push(await finish(each))
  const below = FLAT.includes(format) ? await notesOnFolders(listing) : []
  return { format, migrations, notes: [...notes, ...below] }
}

async function finish({ name, up: forward, down: back, files, notes = [] }: FoundMigration): Promise<Migration> {
  const up = await finishDirection(forward)
  const down = back === null ? null : await finishDirection(back)
  // Whoever writes an empty file means that nothing is to be done.
  const empty = up.text === null ? [`"${forward.source}" holds no statement.`] : []
  return {
    name,
    up: up.text ?? forward.text,
    down: down?.text ?? null,
    notes: [...new Set([...notes, ...empty, ...up.notes, ...(down?.notes ?? [])])],
    files,
  }
}

/** Errors: `MIGRATIONS_INVALID` for a step that is written in another language: without it the others mean something else. */
function requireNoCode({ files }: Listing): void {
  const code = files.find(
    ({ name }) =>
      /^\d[\w.-]*\.(js|mjs|cjs|ts|mts|cts|go|py|rb|java|kt|groovy|php|exs?|sh)$/i.test(name) &&
      !/_test\.go$/.test(name),
  )
  if (code === undefined) return
  throw unreadable(code.path, `"${code.path}" is a migration that is no SQL, which alone is run here: write it in SQL.`)
}

function requireNames(found: readonly FoundMigration[]): void {
  const seen = new Map<string, string>()
  for (const { name, files } of found) {
    const path = files[0] ?? name
    const other = seen.get(name)
    if (other !== undefined) throw unreadable(path, `"${other}" and "${path}" are both named "${name}": rename one.`)
    seen.set(name, path)
    if (name.length > LONGEST_NAME || /[\p{Cc}\p{Surrogate}]/u.test(name)) {
      throw unreadable(
        path,
        `The name of "${path}" is longer than ${LONGEST_NAME} characters, or has control characters.`,
      )
    }
  }
}

async function notesOnFolders({ folders }: Listing): Promise<readonly string[]> {
  const notes: string[] = []
  for (const folder of folders) {
    const below = await filesBelow({ files: [], folders: [folder] })
    const count = below.filter(({ name }) => stemOf(name) !== null && undoneBy(name) === null).length
    if (count > 0) notes.push(`The folder "${folder.path}" below is not read; it holds ${count} files of SQL.`)
  }
  return notes
}
