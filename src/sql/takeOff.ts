/**
 * Takes the namespace that a text was written for off its names, at tokens: what is left means whatever namespace it runs
 * in. Where the text names the namespace itself, and no object in it, there is a gap for the name of the target's.
 */
import { nodesOf, type SqlToken, type Statement } from './parser.ts'

/** A statement as parts of text; between two of them is the quoted name of the namespace it runs in. */
export type GappedSql = readonly string[]

/** What was done, and which bodies name the namespace. */
export interface TakenOff {
  readonly sql: GappedSql
  /** Where bodies still name it; each body once. */
  readonly bodies: readonly Pick<SqlToken, 'start'>[]
}

/** How a text is to be read. */
export interface Written {
  /** The namespace that its qualifications mean; null when it has none. */
  readonly namespace: string | null
  /** Whether qualifications are taken off in bodies, too. */
  readonly rewriteBodies: boolean
  /** Names of objects that the text is about, as far as it says. */
  readonly objects: ReadonlySet<string>
  /** Tokens that are left out, with the blanks behind them. */
  readonly without?: readonly Pick<SqlToken, 'start' | 'end'>[]
}

type Edit = { readonly start: number; readonly end: number; readonly put: string | null }

/** The statement as it runs in any namespace. */
export function takeOff(bytes: Buffer, statement: Statement, written: Written): TakenOff {
  const { namespace, rewriteBodies, objects } = written
  const without = (written.without ?? []).map(({ start, end }) => ({ start, end: pastBlanks(bytes, end), put: '' }))
  if (namespace === null) return { sql: edited(bytes, statement, without), bodies: [] }
  const tokens = statement.tokens.filter(({ tokenName }) => !tokenName.endsWith('_COMMENT'))
  const aliases = aliasesOf(statement, namespace)
  const bodies: Pick<SqlToken, 'start'>[] = []
  const edits = tokens.flatMap((token, index): Edit[] => {
    if (token.tokenName === 'SCONST') {
      const isBody = isBodyOf(statement, tokens, index)
      if (!isBody && !isObjectName(tokens, index)) {
        const isPath = isInPath(tokens, index) && contentOf(token.text) === namespace
        return isPath ? [{ start: token.start, end: token.end, put: null }] : []
      }
      const known = isBody ? objects : null
      const put = isBody && !rewriteBodies ? token.text : withoutQualification(token.text, namespace, known)
      const mention = isBody ? mentionIn(put, namespace, rewriteBodies ? objects : null) : null
      if (mention !== null) bodies.push({ start: token.start + mention })
      return put === token.text ? [] : [{ start: token.start, end: token.end, put }]
    }
    if (nameOf(token) !== namespace) return []
    const [before, after] = [tokens[index - 1], tokens[index + 1]]
    if (before?.text === '.') return []
    if (after?.text === '.') {
      return aliases.has(token.start) ? [] : [{ start: token.start, end: after.end, put: '' }]
    }
    return isNamespaceItself(tokens, index) ? [{ start: token.start, end: token.end, put: null }] : []
  })
  const all = [...edits, ...without].sort((one, other) => one.start - other.start)
  return { sql: edited(bytes, statement, all), bodies }
}

function pastBlanks(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0a) at += 1
  return at
}

function edited(bytes: Buffer, { start, end }: Pick<Statement, 'start' | 'end'>, edits: readonly Edit[]): GappedSql {
  const parts: string[] = []
  let text = ''
  let from = start
  for (const edit of edits) {
    text += bytes.subarray(from, edit.start).toString()
    from = edit.end
    if (edit.put !== null) text += edit.put
    else {
      parts.push(text)
      text = ''
    }
  }
  return [...parts, text + bytes.subarray(from, end).toString()]
}

/** Offsets at which a word of that name is a table or an alias: a column of two parts is never qualified by a namespace. */
function aliasesOf({ kind, tree }: Statement, namespace: string): ReadonlySet<number> {
  const found = new Set<number>()
  for (const [node, part] of nodesOf({ [kind]: tree })) {
    const at = typeof part.location === 'number' ? part.location : 0
    if (node === 'ColumnRef' && Array.isArray(part.fields) && part.fields.length === 2) found.add(at)
    // SET composite.part = ...
    if (node === 'ResTarget' && part.name === namespace && Array.isArray(part.indirection)) found.add(at)
  }
  return found
}

