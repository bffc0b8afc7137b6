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
  const { migrations, rest, left } = await readPairs(files)
  const [odd] = rest
  if (odd !== undefined) {
    throw unreadable(odd.path, `"${odd.path}" is named neither NAME.up.sql nor NAME.down.sql, so nothing would run it.`)
  }
  return { migrations: migrations.sort(inOrder), notes: notesOn(left, 'golang-migrate') }
}

/** Errors: `MIGRATIONS_INVALID`, `SQL_INVALID`. */
export async function readNodePgMigrate({ files }: Listing): Promise<Found> {
  const { migrations, rest, left, downs } = await readPairs(files)
  for (const file of rest) {
    const name = stemOf(file.name) ?? file.name
    migrations.push(await withDown(bothIn(await readSource(file), name), downs.get(name)))
  }
  return { migrations: migrations.sort(inOrder), notes: notesOn(left, 'node-pg-migrate') }
}

interface Pairs {
  readonly migrations: FoundMigration[]
  /** Files with a number that are of no pair. */
  readonly rest: readonly Entry[]
  /** Files without one, beside pairs that have one. */
  readonly left: readonly Entry[]
  readonly downs: ReadonlyMap<string, Entry>
}

async function readPairs(given: readonly Entry[]): Promise<Pairs> {
  const parted = partDowns(given)
  const migrations: FoundMigration[] = []
  const others: Entry[] = []
  for (const file of parted.files) {
    const name = upOf(file.name)
    if (name === null) others.push(file)
    else {
      const found = { name, up: await whole(file), down: null, files: [file.path] }
      migrations.push(await withDown(found, parted.downs.get(name)))
    }
  }
  requireNumbers(parted.files.filter(({ name }) => upOf(name) !== null))
  const left = others.filter(({ name }) => !/^\d/.test(name))
  const rest = others.filter((file) => !left.includes(file))
  requireUsed(parted, new Set([...migrations.map(({ name }) => name), ...rest.map(({ name }) => stemOf(name) ?? name)]))
  return { migrations, rest, left, downs: parted.downs }
}

function notesOn(left: readonly Entry[], tool: string): readonly string[] {
  return left.map(({ path }) => `"${path}" is not read: ${tool} runs what begins with a number only.`)
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
