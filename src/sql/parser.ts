/** Postgres' own grammar, as WASM: statements with their trees, and tokens. All offsets are bytes. */
import type { ScanToken } from 'libpg-query'
import { MutationRejected } from '../errors.ts'
import { psqlWords } from './psql.ts'
import { invalid, placeOf, type SqlText } from './text.ts'

/** A node of a tree: one key says what it is, or it is one of its parts. */
export type Tree = { readonly [key: string]: unknown }

/** A piece of a text that means something to the grammar, or a comment. */
export type SqlToken = Pick<ScanToken, 'start' | 'end' | 'text' | 'tokenName' | 'keywordName'>

/** One statement, without its semicolon and the comments before it. */
export interface Statement {
  /** The name of its node: `CreateStmt`, `AlterTableStmt`. */
  readonly kind: string
  readonly tree: Tree
  readonly start: number
  readonly end: number
  /** Its own, comments within it included. */
  readonly tokens: readonly SqlToken[]
}

/** A text that was read: its statements, and all of its tokens, those between the statements included. */
export interface SqlReading {
  readonly statements: readonly Statement[]
  readonly tokens: readonly SqlToken[]
}

/** Loaded late: most commands read no SQL. */
async function grammar() {
  const library = await import('libpg-query')
  await library.loadModule()
  return library
}

/** The statements of a text, in order. Errors: see `readSql`. */
export async function parseSql(text: SqlText): Promise<readonly Statement[]> {
  return (await readSql(text)).statements
}

/**
 * Reads a text. Errors: `SQL_INVALID` with line and column, `STATEMENT_UNSUPPORTED` for what only psql understands,
 * `SQL_TOO_COMPLEX`.
 */
export async function readSql(text: SqlText): Promise<SqlReading> {
  if (text.text.trim() === '') return { statements: [], tokens: [] }
  const { parseSync, scanSync, SqlError } = await grammar()
  const { stmts, tokens } = reading(text, SqlError, () => ({
    stmts: parseSync(text.text).stmts ?? [],
    tokens: scanSync(text.text).tokens,
  }))
  let next = 0
  const statements = stmts.flatMap(({ stmt, stmt_location: from = 0, stmt_len: length = 0 }) => {
    const until = length === 0 ? text.bytes.length : from + length
    const own: SqlToken[] = []
    for (let token = tokens[next]; token !== undefined && token.start < until; token = tokens[++next]) {
      const isBefore = token.start < from || (own.length === 0 && isNothing(token))
      if (!isBefore) own.push(token)
    }
    const last = own.findLastIndex((token) => !isNothing(token))
    const [first, end] = [own[0], own[last]]
    const [entry] = Object.entries((stmt ?? {}) as Tree)
    if (first === undefined || end === undefined || entry === undefined) return []
    const [kind, tree] = entry
    return [{ kind, tree: tree as Tree, start: first.start, end: end.end, tokens: own.slice(0, last + 1) }]
  })
  return { statements, tokens }
}

/** The pieces of a text, comments included. Errors: as of `parseSql`. */
export async function scanSql(text: SqlText): Promise<readonly SqlToken[]> {
  if (text.text.trim() === '') return []
  const { parseSync, scanSync, SqlError } = await grammar()
  return reading(text, SqlError, () => {
    try {
      return scanSync(text.text).tokens
    } catch (error) {
      // What it cannot read it does not say in a form of its own; the parser stops at the same place, and does.
      parseSync(text.text)
      throw error
    }
  })
}

/** A comment, or the end of a statement. */
function isNothing({ tokenName }: SqlToken): boolean {
  return tokenName === 'SQL_COMMENT' || tokenName === 'C_COMMENT' || tokenName === 'ASCII_59'
}

function reading<Read>(text: SqlText, SqlError: typeof import('libpg-query').SqlError, read: () => Read): Read {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError || (error instanceof Error && /memory exhausted|stack depth/.test(error.message))) {
      const sentence = `${text.source}: a statement is nested too deeply, or has too many terms, to be read.`
      throw new MutationRejected('SQL_TOO_COMPLEX', sentence)
    }
    if (!(error instanceof SqlError)) throw error
    // The position counts characters, as only this one does.
    const before = [...text.text].slice(0, error.sqlDetails?.cursorPosition ?? 0).join('')
    const psql = psqlWords(before, text.text.slice(before.length))
    if (psql !== null) {
      const place = placeOf(text.source, text.bytes, Buffer.byteLength(before))
      throw new MutationRejected('STATEMENT_UNSUPPORTED', `${place}: ${psql}`)
    }
    throw invalid(text.source, text.text, Buffer.byteLength(before), error.message)
  }
}

/** Where a token is, for messages. */
export function placeOfToken(text: SqlText, token: Pick<SqlToken, 'start'>): string {
  return placeOf(text.source, text.bytes, token.start)
}

/** Every node of a tree, with what it is. */
export function* nodesOf(tree: unknown): Generator<readonly [kind: string, node: Tree]> {
  // Expressions may be nested thousands deep.
  const open: unknown[] = [tree]
  while (open.length > 0) {
    const each = open.pop()
    if (Array.isArray(each)) for (const one of each) open.push(one)
    else if (typeof each === 'object' && each !== null) {
      for (const [kind, node] of Object.entries(each)) {
        if (typeof node !== 'object' || node === null) continue
        if (!Array.isArray(node)) yield [kind, node as Tree]
        open.push(node)
      }
    }
  }
}
