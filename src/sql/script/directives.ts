/** Comments that tell schema-saga how a text runs: true comment tokens only, never what looks like one within a string or a body. */
import { MutationRejected } from '../../errors.ts'
import { placeOfToken, type SqlReading, type SqlToken } from '../parser.ts'
import type { SqlText } from '../text.ts'

/** One of them. */
export type Directive =
  | { readonly kind: 'new transaction'; readonly start: number }
  | { readonly kind: 'batch'; readonly start: number; readonly size: number | null }

/** The line that parts two transactions. */
export const NEW_TRANSACTION = '-- schema-saga: new transaction\n'

const KNOWN = '"-- schema-saga: new transaction" and "-- schema-saga: batch [rows]"'
const MOST_ROWS = 100_000

/** Whatever looks like one, so that a slip of the pen does not go unnoticed. */
const ALIKE = /^(?:--+|\/\*+)[\s*]*schema[ _-]?saga\s*(?::|(?:new\s+transaction|batch)\b)/i
const WRITTEN = /^--[ \t]*schema-saga:[ \t]*(.*?)\s*$/

/** In the order of the text. Errors: `DIRECTIVE_INVALID` with line and column. */
export function directivesIn(text: SqlText, { statements, tokens }: SqlReading): readonly Directive[] {
  let next = 0
  return tokens.filter(isDirective).map((token) => {
    while ((statements[next]?.end ?? Number.POSITIVE_INFINITY) <= token.start) next += 1
    const isWithin = (statements[next]?.start ?? Number.POSITIVE_INFINITY) < token.start
    if (isWithin) throw invalid(text, token, 'stands within a statement: move it between two')
    if (!isAlone(text, token)) throw invalid(text, token, 'stands behind something else: give it a line of its own')
    return directiveOf(text, token)
  })
}

function isDirective({ tokenName, text }: SqlToken): boolean {
  return tokenName.endsWith('_COMMENT') && ALIKE.test(text)
}

function isAlone({ bytes }: SqlText, { start }: SqlToken): boolean {
  const before = bytes.subarray(bytes.lastIndexOf(0x0a, start - 1) + 1, start)
  return start === 0 || before.toString().trim() === ''
}

function directiveOf(text: SqlText, token: SqlToken): Directive {
  const [, words] = WRITTEN.exec(token.text) ?? []
  const { start } = token
  if (words === undefined) throw invalid(text, token, 'is not written as one')
  if (/^new\s+transaction$/.test(words)) return { kind: 'new transaction', start }
  const [isBatch, rows] = /^batch(?:\s+(\S+))?$/.exec(words) ?? []
  if (isBatch === undefined) throw invalid(text, token, 'is unknown')
  if (rows === undefined) return { kind: 'batch', start, size: null }
  const size = /^\d+$/.test(rows) ? Number(rows) : 0
  if (size >= 1 && size <= MOST_ROWS) return { kind: 'batch', start, size }
  throw invalid(text, token, `asks for batches of "${rows}" rows: they have 1 to ${MOST_ROWS}`)
}

/** What is wrong with a directive. */
export function invalid(text: SqlText, token: Pick<SqlToken, 'start'>, what: string): MutationRejected {
  const sentence = `${placeOfToken(text, token)}: a comment for schema-saga ${what}.`
  return new MutationRejected('DIRECTIVE_INVALID', `${sentence} There are ${KNOWN}, each on a line of its own.`)
}
