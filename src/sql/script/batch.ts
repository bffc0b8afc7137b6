/** Statements that run by key, in short transactions: which forms can, and what of them is put behind the cursor. */
import { MutationRejected } from '../../errors.ts'
import { nodesOf, type Statement, type Tree } from '../parser.ts'
import { takeOff } from '../takeOff.ts'
import type { SqlText } from '../text.ts'
import { listOf, relationName } from '../tree/made.ts'
import { wordsOf } from './allowed/allowed.ts'
import type { ScriptBatch } from './script.ts'

/** Errors: `BATCH_UNSUPPORTED`, which says what of the statement stands in the way. */
export function batchOf(
  text: SqlText,
  statement: Statement,
  {
    namespace,
    size,
    place,
  }: { readonly namespace: string | null; readonly size: number | null; readonly place: string },
): ScriptBatch {
  const { kind, tree } = statement
  const table = relationName(tree.relation, namespace)
  const why = kind === 'UpdateStmt' || kind === 'DeleteStmt' ? inTheWay(tree, table) : 'only UPDATE and DELETE do'
  if (why !== null || table === null) {
    const sentence = `${place}: ${wordsOf(statement)} does not run in batches: ${why}.`
    throw new MutationRejected('BATCH_UNSUPPORTED', sentence)
  }
  const where = whereOf(statement)
  const part = (from: number, until: number): readonly string[] => {
    const tokens = statement.tokens.slice(from, until).filter(({ tokenName }) => !tokenName.endsWith('_COMMENT'))
    const [first, last] = [tokens[0], tokens.at(-1)]
    const range = { ...statement, tokens, start: first?.start ?? statement.end, end: last?.end ?? statement.end }
    return takeOff(text.bytes, range, { namespace, rewriteBodies: false, objects: new Set() }).sql
  }
  return {
    table,
    size,
    head: part(0, where ?? statement.tokens.length),
    condition: where === null ? null : part(where + 1, statement.tokens.length),
    columns: listOf(tree.targetList).map(({ ResTarget: target }) => String((target as Tree).name)),
  }
}

function inTheWay(tree: Tree, table: string | null): string | null {
  const relation = (tree.relation ?? {}) as Tree
  if (table === null) return 'its table is in another namespace: name one of the target'
  if (relation.inh !== true) return 'ONLY leaves out what the key leads to: write the table without it'
  if (relation.alias !== undefined) return 'the cursor needs the name of the table: write it without an alias'
  if (tree.withClause !== undefined)
    return 'WITH would run once for each batch: write its query as a sub-select on another table'
  if (tree.fromClause !== undefined) return 'a join has no key of its own: write a sub-select instead of FROM'
  if (tree.usingClause !== undefined) return 'a join has no key of its own: write a sub-select instead of USING'
  if (tree.returningClause !== undefined) return 'nobody reads what RETURNING gives: leave it out'
  for (const [kind, node] of nodesOf({ list: tree.targetList, where: tree.whereClause })) {
    if (kind === 'CurrentOfExpr') return 'WHERE CURRENT OF is about a cursor of yours: write a condition'
    if (kind === 'RangeVar' && node.relname === table) {
      return `a sub-select on ${table} would see what earlier batches did: let it run whole`
    }
  }
  return null
}

/** Which of its tokens is its own WHERE; null without one. */
function whereOf({ tokens }: Statement): number | null {
  let depth = 0
  for (const [index, { text, keywordName }] of tokens.entries()) {
    if (text === '(') depth += 1
    else if (text === ')') depth -= 1
    else if (depth === 0 && keywordName === 'RESERVED_KEYWORD' && text.toLowerCase() === 'where') return index
  }
  return null
}
