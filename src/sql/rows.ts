/** Whether a text may write rows of tables that were there before it: then running it twice is not the same as once. */
import { nodesOf, parseSql, type Statement } from './parser.ts'
import { sqlTextOf } from './text.ts'

/** Statements that change definitions only. What is not named here may run anything. */
const DEFINITIONS: ReadonlySet<string> = new Set([
  ...['CreateStmt', 'AlterTableStmt', 'DropStmt', 'RenameStmt', 'IndexStmt', 'ViewStmt', 'CommentStmt', 'ReindexStmt'],
  ...['GrantStmt', 'AlterOwnerStmt', 'AlterDefaultPrivilegesStmt', 'AlterObjectSchemaStmt', 'AlterObjectDependsStmt'],
  ...['CreateFunctionStmt', 'AlterFunctionStmt', 'DefineStmt', 'CreateTrigStmt', 'RuleStmt', 'CreatePolicyStmt'],
  ...['AlterPolicyStmt', 'CreateEnumStmt', 'AlterEnumStmt', 'CreateDomainStmt', 'AlterDomainStmt', 'CreateRangeStmt'],
  ...['CompositeTypeStmt', 'AlterTypeStmt', 'CreateSeqStmt', 'CreateStatsStmt', 'AlterStatsStmt', 'VariableSetStmt'],
  ...['TransactionStmt', 'VacuumStmt', 'ConstraintsSetStmt'],
])

/** A text that cannot be read may write anything. */
export async function writesRows(text: string): Promise<boolean> {
  try {
    return (await parseSql(sqlTextOf('text', text))).some(mayWrite)
  } catch {
    return true
  }
}

/** A new type of a column may be computed from the old values. */
function mayWrite({ kind, tree }: Statement): boolean {
  if (!DEFINITIONS.has(kind)) return true
  if (kind !== 'AlterTableStmt') return false
  for (const [node, part] of nodesOf(tree)) {
    if (node === 'AlterTableCmd' && part.subtype === 'AT_AlterColumnType' && hasUsing(part.def)) return true
  }
  return false
}

function hasUsing(def: unknown): boolean {
  return typeof def === 'object' && def !== null && JSON.stringify(def).includes('raw_default')
}
