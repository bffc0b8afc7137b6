/** `NAME.sql`, forward down to a line `-- down`, and back from there; or the way back in `NAME.down.sql`. */

import { lineOf } from '../sql/text.ts'
import { partDowns, requireNumbers, requireUsed, withDown } from './beside.ts'
import { byNumbers, type Entry, type Listing, stemOf } from './files.ts'
import { type Found, type FoundMigration, unreadable } from './migration.ts'
import { hasStatements, type Mark, part, readSource, type Source } from './sections.ts'

/** Lines by which other tools begin the way back; read as forward, it would undo what is in front of it. */
const OF_OTHERS: readonly (readonly [words: RegExp, tool: string])[] = [
  [/^migrate:(up|down)\b/i, 'dbmate'],
  [/^\+goose\b/i, 'goose'],
  [/^(up|down)\s+migration\b/i, 'node-pg-migrate'],
  [/^\+(migrate|micrate)\b/i, 'sql-migrate'],
  [/^liquibase formatted sql/i, 'Liquibase'],
  [/^\/\/\s*@undo\b/i, 'MyBatis Migrations'],
  [/create above\s*\/\s*drop below/i, 'tern'],
  [/^(deploy|revert|verify)\s+\S+\s+(to|from|on)\s+pg\b/i, 'Sqitch'],
  [/^atlas:checkpoint\b/i, 'Atlas'],
]

/** A line that may have been meant so: of few words, of which the last is one for the way back. */
const ALMOST_DOWN =
  /^[\W_]*((begin|start|section|migrate|migration|sql|schema|database)[\W_]+)?(down|undo|rollback|roll back|revert)([\W_]+(migration|script|section|sql))?[\W_]*$/i

const DOWN = /^[\W_]*down[\W_]*$/i
const UP = /^[\W_]*up[\W_]*$/i

/** Errors: `MIGRATIONS_INVALID`, `SQL_INVALID`. */
export async function readPlain({ files: given }: Listing): Promise<Found> {
  const parted = partDowns(given)
  requireNames(parted.files)
  const migrations: FoundMigration[] = []
  for (const file of parted.files) {
    const name = stemOf(file.name) ?? file.name
    migrations.push(await withDown(foundIn(await readSource(file), name), parted.downs.get(name)))
  }
  requireUsed(parted, new Set(migrations.map(({ name }) => name)))
  return { migrations: migrations.sort((one, other) => byNumbers(one.name, other.name)), notes: [] }
}

function foundIn(source: Source, name: string): FoundMigration {
  const { file, marks, text } = source
  const files = [file.path]
  for (const mark of [...marks, ...blocksOf(source)]) requireOurs(source, mark)
  const [down, again] = marks.filter(({ words }) => DOWN.test(words))
  if (again !== undefined) {
    throw unreadable(file.path, `"${file.path}" has a second line "-- down", ${again.line}: leave the first.`)
  }
  const up = marks.find(({ words }) => UP.test(words))
  if (up !== undefined && (hasStatements(source, 0, up.start) || (down !== undefined && down.start < up.start))) {
    throw unreadable(file.path, `Line ${up.line} of "${file.path}", "-- up", is to be in front of everything else.`)
  }
  if (down === undefined) return { name, up: { source: file.path, text: text.text }, down: null, files }
  const end = text.bytes.length
  const back = hasStatements(source, down.start, end) ? part(source, down.start, end) : null
  return { name, up: part(source, 0, down.start), down: back, files }
}

/** What is said in a comment of the other kind, which parts nothing. */
function blocksOf({ text: { bytes }, tokens }: Source): readonly Mark[] {
  const blocks = tokens.filter(({ tokenName, text }) => tokenName === 'C_COMMENT' && !text.includes('\n'))
  return blocks.map(({ text, start, end }) => ({
    words: text.slice(2, -2).trim(),
    start,
    end,
    line: lineOf(bytes, start),
    isBlock: true,
  }))
}

function requireOurs({ file: { path } }: Source, { words, line, isBlock = false }: Mark): void {
  const tool = OF_OTHERS.find(([of]) => of.test(words))?.[1]
  if (tool !== undefined) {
    throw unreadable(
      path,
      `Line ${line} of "${path}" is one of ${tool}, and the folder is not read as one of that tool.`,
    )
  }
  if ((DOWN.test(words) && !isBlock) || !ALMOST_DOWN.test(words)) return
  const text = `Line ${line} of "${path}", "${isBlock ? '/*' : '--'} ${words}", may begin the way back: write "-- down", or other words.`
  throw unreadable(path, text)
}

/** Errors: `MIGRATIONS_INVALID` for names by which a file may be something else than a step forward. */
function requireNames(files: readonly Entry[]): void {
  const names = new Set(files.map(({ name }) => stemOf(name)?.toLowerCase()))
  for (const { name, path } of files) {
    const stem = (stemOf(name) ?? '').toLowerCase()
    if (/^([ur]\d[\d._]*|r)__/.test(stem)) {
      throw unreadable(path, `"${path}" has a name of Flyway, and the folder is not read as one of that tool.`)
    }
    const [, of, way = ''] = /^(.+)[._-](down|undo|rollback|revert)$/.exec(stem) ?? []
    if (of === undefined) continue
    // A word of the name is nothing by itself: `0007_scale_down.sql`.
    const isWord =
      !stem.endsWith(`.${way}`) && !['', '_up', '-up', '_do', '-do'].some((end) => names.has(`${of}${end}`))
    if (!isWord)
      throw unreadable(path, `"${path}" seems to lead back: name it NAME.down.sql, beside NAME.sql or NAME.up.sql.`)
  }
  requireNumbers(files)
}
