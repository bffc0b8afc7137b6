/** Statements that take no part in transactions and build no index: what they do, and to which relations. Pure. */
import type { Statement, Tree } from '../parser.ts'
import { droppedRelations, listOf } from '../tree/made.ts'
import type { AloneKind } from './script.ts'

/** Told by its grammar. */
export function aloneOf({ kind, tree }: Pick<Statement, 'kind' | 'tree'>): AloneKind {
  if (kind === 'VacuumStmt') return 'vacuum'
  if (kind === 'AlterTableStmt') return 'detach'
  return tree.kind === 'REINDEX_OBJECT_INDEX' ? 'reindex an index' : 'reindex a table'
}

/** Without their namespace, which is the text's own. */
export function namesIn(relations: readonly unknown[]): readonly string[] {
  return relations.map((relation) => String((relation as Tree).relname))
}

/** The relations that a statement outside of transactions names; of one that detaches, the table and its partition. */
export function namedBy({ kind, tree }: Pick<Statement, 'kind' | 'tree'>): readonly unknown[] {
  if (kind === 'DropStmt') return droppedRelations(tree)
  if (kind === 'VacuumStmt') {
    return listOf(tree.rels).map(({ VacuumRelation: each }) => (each as Tree).relation)
  }
  return kind === 'AlterTableStmt' ? [tree.relation, detachOf(tree)?.name] : [tree.relation]
}

/** What is detached by the first command of a statement; undefined for any other. */
export function detachOf({ cmds }: Tree): Tree | undefined {
  const [first] = listOf(cmds)
  const { def } = (first?.AlterTableCmd ?? {}) as { def?: { PartitionCmd?: Tree } }
  return def?.PartitionCmd
}