/** What a token names, as Postgres folds it. */
export function nameOf({ tokenName, text, keywordName }: SqlToken): string | null {
  if (tokenName !== 'IDENT' && keywordName === 'NO_KEYWORD') return null
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase()
}

const REG_TYPES = /^reg(class|type|proc|procedure|oper|operator|config|dictionary)$/
const SEQUENCE_FUNCTIONS = new Set(['nextval', 'currval', 'setval', 'pg_get_serial_sequence'])

/** A literal that Postgres reads as the name of an object: `'d.s'::regclass`, `regclass 'd.s'`, `nextval('d.s')`. */
export function isObjectName(tokens: readonly SqlToken[], index: number): boolean {
  const near = (by: number): string => tokens[index + by]?.text.toLowerCase() ?? ''
  const isTyped =
    ['::', 'as'].includes(near(1)) && (REG_TYPES.test(near(2)) || (near(3) === '.' && REG_TYPES.test(near(4))))
  return isTyped || REG_TYPES.test(near(-1)) || (near(-1) === '(' && SEQUENCE_FUNCTIONS.has(near(-2)))
}

/** The text of a function, or of DO. */
export function isBodyOf({ kind }: Statement, tokens: readonly SqlToken[], index: number): boolean {
  if (kind === 'DoStmt') return tokens[index - 1]?.text.toLowerCase() !== 'language'
  const before = tokens[index - 1]?.text.toLowerCase()
  return (
    kind === 'CreateFunctionStmt' && (before === 'as' || (before === ',' && tokens[index - 2]?.tokenName === 'SCONST'))
  )
}

/** `IN SCHEMA d`, `ON SCHEMA a, d`, `SET search_path TO d, public`. */
function isNamespaceItself(tokens: readonly SqlToken[], index: number): boolean {
  for (let at = index - 1; at >= 0; at -= 1) {
    const text = tokens[at]?.text.toLowerCase()
    if (text === 'schema') return true
    const isInList = text === ',' || (tokens[at + 1]?.text === ',' && at < index - 1)
    if (!isInList) break
  }
  return isInPath(tokens, index)
}

function isInPath(tokens: readonly SqlToken[], index: number): boolean {
  for (let at = index - 1; at >= 0; at -= 1) {
    const { text, tokenName } = tokens[at] as SqlToken
    if (text.toLowerCase() === 'to' || text === '=') return tokens[at - 1]?.text.toLowerCase() === 'search_path'
    if (text !== ',' && tokenName !== 'IDENT' && tokenName !== 'SCONST') return false
  }
  return false
}

const WORD = /"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*|[\s\S]/gu

/** A word of a text as Postgres reads it for a name. */
export function folded(word: string): string {
  return word.startsWith('"') && word.length > 1 ? word.slice(1, -1).replaceAll('""', '"') : word.toLowerCase()
}

/** Names in a literal or in a body, word by word. */
function withoutQualification(text: string, namespace: string, objects: ReadonlySet<string> | null): string {
  const words = text.match(WORD) ?? []
  const isQualifier = (at: number): boolean =>
    folded(words[at] ?? '') === namespace &&
    words[at + 1] === '.' &&
    words[at - 1] !== '.' &&
    !(objects !== null && isOfSetting(words, at, objects))
  return words.filter((word, at) => !isQualifier(at) && !(word === '.' && isQualifier(at - 1))).join('')
}

/** Alone in a literal with the name of no object: `current_setting('app.user')`. */
function isOfSetting(words: readonly string[], at: number, objects: ReadonlySet<string>): boolean {
  const isAlone = words[at - 1] === "'" && words[at + 3] === "'"
  return isAlone && words[at + 1] === '.' && !objects.has(folded(words[at + 2] ?? ''))
}

/** The offset of the first word that is the name, in bytes; of a body that was rewritten, about there. */
function mentionIn(text: string, namespace: string, objects: ReadonlySet<string> | null): number | null {
  const words = text.match(WORD) ?? []
  const index = words.findIndex(
    (word, at) => folded(word) === namespace && !(objects !== null && isOfSetting(words, at, objects)),
  )
  return index < 0 ? null : Buffer.byteLength(words.slice(0, index).join(''))
}

function contentOf(literal: string): string {
  return literal.startsWith("'") ? literal.slice(1, -1).replaceAll("''", "'") : literal
}
