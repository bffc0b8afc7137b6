/** Which tables statements lock so that others wait, and where one transaction keeps several of them. */
import type { Statement, Tree } from '../../parser.ts'
import { commandsOf } from '../../rows.ts'
import { droppedRelations, listOf, type Made, relationName } from '../../tree/made.ts'

/** Parts of ALTER TABLE during which applications may read and write. */
const WEAK: ReadonlySet<unknown> = new Set([
  ...['AT_ValidateConstraint', 'AT_SetStatistics', 'AT_SetRelOptions', 'AT_ResetRelOptions', 'AT_ClusterOn'],
  ...['AT_DropCluster', 'AT_SetOptions', 'AT_ResetOptions', 'AT_AttachPartition'],
])

/** Dropped together with a name of the table that it is on. */
const ON_TABLE: ReadonlySet<unknown> = new Set(['OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE'])
/** Those that hold rows; views are locked for a moment, and by whoever uses their tables. */
const WITH_ROWS: ReadonlySet<unknown> = new Set(['OBJECT_TABLE', 'OBJECT_MATVIEW'])
/** Renamed under a lock on the table that has them. */
const RENAMED: ReadonlySet<unknown> = new Set([...WITH_ROWS, ...ON_TABLE, 'OBJECT_COLUMN', 'OBJECT_TABCONSTRAINT'])

/** `SHARE` and above: nobody may write. */
const SHARE_LOCK = 5

/** The relations that a statement locks against writes, or against everything, in the order in which it names them. */
function lockedBy(statement: Pick<Statement, 'kind' | 'tree'>): readonly unknown[] {
  const { kind, tree } = statement
  switch (kind) {
    case 'AlterTableStmt': {
      const commands = commandsOf(statement)
      const isStrong = WITH_ROWS.has(tree.objtype) && commands.some(({ subtype }) => !WEAK.has(subtype))
      return [...(isStrong ? [tree.relation] : []), ...commands.flatMap(({ def }) => alsoLocked(def))]
    }
    case 'CreateStmt':
      return [
        ...(tree.partbound === undefined ? [] : listOf(tree.inhRelations).map(({ RangeVar: parent }) => parent)),
        ...[...listOf(tree.tableElts), ...listOf(tree.constraints)].flatMap(alsoLocked),
      ]
    case 'DropStmt':
      if (ON_TABLE.has(tree.removeType)) return onTables(tree)
      return WITH_ROWS.has(tree.removeType) ? droppedRelations(tree) : []
    case 'RenameStmt':
      return RENAMED.has(tree.renameType) && tree.relationType !== 'OBJECT_VIEW' ? [tree.relation] : []
    case 'CreatePolicyStmt':
    case 'AlterPolicyStmt':
      return [tree.table]
    case 'CreateTrigStmt':
    case 'RuleStmt':
      return [tree.relation]
    case 'IndexStmt':
      return tree.concurrent === true ? [] : [tree.relation]
    case 'RefreshMatViewStmt':
      return tree.concurrent === true ? [] : [tree.relation]
    case 'TruncateStmt':
      return listOf(tree.relations).map(({ RangeVar: relation }) => relation)
    case 'LockStmt':
      return Number(tree.mode) < SHARE_LOCK ? [] : listOf(tree.relations).map(({ RangeVar: relation }) => relation)
    default:
      return []
  }
}

/** The other table of a foreign key, or the partition that is attached. */
function alsoLocked(def: unknown): readonly unknown[] {
  const { Constraint: constraint, ColumnDef: column, PartitionCmd: partition } = (def ?? {}) as Record<string, Tree>
  return [
    ...(constraint?.pktable === undefined ? [] : [constraint.pktable]),
    ...listOf(column?.constraints).flatMap(alsoLocked),
    ...(partition === undefined ? [] : [partition.name]),
  ]
}

/** `DROP TRIGGER t ON a`: the last name is that of the trigger. */
function onTables({ objects }: Tree): readonly unknown[] {
  return listOf(objects).flatMap(({ List: list }) =>
    droppedRelations({ objects: [{ List: { items: listOf((list as Tree).items).slice(0, -1) } }] }),
  )
}

/** Follows the transaction of one stage. */
export interface Locks {
  /** Whether an earlier statement of the same transaction locked that table. */
  readonly holds: (table: string) => boolean
  readonly follow: (statement: Pick<Statement, 'kind' | 'tree'>, place: string) => void
  /** In words: where it holds several, and where to part it; null when it does not. */
  readonly several: () => string | null
}

/** Of tables that were there before the text. */
export function locksOf(made: Made): Locks {
  const tables = new Set<string>()
  const parts: string[] = []
  return {
    holds: (table) => tables.has(table),
    follow: (statement, place) => {
      const before = tables.size
      for (const relation of lockedBy(statement)) {
        const name = relationName(relation, null)
        if (name !== null && !made.has(relation)) tables.add(name)
      }
      if (before > 0 && tables.size > before) parts.push(place)
    },
    several: () =>
      parts.length === 0
        ? null
        : `one transaction locks ${[...tables].join(', ')}, and may deadlock with applications that use them in another order: part it with "-- schema-saga: new transaction" before ${parts.join('; before ')}`,
  }
}
