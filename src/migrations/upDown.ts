/** golang-migrate and node-pg-migrate: a file for each direction; the latter also has both in one, behind a line for each. */
import { partDowns, requireNumbers, requireUsed, withDown } from './beside.ts'
import { byNumbers, type Entry, type Listing, stemOf } from './files.ts'
import { type Found, type FoundMigration, unreadable } from './migration.ts'
import { hasStatements, part, readSource, type Source, whole } from './sections.ts'

const UP_NAME = /^(.+)\.up\.sql$/i

/** What `NAME.up.sql` is named. */
export function upOf(name: string): string | null {
  return UP_NAME.exec(name)?.[1] ?? null
}

/** Errors: `MIGRATIONS_INVALID`, `SQL_INVALID`. */
export async function readGolangMigrate({ files }: Listing): Promise<Found> {
  const { found, rest } = await readPairs(files)
  const [odd] = rest
  if (odd !== undefined) {
    throw unreadable(odd.path, `"${odd.path}" is named neither NAME.up.sql nor NAME.down.sql, so nothing would run it.`)
  }
  // Two files of a number are two versions to node-pg-migrate, whose folders look alike.
  return found
}

/** Errors: `MIGRATIONS_INVALID`, `SQL_INVALID`. */
export async function readNodePgMigrate({ files }: Listing): Promise<Found> {
  const { found, rest, downs } = await readPairs(files)
  const migrations = [...found.migrations]
  for (const file of rest) {
    const name = stemOf(file.name) ?? file.name
    migrations.push(await withDown(bothIn(await readSource(file), name), downs.get(name)))
  }
  return { ...found, migrations: migrations.sort(inOrder) }
}

async function readPairs(
  given: readonly Entry[],
): Promise<{ found: Found; rest: readonly Entry[]; downs: ReadonlyMap<string, Entry> }> {
  const parted = partDowns(given)
  const migrations: FoundMigration[] = []
  const rest: Entry[] = []
  for (const file of parted.files) {
    const name = upOf(file.name)
    if (name === null) rest.push(file)
    else
      migrations.push(
        await withDown({ name, up: await whole(file), down: null, files: [file.path] }, parted.downs.get(name)),
      )
  }
  const names = [...migrations.map(({ name }) => name), ...rest.map(({ name }) => stemOf(name) ?? name)]
  requireUsed(parted, new Set(names))
  requireNumbers(parted.files)
  return { found: { migrations: migrations.sort(inOrder), notes: [] }, rest, downs: parted.downs }
}

function inOrder(one: FoundMigration, other: FoundMigration): number {
  return byNumbers(one.name, other.name)
}

function bothIn(source: Source, name: string): FoundMigration {
  const { file, marks, text } = source
  const end = text.bytes.length
  const up = marks.find(({ words }) => /^up\s+migration/i.test(words))
  const down = marks.find(({ words }) => /^down\s+migration/i.test(words))
  // It runs a file without either line forward, as a whole.
  if (up === undefined && down === undefined) return { name, up: part(source, 0, end), down: null, files: [file.path] }
  if (up === undefined || hasStatements(source, 0, Math.min(up.start, down?.start ?? end))) {
    const text = `"${file.path}" is to begin with "-- Up Migration" or "-- Down Migration", and to have the first of them.`
    throw unreadable(file.path, text)
  }
  const downFirst = down !== undefined && down.start < up.start
  const forward = downFirst ? part(source, up.start, end) : part(source, 0, down?.start ?? end)
  if (down === undefined) return { name, up: forward, down: null, files: [file.path] }
  const until = downFirst ? up.start : end
  const back = hasStatements(source, down.start, until) ? part(source, down.start, until) : null
  return { name, up: forward, down: back, files: [file.path] }
}
