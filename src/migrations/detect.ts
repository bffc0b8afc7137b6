/** Which tool wrote a folder, found by looking: at names first, then at the lines of comment that only it has. */
import { undoneBy } from './beside.ts'
import { journalOf } from './drizzle.ts'
import { type Entry, filesBelow, type Listing, stemOf } from './files.ts'
import { isOfFlyway } from './flyway.ts'
import { migrationIn } from './foldered.ts'
import { FORMATS, type MigrationFormat, unreadable } from './migration.ts'
import { textOf } from './sections.ts'
import { upOf } from './upDown.ts'

/** Lines that tell a tool. */
const LINES: readonly (readonly [line: RegExp, format: MigrationFormat])[] = [
  [/^--\s*migrate:up\b/m, 'dbmate'],
  [/^--\s*\+goose\s+up\b/im, 'goose'],
  [/^\s*--[\s-]*(up|down)\s+migration\b/im, 'node-pg-migrate'],
]

const CHOICES = `--format takes ${FORMATS.join(', ')}`

/** Errors: `MIGRATIONS_INVALID` when it holds no migration, or those of several tools. */
export async function formatOf(folder: string, listing: Listing): Promise<MigrationFormat> {
  if ((await journalOf(listing)) !== null) return 'drizzle'
  const files = listing.files.filter(({ name }) => stemOf(name) !== null)
  const foldered = await folderedFormatOf(listing)
  if (foldered !== null) {
    const [odd] = files
    if (odd === undefined) return foldered.format
    throw mixed(folder, [foldered.path, foldered.format], [odd.path, 'a file beside its folders'])
  }
  if (files.some(({ name }) => isOfFlyway(name))) return 'flyway'
  if (files.length > 0) return await formatOfFiles(folder, files)
  const below = await filesBelow(listing)
  if (below.some(({ name }) => isOfFlyway(name))) return 'flyway'
  throw empty(folder, listing, below)
}

async function folderedFormatOf({ folders }: Listing): Promise<{ path: string; format: MigrationFormat } | null> {
  for (const folder of folders) {
    const found = await migrationIn(folder)
    if (found === null) continue
    const isDrizzle = found.others.some(({ name }) => name === 'snapshot.json')
    return { path: found.file.path, format: isDrizzle ? 'drizzle' : 'prisma' }
  }
  return null
}

async function formatOfFiles(folder: string, files: readonly Entry[]): Promise<MigrationFormat> {
  const seen = new Map<MigrationFormat, string>()
  for (const file of files) {
    // A way back lies beside files of any tool.
    if (undoneBy(file.name) !== null) continue
    const format = await formatOfFile(file)
    if (!seen.has(format)) seen.set(format, file.path)
  }
  // Most tools run what is numbered only, and leave `schema.sql` alone.
  if (seen.size > 1 && !/^\d/.test(seen.get('plain') ?? '')) seen.delete('plain')
  // Pairs of files are of either tool; only one of them also has both ways in a file.
  if (seen.has('node-pg-migrate')) seen.delete('golang-migrate')
  const [first, second] = [...seen]
  if (first === undefined) {
    throw unreadable(folder, `The folder "${folder}" holds ways back only: no file leads forward.`)
  }
  if (second === undefined) return first[0]
  throw mixed(folder, [first[1], first[0]], [second[1], second[0]])
}

async function formatOfFile(file: Entry): Promise<MigrationFormat> {
  if (upOf(file.name) !== null) return 'golang-migrate'
  const { text } = await textOf(file)
  return LINES.find(([line]) => line.test(text))?.[1] ?? 'plain'
}

function mixed(folder: string, [one, is]: readonly [string, string], [other, its]: readonly [string, string]) {
  const text = `The folder "${folder}" mixes what several tools wrote: "${one}" is ${is}, and "${other}" is ${its}.`
  return unreadable(folder, `${text} Give each a folder of its own, or say which counts: ${CHOICES}.`)
}

function empty(folder: string, { folders }: Listing, below: readonly Entry[]) {
  const sub = folders.find(({ path }) =>
    below.some((each) => each.path.startsWith(`${path}/`) && stemOf(each.name) !== null),
  )
  const hint = sub === undefined ? '' : ` There is SQL in its folder "${sub.path}": give that one, if it is meant.`
  return unreadable(folder, `The folder "${folder}" holds no migrations of SQL.${hint}`)
}
