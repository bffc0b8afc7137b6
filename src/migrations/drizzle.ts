/** Drizzle: `0000_name.sql`, in the order and under the names of `meta/_journal.json`. */
import { partDowns, requireUsed, withDown } from './beside.ts'
import { type Entry, type Listing, listFolder, stemOf } from './files.ts'
import { readDrizzleFolders, requirePostgres, withBreakpoints } from './foldered.ts'
import { type Found, type FoundMigration, unreadable } from './migration.ts'
import { textOf } from './sections.ts'

interface Journal {
  readonly file: Entry
  readonly tags: readonly string[]
}

/** The journal, where there is one. */
export async function journalOf({ folders }: Listing): Promise<Entry | null> {
  const meta = folders.find(({ name }) => name === 'meta')
  if (meta === undefined) return null
  const { files } = await listFolder(meta.full, meta.path)
  return files.find(({ name }) => name === '_journal.json') ?? null
}

/** Errors: `MIGRATIONS_INVALID`, `SQL_INVALID`. */
export async function readDrizzle(listing: Listing): Promise<Found> {
  const file = await journalOf(listing)
  if (file === null) {
    if (listing.files.every(({ name }) => stemOf(name) === null)) return await readDrizzleFolders(listing)
    throw unreadable(
      'meta/_journal.json',
      'The folder has no meta/_journal.json, which says what Drizzle runs: add it.',
    )
  }
  const { tags } = await readJournal(file)
  const parted = partDowns(listing.files)
  const byTag = new Map(parted.files.map((each) => [stemOf(each.name) ?? each.name, each]))
  requireSame(file, tags, [...byTag.keys()])
  const migrations: FoundMigration[] = []
  for (const name of tags) {
    const each = byTag.get(name)
    if (each === undefined) continue
    const migration = { name, up: await withBreakpoints(each), down: null, files: [each.path] }
    migrations.push(await withDown(migration, parted.downs.get(name)))
  }
  requireUsed(parted, new Set(tags))
  return { migrations, notes: [] }
}

async function readJournal(file: Entry): Promise<Journal> {
  const { text } = await textOf(file)
  const wrong = (what: string) => unreadable(file.path, `"${file.path}" ${what}: generate it again with drizzle-kit.`)
  let journal: unknown
  try {
    journal = JSON.parse(text)
  } catch {
    throw wrong('is no JSON')
  }
  const { dialect, entries } = (journal ?? {}) as { dialect?: unknown; entries?: unknown }
  if (typeof dialect === 'string') requirePostgres(file.path, dialect)
  if (!Array.isArray(entries)) throw wrong('has no list of entries')
  const tags = entries.map((entry: unknown) => (entry as { tag?: unknown } | null)?.tag)
  if (!tags.every((tag) => typeof tag === 'string')) throw wrong('has an entry without a tag')
  const twice = tags.find((tag, index) => tags.indexOf(tag) < index)
  if (twice !== undefined) throw wrong(`has two entries for "${twice}"`)
  return { file, tags: tags.map((tag) => tag.normalize('NFC')) }
}

/** Errors: `MIGRATIONS_INVALID`, naming what is in one of the two only. */
function requireSame({ path }: Entry, tags: readonly string[], names: readonly string[]): void {
  const lost = tags.filter((tag) => !names.includes(tag)).map((tag) => `"${tag}.sql"`)
  const extra = names.filter((name) => !tags.includes(name)).map((name) => `"${name}.sql"`)
  if (lost.length === 0 && extra.length === 0) return
  const what = [
    ...(lost.length > 0 ? [`the journal names ${lost.join(', ')}, not in the folder`] : []),
    ...(extra.length > 0 ? [`the folder has ${extra.join(', ')}, not named by the journal`] : []),
  ].join('; ')
  throw unreadable(path, `Journal and folder of Drizzle differ: ${what}.`)
}
