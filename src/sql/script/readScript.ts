/** Reads people's SQL: refuses what does not run on targets, and cuts the rest into stages. */
import { MutationRejected } from '../../errors.ts'
import { readSql, type Statement } from '../parser.ts'
import { effectsOf } from '../rows.ts'
import { type GappedSql, takeOff } from '../takeOff.ts'
import { placesIn, type SqlText, sqlTextOf } from '../text.ts'
import { madeBy } from '../tree/made.ts'
import { refuseUnsupported, unsupported, wordsOf } from './allowed/allowed.ts'
import type { Reading } from './allowed/check.ts'
import { refuseOurNames } from './allowed/ourNames.ts'
import { directivesIn } from './directives.ts'
import type { Script, ScriptStatement } from './script.ts'
import { concurrentTokens, mannerOf, type Piece, stagesOf } from './stages.ts'

/**
 * `source` is for messages, `reading.namespace` what qualifications of the text mean. Errors: `SQL_INVALID`,
 * `SQL_TOO_COMPLEX`, `STATEMENT_UNSUPPORTED`, `DIRECTIVE_INVALID`, `BATCH_UNSUPPORTED` and `SQL_NAMES_NAMESPACE`, each with
 * line and column.
 */
export async function readScript(source: string, given: string, reading: Reading): Promise<Script> {
  const text = sqlTextOf(source, given)
  const read = await readSql(text)
  const directives = directivesIn(text, read)
  const { statements, frame } = withoutFrame(read.statements)
  const placeOf = placesIn(text)
  for (const statement of statements) {
    const place = placeOf(statement.start)
    refuseUnsupported(statement, reading, place)
    refuseOurNames(statement, placeOf)
  }
  const said = directives.map((directive) => ({ directive, place: placeOf(directive.start) }))
  const pieces: Piece[] = [...written(text, statements, reading), ...said]
  pieces.sort((one, other) => startOf(one) - startOf(other))
  requireOneTransaction(frame, pieces)
  return { stages: stagesOf(text, pieces, reading.namespace) }
}

function startOf(piece: Piece): number {
  return 'directive' in piece ? piece.directive.start : piece.statement.start
}

/** Of BEGIN and COMMIT around the whole, as some tools write them: a stage is a transaction anyway. */
interface Frame {
  readonly from: number
  readonly until: number
}

function withoutFrame(statements: readonly Statement[]): {
  readonly statements: readonly Statement[]
  readonly frame: Frame | null
} {
  const [first, last] = [statements[0], statements.at(-1)]
  const inner = statements.slice(1, -1)
  const isFramed =
    isPlain(first, /^TRANS_STMT_(BEGIN|START)$/) &&
    isPlain(last, /^TRANS_STMT_COMMIT$/) &&
    inner.every(({ kind }) => kind !== 'TransactionStmt')
  if (!isFramed || first === undefined || last === undefined) return { statements, frame: null }
  return { statements: inner, frame: { from: first.start, until: last.end } }
}

function isPlain(statement: Statement | undefined, kinds: RegExp): boolean {
  if (statement?.kind !== 'TransactionStmt') return false
  const { kind, options, chain } = statement.tree
  return kinds.test(String(kind)) && options === undefined && chain !== true
}

/** What a text says is one transaction has to be one; values of an enum are apart in any case. */
function requireOneTransaction(frame: Frame | null, pieces: readonly Piece[]): void {
  const inner =
    frame === null ? [] : pieces.filter((piece) => startOf(piece) > frame.from && startOf(piece) < frame.until)
  for (const piece of inner) {
    const isShared = 'statement' in piece && ['shared', 'own'].includes(mannerOf(piece.statement))
    if (isShared) continue
    const why = 'BEGIN and COMMIT around the whole text say that it is one transaction: take these out'
    throw 'statement' in piece
      ? unsupported(piece.written.place, wordsOf(piece.statement), why)
      : unsupported(piece.place, 'a comment for schema-saga', why)
  }
}

/** The statements as they run, without the namespace that they were written for. */
function written(text: SqlText, statements: readonly Statement[], { namespace }: Reading): readonly Piece[] {
  const placeOf = placesIn(text)
  const made = madeBy(namespace)
  const bodies: string[] = []
  const pieces = statements.map((statement) => {
    const how = { namespace, rewriteBodies: false, objects: new Set<string>() }
    const sql = takeOff(text.bytes, statement, how)
    const without = concurrentTokens(statement)
    const plain: GappedSql = without.length === 0 ? sql.sql : takeOff(text.bytes, statement, { ...how, without }).sql
    const place = placeOf(statement.start)
    bodies.push(...sql.bodies.map(({ start }) => `${wordsOf(statement)} in ${placeOf(start)}`))
    if (statement.tree.concurrent === true && made.isPartitioned(statement.tree.relation)) {
      throw unsupported(
        place,
        wordsOf(statement),
        'nothing is built concurrently on a partitioned table, and nobody uses one that this text makes: leave CONCURRENTLY out',
      )
    }
    const effects = effectsOf(statement, made)
    made.follow(statement)
    const result: ScriptStatement = { sql: sql.sql, plain, kind: statement.kind, place, ...effects }
    return { statement, written: result }
  })
  if (bodies.length === 0) return pieces
  throw new MutationRejected(
    'SQL_NAMES_NAMESPACE',
    `Bodies name the namespace "${namespace}", so that every tenant would use it: ${bodies.join('; ')}: take it out of them, the search path leads to the target.`,
  )
}
