/** Cuts a text into stages: what is committed together, with its marker. */
import type { SqlToken, Statement } from '../parser.ts'
import type { SqlText } from '../text.ts'
import { droppedRelations, relationName } from '../tree/made.ts'
import { unsupported, wordsOf } from './allowed/allowed.ts'
import { aloneOf, detachOf, namedBy, namesIn } from './alone.ts'
import { batchOf } from './batch.ts'
import { type Directive, invalid } from './directives.ts'
import type { ScriptStage, ScriptStatement } from './script.ts'

/** A statement as it was read, and as it runs. */
export interface StatementPiece {
  readonly statement: Statement
  readonly written: ScriptStatement
}

/** A statement, or what a comment says between two. */
export type Piece = StatementPiece | { readonly directive: Directive; readonly place: string }

/** How a statement runs: with its neighbours, in a transaction of its own, or outside any. */
export type Manner = 'shared' | 'own' | 'index' | 'alone'

/** Told by its grammar. */
export function mannerOf({ kind, tree }: Pick<Statement, 'kind' | 'tree'>): Manner {
  if ((kind === 'IndexStmt' || kind === 'DropStmt') && tree.concurrent === true) return 'index'
  if (kind === 'VacuumStmt' || kind === 'ReindexStmt') return 'alone'
  if (kind === 'AlterTableStmt' && detachOf(tree)?.concurrent === true) return 'alone'
  // Its value may be used once it is committed.
  return kind === 'AlterEnumStmt' && tree.oldVal === undefined ? 'own' : 'shared'
}

/** Errors: `DIRECTIVE_INVALID`, `BATCH_UNSUPPORTED`, `STATEMENT_UNSUPPORTED`. */
export function stagesOf(text: SqlText, pieces: readonly Piece[], namespace: string | null): readonly ScriptStage[] {
  const stages: ScriptStage[] = []
  let open: ScriptStatement[] = []
  let parted = false
  let batch: (Directive & { kind: 'batch' }) | null = null
  const close = (): void => {
    if (open.length > 0) stages.push({ kind: 'transaction', statements: open })
    open = []
  }
  for (const piece of pieces) {
    if ('directive' in piece) {
      if (batch !== null) throw noStatement(text, batch)
      if (piece.directive.kind === 'batch') batch = piece.directive
      else {
        close()
        if (parted) stages.push({ kind: 'transaction', statements: [] })
        parted = true
      }
      continue
    }
    const { statement, written } = piece
    const manner = mannerOf(statement)
    parted = false
    if (manner === 'shared' && batch === null) {
      open.push(written)
      continue
    }
    close()
    stages.push(batch === null ? single(piece, manner, namespace) : inBatches(text, piece, batch, namespace))
    batch = null
  }
  if (batch !== null) throw noStatement(text, batch)
  close()
  for (const stage of stages) requireEffect(stage)
  return stages
}

function noStatement(text: SqlText, batch: Directive): Error {
  return invalid(text, batch, 'asks for batches, and no statement follows it')
}

function inBatches(
  text: SqlText,
  { statement, written }: StatementPiece,
  { size }: Directive & { kind: 'batch' },
  namespace: string | null,
): ScriptStage {
  const batch = batchOf(text, statement, { namespace, size, place: written.place })
  return { kind: 'batch', statements: [written], batch }
}

function single({ statement, written }: StatementPiece, manner: Manner, namespace: string | null): ScriptStage {
  if (manner === 'own' || manner === 'shared') return { kind: 'transaction', statements: [written] }
  const relations = namedBy(statement)
  const isElsewhere = relations.some((relation) => relationName(relation, namespace) === null)
  if (isElsewhere) {
    const why = 'it names another namespace, and outside of transactions nothing that was done there can be taken back'
    throw unsupported(written.place, wordsOf(statement), why)
  }
  const names = namesIn(relations)
  if (manner === 'alone') return { kind: 'alone', statements: [written], alone: aloneOf(statement), names }
  const builds = statement.kind === 'IndexStmt'
  const name = String(builds ? statement.tree.idxname : droppedRelations(statement.tree)[0]?.relname)
  const { if_not_exists, missing_ok } = statement.tree
  const mayBe = (builds ? if_not_exists : missing_ok) === true
  const table = builds && statement.tree.unique === true ? relationName(statement.tree.relation, namespace) : null
  const index = { name, builds, ...(mayBe && { mayBe }), ...(table !== null && { uniqueOn: table }) }
  // What it drops, it looks for before.
  return { kind: 'index', statements: [written], index, ...(builds && { names }) }
}

/** A setting ends with its transaction. */
function requireEffect({ kind, statements }: ScriptStage): void {
  const [first] = statements
  if (kind !== 'transaction' || first === undefined) return
  if (statements.some((each) => each.kind !== 'VariableSetStmt')) return
  throw unsupported(
    first.place,
    'SET LOCAL',
    'it ends with its transaction, in which nothing else is done: leave it out',
  )
}

/** The tokens that make a statement run outside of transactions: the word, or the list of options that it stands in. */
export function concurrentTokens({ kind, tree, tokens }: Statement): readonly SqlToken[] {
  const own = tokens.filter(({ tokenName }) => !tokenName.endsWith('_COMMENT'))
  if (kind === 'ReindexStmt' && own[1]?.text === '(') {
    return own.slice(1, own.findIndex(({ text }) => text === ')') + 1)
  }
  // Behind the names there, before them elsewhere: it may be a name, too.
  const isBehind = detachOf(tree)?.concurrent === true
  if (tree.concurrent !== true && kind !== 'ReindexStmt' && !isBehind) return []
  const word = isBehind ? own.findLast(isConcurrently) : own.find(isConcurrently)
  return word === undefined ? [] : [word]
}

function isConcurrently({ text, keywordName }: SqlToken): boolean {
  return keywordName === 'TYPE_FUNC_NAME_KEYWORD' && text.toLowerCase() === 'concurrently'
}
