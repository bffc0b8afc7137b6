/**
 * Statements of a way back that rows written meanwhile may forbid, and what is run instead: keys and checks come back without
 * looking at old rows, NOT NULL and UNIQUE stay off. Pure.
 */
import { parseSql, type Tree } from '../parser.ts'
import { commandsOf } from '../rows.ts'
import { type SqlText, sqlTextOf } from '../text.ts'
import { alterParts, type AlterPart as Part } from '../tree/alterParts.ts'
import { listOf } from '../tree/made.ts'

/** A part of a statement, as a statement of its own. */
export interface LenientPart {
  readonly sql: string
  /** What is run where rows forbid it, null for nothing; undefined where nothing else would do. */
  readonly instead?: string | null
  /** What is said of that. */
  readonly what?: string
  /** The table that it is about, without quotes. */
  readonly table: string
  /** Which rows stand in the way, over the row `t`; null where that takes more than one row to tell. */
  readonly condition?: string | null
}

/** The parts of one statement; null where rows forbid nothing of it. */
export async function lenientParts(sql: string): Promise<readonly LenientPart[] | null> {
  const text = sqlTextOf('a way back', sql)
  const [statement] = await parseSql(text)
  if (statement === undefined) return null
  const table = String((statement.tree.relation as Tree | undefined)?.relname)
  if (statement.kind === 'IndexStmt' && statement.tree.unique === true) {
    return [{ sql, instead: null, what: 'a UNIQUE index stays off', table, condition: null }]
  }
  if (statement.kind !== 'AlterTableStmt' || statement.tree.objtype !== 'OBJECT_TABLE') return null
  const parts = alterParts(text, statement).map(({ head, command, tokens }, index): LenientPart => {
    const tree = commandsOf(statement)[index] ?? {}
    return { sql: `${head}${command}`, table, ...insteadOf({ tree, head, command, tokens, text }) }
  })
  return parts.some(({ instead }) => instead !== undefined) ? parts : null
}

type Instead = Pick<LenientPart, 'instead' | 'what' | 'condition'>

function insteadOf({ tree, head, command, tokens, text }: Part & { tree: Tree; text: SqlText }): Instead {
  const { subtype, name, def } = tree
  const { Constraint: constraint, ColumnDef: column } = (def ?? {}) as Record<string, Tree>
  if (subtype === 'AT_SetNotNull') return withoutNotNull(String(name))
  if (subtype === 'AT_ValidateConstraint') {
    return { instead: null, what: `constraint ${String(name)} stays NOT VALID`, condition: null }
  }
  if (subtype === 'AT_AddColumn') return columnWithout({ head, command, tokens }, text, column ?? {})
  if (subtype !== 'AT_AddConstraint' || constraint === undefined) return {}
  const { contype, conname, indexname, skip_validation, keys } = constraint
  const called = conname === undefined ? '' : ` ${String(conname)}`
  if (contype === 'CONSTR_CHECK' || contype === 'CONSTR_FOREIGN') {
    if (skip_validation === true) return {}
    const word = contype === 'CONSTR_CHECK' ? 'CHECK' : 'foreign key'
    return { instead: `${head}${command} NOT VALID`, what: `${word}${called} is NOT VALID`, condition: null }
  }
  if (contype === 'CONSTR_NOTNULL') return withoutNotNull(String((listOf(keys)[0]?.String as Tree | undefined)?.sval))
  const word = { CONSTR_UNIQUE: 'UNIQUE', CONSTR_PRIMARY: 'PRIMARY KEY', CONSTR_EXCLUSION: 'EXCLUDE' }[String(contype)]
  if (word === undefined || indexname !== undefined) return {}
  return { instead: null, what: `${word}${called} stays off`, condition: null }
}

function withoutNotNull(column: string): Instead {
  return {
    instead: null,
    what: `NOT NULL of ${column} stays off`,
    condition: `t."${column.replaceAll('"', '""')}" IS NULL`,
  }
}

/** A column that comes back has no values: rows forbid that it must have some. */
function columnWithout({ head, tokens }: Part, text: SqlText, column: Tree): Instead {
  const all = listOf(column.constraints).map(({ Constraint: each }) => each as Tree)
  const left = all.filter(({ contype }) => contype === 'CONSTR_NOTNULL')
  const [first] = tokens
  if (left.length === 0 || first === undefined) return {}
  let sql = ''
  let from = first.start
  for (const { location } of left) {
    const at = tokens.findIndex(({ start }) => start >= Number(location))
    const [not, nul] = [tokens[at], tokens[at + 1]]
    if (not?.text.toUpperCase() !== 'NOT' || nul === undefined) return {}
    sql += text.bytes.subarray(from, not.start).toString()
    from = nul.end
  }
  sql += text.bytes.subarray(from, tokens.at(-1)?.end).toString()
  const name = String(column.colname)
  return { ...withoutNotNull(name), instead: `${head}${sql}` }
}
