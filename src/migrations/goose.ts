/** goose: `-- +goose Up` and `-- +goose Down` in one file, with its annotations. */
import { partDowns, requireUsed, requireVersions, withDown } from './beside.ts'
import { compare, type Listing, stemOf } from './files.ts'
import { type Found, type FoundMigration, unreadable } from './migration.ts'
import { type Edit, hasStatements, isComment, type Mark, part, readSource, type Source } from './sections.ts'

type Annotation = 'up' | 'down' | 'no transaction' | 'statementbegin' | 'statementend' | 'envsub off'

const KNOWN: readonly string[] = ['up', 'down', 'no transaction', 'statementbegin', 'statementend', 'envsub off']

/** Errors: `MIGRATIONS_INVALID`, `SQL_INVALID`. */
export async function readGoose({ files: given }: Listing): Promise<Found> {
  const parted = partDowns(given)
  const files = parted.files.filter(({ name }) => /^\d+_/.test(name))
  requireVersions(files.map(({ name, path }) => [String(versionOf(name)), path]))
  const migrations: FoundMigration[] = []
  for (const file of files) {
    const name = stemOf(file.name) ?? file.name
    migrations.push(await withDown(foundIn(await readSource(file), name), parted.downs.get(name)))
  }
  requireUsed(parted, new Set(migrations.map(({ name }) => name)))
  const left = parted.files.filter((file) => !files.includes(file))
  return {
    migrations: migrations.sort((one, other) => compare(versionOf(one.name), versionOf(other.name))),
    notes: left.map(({ path }) => `"${path}" is not read: goose runs what begins with a number and _ only.`),
  }
}

function versionOf(name: string): bigint {
  return BigInt(/^\d+/.exec(name)?.[0] ?? '0')
}

function foundIn(source: Source, name: string): FoundMigration {
  const { path } = source.file
  const marks = source.marks.flatMap((mark) => annotationOf(source, mark))
  const [up, again] = marks.filter(({ is }) => is === 'up')
  const [down, twice] = marks.filter(({ is }) => is === 'down')
  if (up === undefined) throw unreadable(path, `"${path}" has no line "-- +goose Up".`)
  const odd = again ?? twice
  if (odd !== undefined) throw unreadable(path, `Line ${odd.line} of "${path}" says "-- ${odd.words}" again.`)
  if (down !== undefined && down.start < up.start) {
    throw unreadable(path, `"${path}" has "-- +goose Down" in front of "-- +goose Up", which goose refuses.`)
  }
  if (hasStatements(source, 0, up.start)) {
    throw unreadable(path, `"${path}" has statements in front of "-- +goose Up", which goose refuses.`)
  }
  const { edits, blocks } = blocksOf(source, marks)
  const how = { blocks, ...(marks.some(({ is }) => is === 'no transaction') && { alone: true }) }
  const end = source.text.bytes.length
  const forward = { ...part(source, 0, down?.start ?? end, edits), ...how }
  const isWritten = down !== undefined && hasStatements(source, down.start, end)
  const back = isWritten ? { ...part(source, down.start, end, edits), ...how } : null
  return { name, up: forward, down: back, files: [path] }
}

interface Annotated extends Mark {
  readonly is: Annotation
}

/** Goose's own parser asks for exact words; what differs in capitals was meant all the same. */
function annotationOf({ file: { path } }: Source, mark: Mark): readonly Annotated[] {
  const [, words] = /^\+goose\s+(.*)$/i.exec(mark.words) ?? []
  if (words === undefined) return []
  const is = words.toLowerCase().replace(/\s+/g, ' ').trim()
  if (KNOWN.includes(is)) return [{ ...mark, is: is as Annotation }]
  const text = /^envsub/.test(is)
    ? 'puts variables of the environment into the text: write what they stand for'
    : `is an annotation "${words}", which is not known here`
  throw unreadable(path, `Line ${mark.line} of "${path}" ${text}.`)
}

/** What goose sends as one statement, which needs no semicolon at its end. */
function blocksOf(
  { file: { path }, tokens }: Source,
  marks: readonly Annotated[],
): { readonly edits: readonly Edit[]; readonly blocks: readonly (readonly [number, number])[] } {
  const edits: Edit[] = []
  const blocks: (readonly [number, number])[] = []
  let open: Annotated | null = null
  for (const mark of marks.filter(({ is }) => is !== 'no transaction' && is !== 'envsub off')) {
    if ((mark.is === 'statementend') === (open === null)) {
      const place = `Line ${mark.line} of "${path}", "-- ${mark.words}",`
      throw unreadable(path, `${place} does not fit: each StatementBegin has a StatementEnd before anything else.`)
    }
    if (mark.is === 'statementend' && open !== null) {
      blocks.push([open.line, mark.line])
      const { start } = open
      const last = tokens.findLast((token) => token.start > start && token.end <= mark.start && !isComment(token))
      if (last !== undefined && last.tokenName !== 'ASCII_59') edits.push({ ...at(mark), text: '; ' })
      open = null
    } else if (mark.is === 'statementbegin') open = mark
  }
  if (open === null) return { edits, blocks }
  throw unreadable(path, `Line ${open.line} of "${path}" begins a statement that no "-- +goose StatementEnd" ends.`)
}

function at({ start }: Mark): { readonly start: number; readonly end: number } {
  return { start, end: start }
}
