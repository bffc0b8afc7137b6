/** Whether a statement is about nothing but something that was hidden, so that it has nothing to do where that comes back. Pure. */
import { nodesOf, type Statement, type Tree } from '../parser.ts'
import type { AsideTarget } from '../script/script.ts'
import { listOf, relationName } from '../tree/made.ts'

/** What comes back, and the names of its indexes, constraints, sequences and statistics. */
export interface Returning {
  readonly target: AsideTarget
  readonly names: readonly string[]
}

/** `CREATE TABLE t`. */
export function makesTable(
  { kind, tree }: Pick<Statement, 'kind' | 'tree'>,
  { kind: what, table }: AsideTarget,
): boolean {
  return what === 'table' && kind === 'CreateStmt' && relationName(tree.relation, null) === table
}

/** `ADD COLUMN c`. */
export function makesColumn({ subtype, def }: Tree, { column }: AsideTarget): boolean {
  return subtype === 'AT_AddColumn' && ((def as Tree).ColumnDef as Tree).colname === column
}

/** Of a statement that is not ALTER TABLE. */
export function isAbout({ kind, tree }: Pick<Statement, 'kind' | 'tree'>, { target, names }: Returning): boolean {
  const { table, column } = target
  const isNamed = (relation: unknown): boolean => names.includes(relationName(relation, null) ?? '')
  const isOn = (relation: unknown): boolean => relationName(relation, null) === table
  if (kind === 'CreateSeqStmt' || kind === 'AlterSeqStmt') return isNamed(tree.sequence)
  if (kind === 'CommentStmt') return saysOf(tree, target, names)
  if (kind === 'CreateStatsStmt') return isLast(listOf(tree.defnames), names)
  if (kind === 'IndexStmt') {
    if (column === null) return isOn(tree.relation)
    const keys = listOf(tree.indexParams).map(({ IndexElem: key }) => (key as Tree).name)
    return typeof tree.idxname === 'string' ? names.includes(tree.idxname) : keys.every((key) => key === column)
  }
  if (column !== null) return false
  if (kind === 'CreateTrigStmt' || kind === 'RuleStmt') return isOn(tree.relation)
  if (kind === 'CreatePolicyStmt') return isOn(tree.table)
  if (kind !== 'GrantStmt' || tree.targtype !== 'ACL_TARGET_OBJECT') return false
  return listOf(tree.objects).every(({ RangeVar: relation }) => isOn(relation) || isNamed(relation))
}

/** Of a command of ALTER TABLE on the table of the target. */
export function isCommandAbout({ subtype, name, def }: Tree, { target: { column }, names }: Returning): boolean {
  if (column === null) return true
  if (OF_COLUMNS.has(String(subtype))) return name === column
  const { Constraint: constraint } = (def ?? {}) as { Constraint?: Tree }
  if (subtype !== 'AT_AddConstraint' || constraint === undefined) return false
  if (typeof constraint.conname === 'string') return names.includes(constraint.conname)
  const keys = [...listOf(constraint.keys), ...listOf(constraint.fk_attrs)]
  if (isLast(keys, [column])) return true
  return [...nodesOf(constraint.raw_expr)].some(
    ([node, { fields }]) => node === 'ColumnRef' && isLast(listOf(fields), [column]),
  )
}

const OF_COLUMNS: ReadonlySet<string> = new Set([
  ...['AT_SetNotNull', 'AT_DropNotNull', 'AT_ColumnDefault', 'AT_SetStorage', 'AT_SetCompression', 'AT_SetStatistics'],
  ...['AT_AddIdentity', 'AT_SetIdentity'],
])

/** `COMMENT ON COLUMN t.c`, `COMMENT ON TABLE t`, `COMMENT ON CONSTRAINT k ON t`. */
function saysOf({ objtype, object }: Tree, { table, column }: AsideTarget, names: readonly string[]): boolean {
  const { List: list } = (object ?? {}) as { List?: Tree }
  const parts = listOf(list?.items).map(textOf)
  const last = parts.at(-1)
  switch (objtype) {
    case 'OBJECT_TABLE':
      return column === null && last === table
    case 'OBJECT_COLUMN':
      return parts.at(-2) === table && (column === null || last === column)
    case 'OBJECT_TABCONSTRAINT':
      return parts.at(-2) === table && (column === null || names.includes(last ?? ''))
    case 'OBJECT_TRIGGER':
    case 'OBJECT_POLICY':
    case 'OBJECT_RULE':
      return column === null && parts.at(-2) === table
    case 'OBJECT_INDEX':
    case 'OBJECT_SEQUENCE':
    case 'OBJECT_STATISTIC_EXT':
      return names.includes(last ?? '')
    default:
      return false
  }
}

function isLast(parts: readonly Tree[], names: readonly string[]): boolean {
  return names.includes(textOf(parts.at(-1) ?? {}) ?? '')
}

function textOf({ String: text }: Tree): string | undefined {
  const { sval } = (text ?? {}) as Tree
  return typeof sval === 'string' ? sval : undefined
}
