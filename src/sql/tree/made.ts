/** What a text made itself: nobody's rows are in it, and nobody waits for it. */
import type { Statement, Tree } from '../parser.ts'

/** Follows a text, statement by statement. */
export interface Made {
  /** Whether a relation is one that the text made. */
  readonly has: (relation: unknown) => boolean
  /** Whether a column is one that the text made. */
  readonly hasColumn: (relation: unknown, column: unknown) => boolean
  /** Whether writing to it writes nothing else: it has neither triggers nor rules. */
  readonly isQuiet: (relation: unknown) => boolean
  /** Whether it is a partitioned table that the text made. */
  readonly isPartitioned: (relation: unknown) => boolean
  readonly follow: (statement: Pick<Statement, 'kind' | 'tree'>) => void
}

/** The name of a relation in the namespace of the text, or null when it is in another. */
export function relationName(relation: unknown, namespace: string | null): string | null {
  const { relname, schemaname } = (relation ?? {}) as Tree
  if (typeof relname !== 'string') return null
  return schemaname === undefined || schemaname === namespace ? relname : null
}

/** How messages name a relation. */
export function nameIn(relation: unknown): string {
  const name = relationName(relation, null)
  const { schemaname, relname } = (relation ?? {}) as Tree
  return name ?? `${String(schemaname)}.${String(relname)}`
}

/** Nothing, so far. `namespace`: the one that qualifications of the text mean. */
export function madeBy(namespace: string | null): Made {
  const relations = new Set<string>()
  const columns = new Set<string>()
  const watched = new Set<string>()
  const partitioned = new Set<string>()
  const nameOf = (relation: unknown): string | null => relationName(relation, namespace)
  const has = (relation: unknown): boolean => relations.has(nameOf(relation) ?? '')
  const add = (relation: unknown): void => {
    const name = nameOf(relation)
    if (name !== null) relations.add(name)
  }
  const forget = (relation: unknown): void => {
    relations.delete(nameOf(relation) ?? '')
  }
  const alter = ({ relation, cmds }: Tree): void => {
    for (const { AlterTableCmd: cmd } of listOf(cmds)) {
      const { subtype, def, missing_ok } = (cmd ?? {}) as Tree
      const { ColumnDef: column, PartitionCmd: partition, RangeVar: parent } = (def ?? {}) as Record<string, Tree>
      if (subtype === 'AT_AddColumn' && missing_ok !== true) columns.add(columnKey(nameOf(relation), column?.colname))
      // Its rows are those of a table that was there before.
      if (subtype === 'AT_AttachPartition' && !has(relation)) forget(partition?.name)
      if (subtype === 'AT_AddInherit' && !has(parent)) forget(relation)
    }
  }
  const rename = ({ renameType, relation, subname, newname }: Tree): void => {
    const name = nameOf(relation)
    if (name === null || typeof newname !== 'string') return
    if (renameType === 'OBJECT_TABLE' || renameType === 'OBJECT_MATVIEW') {
      for (const set of [relations, watched, partitioned]) if (set.delete(name)) set.add(newname)
    } else if (renameType === 'OBJECT_COLUMN' && columns.delete(columnKey(name, subname))) {
      columns.add(columnKey(name, newname))
    }
  }
  return {
    has,
    hasColumn: (relation, column) => has(relation) || columns.has(columnKey(nameOf(relation), column)),
    isPartitioned: (relation) => has(relation) && partitioned.has(nameOf(relation) ?? ''),
    isQuiet: (relation) => has(relation) && !watched.has(nameOf(relation) ?? ''),
    follow: ({ kind, tree }) => {
      if (kind === 'CreateStmt' && tree.if_not_exists !== true) {
        const isNew = listOf(tree.inhRelations).every(({ RangeVar: parent }) => has(parent))
        if (isNew) add(tree.relation)
        if (tree.partspec !== undefined) partitioned.add(nameOf(tree.relation) ?? '')
      } else if (kind === 'CreateTableAsStmt' && tree.if_not_exists !== true) add((tree.into as Tree | undefined)?.rel)
      else if (kind === 'AlterTableStmt') alter(tree)
      else if (kind === 'RenameStmt') rename(tree)
      else if (kind === 'CreateTrigStmt' || kind === 'RuleStmt') watched.add(nameOf(tree.relation) ?? '')
      else if (kind === 'DropStmt') for (const each of droppedRelations(tree)) forget(each)
    },
  }
}

/** What `DROP TABLE`, `DROP VIEW` and the like name. */
export function droppedRelations({ objects }: Tree): readonly Tree[] {
  return listOf(objects).flatMap(({ List: list }) => {
    const parts = listOf((list as Tree | undefined)?.items).map(({ String: part }) => (part as Tree | undefined)?.sval)
    const [relname, schemaname] = [parts.at(-1), parts.at(-2)]
    return relname === undefined ? [] : [{ relname, ...(schemaname === undefined ? {} : { schemaname }) }]
  })
}

/** A list of a tree; none when there is none. */
export function listOf(list: unknown): readonly Tree[] {
  return Array.isArray(list) ? (list as readonly Tree[]) : []
}

function columnKey(table: string | null, column: unknown): string {
  return JSON.stringify([table, column])
}
