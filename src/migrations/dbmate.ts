/** dbmate: `-- migrate:up` and `-- migrate:down` in one file, each with its options. */
import { partDowns, requireUsed, requireVersions, withDown } from './beside.ts'
import { compare, type Listing, stemOf } from './files.ts'
import { type Direction, type Found, type FoundMigration, unreadable } from './migration.ts'
import { hasStatements, type Mark, part, readSource, type Source } from './sections.ts'

/** Errors: `MIGRATIONS_INVALID`, `SQL_INVALID`. */
export async function readDbmate({ files: given }: Listing): Promise<Found> {
  const parted = partDowns(given)
  // It runs nothing else: `schema.sql` may lie there.
  const files = parted.files.filter(({ name }) => /^\d/.test(name))
  requireVersions(files.map(({ name, path }) => [/^\d+/.exec(name)?.[0] ?? '', path]))
  const migrations: FoundMigration[] = []
  for (const file of files) {
    const name = stemOf(file.name) ?? file.name
    migrations.push(await withDown(foundIn(await readSource(file), name), parted.downs.get(name)))
  }
  requireUsed(parted, new Set(migrations.map(({ name }) => name)))
  const left = parted.files.filter((file) => !files.includes(file))
  return {
    migrations: migrations.sort((one, other) => compare(one.name, other.name)),
    notes: left.map(({ path }) => `"${path}" is not read: dbmate runs what begins with a digit only.`),
  }
}

function foundIn(source: Source, name: string): FoundMigration {
  const { file, marks, text } = source
  const [up, ...ups] = marks.filter(({ words }) => /^migrate:up(\s|$)/.test(words))
  const [down, ...downs] = marks.filter(({ words }) => /^migrate:down(\s|$)/.test(words))
  const odd = ups[0] ?? downs[0]
  if (odd !== undefined) throw unreadable(file.path, `Line ${odd.line} of "${file.path}" says "-- ${odd.words}" again.`)
  if (up === undefined) throw unreadable(file.path, `"${file.path}" has no line "-- migrate:up".`)
  if (hasStatements(source, 0, up.start)) {
    throw unreadable(file.path, `"${file.path}" has statements in front of "-- migrate:up", which dbmate does not run.`)
  }
  if (down !== undefined && down.start < up.start) {
    throw unreadable(
      file.path,
      `"${file.path}" has "-- migrate:down" in front of "-- migrate:up", which dbmate refuses.`,
    )
  }
  const end = text.bytes.length
  const forward = withOptions(source, up, part(source, 0, down?.start ?? end))
  const isWritten = down !== undefined && hasStatements(source, down.start, end)
  const back = isWritten ? withOptions(source, down, part(source, down.start, end)) : null
  return { name, up: forward, down: back, files: [file.path] }
}

function withOptions({ file }: Source, { words, line }: Mark, direction: Direction): Direction {
  const [, ...options] = words.split(/\s+/)
  const odd = options.find((option) => !/^transaction:(true|false)$/.test(option))
  if (odd !== undefined) {
    throw unreadable(file.path, `Line ${line} of "${file.path}" has an option "${odd}", which is not known here.`)
  }
  return options.includes('transaction:false') ? { ...direction, alone: true } : direction
}
