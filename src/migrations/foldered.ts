/** A folder for each migration, with `migration.sql` in it: Prisma, and Drizzle since it writes no journal. */
import { withDown } from './beside.ts'
import { compare, type Entry, type Listing, listFolder, stemOf } from './files.ts'
import { type Direction, type Found, type FoundMigration, unreadable } from './migration.ts'
import { type Edit, isNothing, part, readSource, textOf, whole } from './sections.ts'

const DOWNS = ['down.sql', 'migration.down.sql']

/** Errors: `MIGRATIONS_INVALID`, `SQL_INVALID`. */
export async function readPrisma(listing: Listing): Promise<Found> {
  const lock = listing.files.find(({ name }) => name === 'migration_lock.toml')
  if (lock !== undefined) {
    const provider = /^\s*provider\s*=\s*"([^"]*)"/m.exec((await textOf(lock)).text)?.[1] ?? 'postgresql'
    requirePostgres(lock.path, provider)
  }
  return await readFolders(listing, whole)
}

/** Errors: `MIGRATIONS_INVALID`, `SQL_INVALID`. */
export async function readDrizzleFolders(listing: Listing): Promise<Found> {
  return await readFolders(listing, withBreakpoints)
}

/** Errors: `MIGRATIONS_INVALID` for a folder of another database. */
export function requirePostgres(path: string, database: string): void {
  if (/^(postgres|postgresql|pg)$/i.test(database)) return
  throw unreadable(path, `"${path}" says that the folder is for ${database}; what runs here is PostgreSQL.`)
}

/** The migration of a folder, if it is one. */
export async function migrationIn({ full, path }: Entry): Promise<{ file: Entry; others: readonly Entry[] } | null> {
  const { files } = await listFolder(full, path)
  const file = files.find(({ name }) => name === 'migration.sql')
  return file === undefined ? null : { file, others: files.filter((each) => each !== file) }
}

async function readFolders(listing: Listing, read: (file: Entry) => Promise<Direction>): Promise<Found> {
  const notes = listing.files.filter(({ name }) => stemOf(name) !== null).map(({ path }) => `"${path}" is not read.`)
  const migrations: FoundMigration[] = []
  for (const folder of listing.folders) {
    const found = await migrationIn(folder)
    if (found === null) {
      throw unreadable(folder.path, `The folder "${folder.path}" has no migration.sql: add it, or remove the folder.`)
    }
    const { file, others } = found
    const [down, second] = others.filter(({ name }) => DOWNS.includes(name))
    if (second !== undefined) throw unreadable(second.path, `"${folder.path}" has two ways back: leave one.`)
    const migration = { name: folder.name, up: await read(file), down: null, files: [file.path] }
    migrations.push(await withDown(migration, down))
    const left = others.filter(({ name }) => stemOf(name) !== null && !DOWNS.includes(name))
    notes.push(...left.map(({ path }) => `"${path}" is not read.`))
  }
  return { migrations: migrations.sort((one, other) => compare(one.name, other.name)), notes }
}

/** Drizzle sends what is between two breakpoints by itself, so that the last semicolon may be missing. */
export async function withBreakpoints(file: Entry): Promise<Direction> {
  const source = await readSource(file)
  const edits: Edit[] = []
  let open = false
  for (const token of source.tokens) {
    if (!isNothing(token)) open = true
    else if (token.tokenName === 'ASCII_59') open = false
    else if (open && /^-->\s*statement-breakpoint/.test(token.text)) {
      edits.push({ start: token.start, end: token.start, text: ';' })
      open = false
    }
  }
  return edits.length === 0 ? await whole(file) : part(source, 0, source.text.bytes.length, edits)
}
