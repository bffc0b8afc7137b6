/** What a tool says of transactions, in our words: a line of comment where one ends and the next begins. */
import { parseSql, type SqlToken, type Statement, scanSql } from '../sql/parser.ts'
import { lineOf, type SqlText, sqlTextOf } from '../sql/text.ts'
import type { Direction } from './migration.ts'
import { type Edit, edited, isComment, isNothing } from './sections.ts'

/** The line that parts two transactions. */
export const NEW_TRANSACTION = '-- schema-saga: new transaction'

/** A direction that is finished. */
export interface FinishedDirection {
  /** Null when it holds no statement. */
  readonly text: string | null
  readonly notes: readonly string[]
}

/** A statement, the end of it with its semicolon, and which others share its transaction. */
interface Placed {
  readonly statement: Statement
  readonly end: number
  readonly unit: string
}

/**
 * Takes off `BEGIN` and `COMMIT` of parts, and parts what its tool does not run in one transaction. A text that cannot be parsed stays
 * as it is: what is wrong with it is said when it is to be run.
 */
export async function finishDirection(direction: Direction): Promise<FinishedDirection> {
  const { source, text: given, alone = false } = direction
  const text = sqlTextOf(source, given)
  const tokens = await scanSql(text)
  if (tokens.every(isNothing)) return { text: null, notes: [] }
  if (!alone && !/\b(begin|start\s+transaction)\b/i.test(text.text)) return { text: text.text, notes: [] }
  const statements = await parseSql(text).catch(() => null)
  if (statements === null) return { text: text.text, notes: [] }
  // Around the whole they say what is so anyway; that nothing else is in them is asked of the text when it is to run.
  if (isFramed(statements)) return { text: text.text, notes: [] }
  const bracketed = areBracketed(statements)
  const placed = place(direction, text, tokens, statements, bracketed)
  const bytes = bracketed ? bracketsOff(text, placed) : text.bytes
  const comments = tokens.filter(isComment)
  return {
    text: edited(bytes, 0, bytes.length, partings(bytes, comments, placed)),
    notes: notesOf(source, alone, bracketed),
  }
}

function notesOf(source: string, alone: boolean, bracketed: boolean): readonly string[] {
  return [
    ...(alone ? [`${source} runs outside of a transaction, so each of its statements has one of its own.`] : []),
    ...(bracketed ? [`${source} runs as the transactions that its BEGIN and COMMIT make.`] : []),
  ]
}

/** Which part a statement has in brackets of its own; others, such as ROLLBACK or an isolation level, are not ours to take off. */
function bracketOf({ kind, tree }: Statement): 'open' | 'close' | 'other' | null {
  if (kind !== 'TransactionStmt') return null
  if (tree.options !== undefined || tree.chain === true) return 'other'
  if (tree.kind === 'TRANS_STMT_BEGIN' || tree.kind === 'TRANS_STMT_START') return 'open'
  return tree.kind === 'TRANS_STMT_COMMIT' ? 'close' : 'other'
}

/** Whether there are brackets, and each that opens is closed before the next. */
function areBracketed(statements: readonly Statement[]): boolean {
  const brackets = statements.flatMap((statement) => bracketOf(statement) ?? [])
  return (
    brackets.length > 0 &&
    brackets.length % 2 === 0 &&
    brackets.every((bracket, index) => bracket === (index % 2 === 0 ? 'open' : 'close'))
  )
}

function isFramed(statements: readonly Statement[]): boolean {
  const brackets = statements.map(bracketOf)
  return (
    brackets.length > 1 &&
    brackets.every(
      (bracket, index) => bracket === (index === 0 ? 'open' : index === brackets.length - 1 ? 'close' : null),
    )
  )
}

function place(
  { alone = false, blocks = [] }: Direction,
  { bytes }: SqlText,
  tokens: readonly SqlToken[],
  statements: readonly Statement[],
  bracketed: boolean,
): readonly Placed[] {
  let [brackets, inside] = [0, false]
  return statements.map((statement, index) => {
    const bracket = bracketed ? bracketOf(statement) : null
    if (bracket === 'open') [brackets, inside] = [brackets + 1, true]
    const line = lineOf(bytes, statement.start)
    const block = blocks.findIndex(([first, last]) => line >= first && line <= last)
    const own = block >= 0 ? `block ${block}` : `statement ${index}`
    const unit = inside ? `brackets ${brackets}` : alone ? own : `behind ${brackets}`
    if (bracket === 'close') inside = false
    return { statement, end: semicolonBehind(tokens, statement), unit }
  })
}

function semicolonBehind(tokens: readonly SqlToken[], { end }: Statement): number {
  const next = tokens.find((token) => token.start >= end && !isComment(token))
  return next?.tokenName === 'ASCII_59' ? next.end : end
}

/** Blanks in their place, so that nothing moves. */
function bracketsOff({ bytes }: SqlText, placed: readonly Placed[]): Buffer {
  const blanked = Buffer.from(bytes)
  for (const { statement, end } of placed) {
    if (bracketOf(statement) === null) continue
    for (let at = statement.start; at < end; at += 1) if (blanked[at] !== 0x0a) blanked[at] = 0x20
  }
  return blanked
}

/** A line between each two statements that share no transaction. */
function partings(bytes: Buffer, comments: readonly SqlToken[], placed: readonly Placed[]): readonly Edit[] {
  const kept = placed.filter(({ statement, end }) => bytes.subarray(statement.start, end).toString().trim() !== '')
  return kept.flatMap((each, index) => {
    const before = kept[index - 1]
    // A setting is for what follows, and ends with its transaction.
    const isShared = before?.unit === each.unit || before?.statement.kind === 'VariableSetStmt'
    if (before === undefined || isShared) return []
    return [parting(bytes, comments, before.end, each.statement.start)]
  })
}

/** In the place of an empty line, if there is one outside of comments; otherwise a line more. */
function parting(bytes: Buffer, comments: readonly SqlToken[], from: number, until: number): Edit {
  const between = comments.filter(({ start, end }) => start >= from && end <= until)
  const breaks: number[] = []
  for (let at = bytes.indexOf(0x0a, from); at >= 0 && at < until; at = bytes.indexOf(0x0a, at + 1)) {
    if (!between.some(({ start, end }) => start <= at && at < end)) breaks.push(at)
  }
  for (const [index, at] of breaks.entries()) {
    const next = breaks[index + 1]
    if (
      next !== undefined &&
      bytes
        .subarray(at + 1, next)
        .toString()
        .trim() === ''
    ) {
      return { start: at + 1, end: next, text: NEW_TRANSACTION }
    }
  }
  const last = breaks.at(-1)
  if (last === undefined) return { start: until, end: until, text: `\n${NEW_TRANSACTION}\n` }
  return { start: last + 1, end: last + 1, text: `${NEW_TRANSACTION}\n` }
}
