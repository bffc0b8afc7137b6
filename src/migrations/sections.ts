/** Files that hold both directions: lines of comment that part them, found where Postgres sees a comment. */
import { type SqlToken, scanSql } from '../sql/parser.ts'
import { lineOf, type SqlText, sqlTextOf } from '../sql/text.ts'
import { bytesOf, type Entry } from './files.ts'
import type { Direction } from './migration.ts'

/** A file that was read, and what of it means something. */
export interface Source {
  readonly file: Entry
  readonly text: SqlText
  readonly tokens: readonly SqlToken[]
  readonly marks: readonly Mark[]
}

/** A comment on a line of its own. */
export interface Mark {
  /** Without the dashes and blanks around it. */
  readonly words: string
  readonly start: number
  readonly end: number
  /** From 1. */
  readonly line: number
  /** Of the kind that has an end of its own. */
  readonly isBlock?: boolean
}

/** What replaces bytes of a file. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** A file may hold two texts of the longest kind. */
const MOST_BYTES = 9 * 1024 * 1024

/** The text of a file. Errors: `SQL_INVALID` for what is no UTF-8, or holds NUL. */
export async function textOf(file: Entry): Promise<SqlText> {
  return sqlTextOf(file.path, await bytesOf(file), MOST_BYTES)
}

/** Errors: `SQL_INVALID` with the place, for what no scanner can read. */
export async function readSource(file: Entry): Promise<Source> {
  const text = await textOf(file)
  const tokens = await scanSql(text)
  return { file, text, tokens, marks: betweenStatements(tokens).flatMap((token) => markOf(text, token)) }
}

/** Without what is in brackets: there a comment is one about a column. */
function betweenStatements(tokens: readonly SqlToken[]): readonly SqlToken[] {
  let depth = 0
  return tokens.filter(({ text }) => {
    if (text === '(') depth += 1
    if (text === ')') depth -= 1
    return depth <= 0
  })
}

function markOf({ bytes }: SqlText, { tokenName, start, end }: SqlToken): readonly Mark[] {
  if (tokenName !== 'SQL_COMMENT') return []
  const lineStart = bytes.lastIndexOf(0x0a, start - 1) + 1
  if (start > 0 && bytes.subarray(lineStart, start).toString().trim() !== '') return []
  const words = bytes.subarray(start, end).toString().replace(/^-+/, '').trim()
  return [{ words, start, end, line: lineOf(bytes, start) }]
}

/** Whether anything but comments is between two places. */
export function hasStatements({ tokens }: Source, from: number, until: number): boolean {
  return tokens.some((token) => token.start >= from && token.end <= until && !isNothing(token))
}

export function isComment({ tokenName }: SqlToken): boolean {
  return tokenName === 'SQL_COMMENT' || tokenName === 'C_COMMENT'
}

/** A comment, or the end of a statement. */
export function isNothing(token: SqlToken): boolean {
  return isComment(token) || token.tokenName === 'ASCII_59'
}

/**
 * What is between two places of a file, behind as many empty lines as the file has before it, so that messages name its
 * lines. What ends the text is one line break, so that a section behind it changes nothing of it.
 */
export function part({ file, text }: Source, from: number, until: number, edits: readonly Edit[] = []): Direction {
  const lines = '\n'.repeat(lineOf(text.bytes, from) - 1)
  return { source: file.path, text: `${lines}${edited(text.bytes, from, until, edits).trimEnd()}\n` }
}

/** The text between two places, with the edits that are within them, which are in order. */
export function edited(bytes: Buffer, from: number, until: number, edits: readonly Edit[]): string {
  const pieces: string[] = []
  let at = from
  for (const { start, end, text } of edits) {
    if (start < from || end > until) continue
    pieces.push(bytes.subarray(at, start).toString(), text)
    at = end
  }
  return [...pieces, bytes.subarray(at, until).toString()].join('')
}

/** The whole of a file. */
export async function whole(file: Entry): Promise<Direction> {
  return { source: file.path, text: (await textOf(file)).text }
}
