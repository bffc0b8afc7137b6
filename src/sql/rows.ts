/**
 * What a statement does beyond definitions, as far as the grammar tells: whether it runs code or looks at rows, and
 * whether it may write rows of tables that were there before it, so that running it twice is not the same as once.
 */

import { nodesOf, parseSql, type Statement, type Tree } from './parser.ts'
import { sqlTextOf } from './text.ts'
import { callsIn, isCode, isVolatile, movesSequence } from './tree/functions.ts'
import { listOf, type Made, madeBy } from './tree/made.ts'

/** Statements that change definitions only. What is not named here may run anything. */
const DEFINITIONS: ReadonlySet<string> = new Set([
  ...['CreateStmt', 'AlterTableStmt', 'DropStmt', 'RenameStmt', 'IndexStmt', 'ViewStmt', 'CommentStmt', 'LockStmt'],
  ...['GrantStmt', 'AlterOwnerStmt', 'AlterDefaultPrivilegesStmt', 'AlterObjectSchemaStmt', 'AlterObjectDependsStmt'],
  ...['CreateFunctionStmt', 'AlterFunctionStmt', 'DefineStmt', 'CreateTrigStmt', 'RuleStmt', 'CreatePolicyStmt'],
  ...['AlterPolicyStmt', 'CreateEnumStmt', 'AlterEnumStmt', 'CreateDomainStmt', 'AlterDomainStmt', 'CreateRangeStmt'],
  ...['CompositeTypeStmt', 'AlterTypeStmt', 'CreateSeqStmt', 'AlterSeqStmt', 'CreateStatsStmt', 'AlterStatsStmt'],
  ...['VariableSetStmt', 'TransactionStmt', 'ConstraintsSetStmt'],
])

/** They look at rows, and compute what is in indexes and views again, but write no row that anybody wrote. */
const LOOKS: ReadonlySet<string> = new Set(['VacuumStmt', 'ReindexStmt', 'RefreshMatViewStmt'])

/** Of these, the grammar sees which rows they write. */
const QUERIES: ReadonlySet<string> = new Set([
  ...['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'TruncateStmt', 'CreateTableAsStmt'],
])

const WRITES: ReadonlySet<string> = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'])

/** Parts of ALTER TABLE and ALTER DOMAIN that compute what earlier definitions say, which the text does not show. */
const COMPUTES: ReadonlySet<unknown> = new Set([
  ...['AT_ValidateConstraint', 'AT_AlterColumnType', 'AT_AttachPartition', 'AT_SetLogged', 'AT_SetUnLogged'],
  ...['AT_SetAccessMethod', 'AT_SetExpression'],
])

/** What a statement does beyond definitions. */
export interface Effects {
  /** Whether it executes functions, or reads or writes rows. */
  readonly runsCode: boolean
  /** Whether it may write rows of tables that were there before. */
  readonly writesRows: boolean
}

const NOTHING: Effects = { runsCode: false, writesRows: false }

/** A text that cannot be read may write anything. */
export async function writesRows(text: string): Promise<boolean> {
  try {
    const made = madeBy(null)
    return (await parseSql(sqlTextOf('text', text))).some((statement) => {
      const effects = effectsOf(statement, made)
      made.follow(statement)
      return effects.writesRows
    })
  } catch {
    return true
  }
}

/** Of one statement, given what the text made before it. */
export function effectsOf(statement: Pick<Statement, 'kind' | 'tree'>, made: Made): Effects {
  const { kind, tree } = statement
  if (LOOKS.has(kind)) return { runsCode: true, writesRows: false }
  // WITH NO DATA runs nothing.
  if (kind === 'CreateTableAsStmt' && (tree.into as Tree | undefined)?.skipData === true) return NOTHING
  if (QUERIES.has(kind)) {
    const calls = [...callsIn(tree)]
    const isWriting = calls.some((call) => isCode(call) || movesSequence(call))
    return { runsCode: true, writesRows: isWriting || writtenBy(statement).some((table) => !made.isQuiet(table)) }
  }
  if (!DEFINITIONS.has(kind)) return { runsCode: true, writesRows: true }
  const parts = computedBy(statement)
  const runsCode =
    parts.some(({ part, isColumn }) => [...callsIn(part)].some(isColumn ? isVolatile : isCode)) ||
    commandsOf(statement).some(({ subtype }) => COMPUTES.has(subtype)) ||
    (kind === 'AlterDomainStmt' && ['C', 'V'].includes(String(tree.subtype)))
  const writesRows =
    parts.some(({ part, isPure }) => !isPure && [...callsIn(part)].some(isCode)) || isComputedAnew(statement, made)
  return { runsCode, writesRows }
}

/** The relations whose rows a statement writes by itself. */
export function writtenBy({ kind, tree }: Pick<Statement, 'kind' | 'tree'>): readonly Tree[] {
  if (DEFINITIONS.has(kind)) return []
  if (kind === 'TruncateStmt') return listOf(tree.relations).map(({ RangeVar: relation }) => relation as Tree)
  return [...nodesOf({ [kind]: tree })].flatMap(([node, { relation }]) =>
    WRITES.has(node) && typeof relation === 'object' && relation !== null ? [relation as Tree] : [],
  )
}

/** The commands of an ALTER TABLE. */
export function commandsOf({ kind, tree }: Pick<Statement, 'kind' | 'tree'>): readonly Tree[] {
  return kind === 'AlterTableStmt' ? listOf(tree.cmds).map(({ AlterTableCmd: cmd }) => cmd as Tree) : []
}

interface Computed {
  readonly part: unknown
  /** Postgres demands that its functions are immutable: these write nothing. */
  readonly isPure?: boolean
  /** A default of a new column: computed for each row only when it is volatile. */
  readonly isColumn?: boolean
}

/** The expressions of a definition that are computed at once, and not when somebody uses what it defines. */
function computedBy(statement: Pick<Statement, 'kind' | 'tree'>): readonly Computed[] {
  const { kind, tree } = statement
  if (kind === 'CreateStmt') return [{ part: tree.partbound }]
  if (kind === 'IndexStmt') return [{ part: tree, isPure: true }]
  if (kind === 'AlterDomainStmt') return [{ part: tree.def }]
  return commandsOf(statement).flatMap(({ subtype, def }): readonly Computed[] => {
    const { ColumnDef: column, Constraint: constraint } = (def ?? {}) as Record<string, Tree>
    if (subtype === 'AT_AddColumn') {
      return listOf(column?.constraints).map(({ Constraint: each }) => ({
        part: each,
        isPure: (each as Tree).contype === 'CONSTR_GENERATED',
        isColumn: true,
      }))
    }
    if (subtype === 'AT_AlterColumnType') return [{ part: column?.raw_default }]
    if (subtype === 'AT_AttachPartition' || subtype === 'AT_SetExpression') return [{ part: def, isPure: true }]
    const isChecked = subtype === 'AT_AddConstraint' && constraint?.skip_validation !== true
    return isChecked ? [{ part: constraint, isPure: constraint?.contype === 'CONSTR_EXCLUSION' }] : []
  })
}

/** A new type of a column may be computed from the old values. */
function isComputedAnew(statement: Pick<Statement, 'kind' | 'tree'>, made: Made): boolean {
  return commandsOf(statement).some(({ subtype, name, def }) => {
    const { ColumnDef: column } = (def ?? {}) as Record<string, Tree>
    const isOld = !made.hasColumn(statement.tree.relation, name)
    return subtype === 'AT_AlterColumnType' && column?.raw_default !== undefined && isOld
  })
}
