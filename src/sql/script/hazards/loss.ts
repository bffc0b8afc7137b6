/** What is gone, and what is written, once a statement has run. */
import { nodesOf, type Tree } from '../../parser.ts'
import { effectsOf, writtenBy } from '../../rows.ts'
import { callsIn, movesSequence } from '../../tree/functions.ts'
import { droppedRelations, listOf, nameIn } from '../../tree/made.ts'
import type { AsideTarget, ScriptBatch } from '../script.ts'
import type { At, Found, Read } from './hazard.ts'

/** Rows that are gone. Columns and their values: `commands.ts`. */
export function lossOf({ kind, tree }: Read, { made, isBack }: At): Found {
  const old = (relations: readonly unknown[]): readonly string[] =>
    relations.filter((relation) => !made.has(relation)).map(nameIn)
  if (kind === 'DropStmt') {
    const relations = droppedRelations(tree)
    const tables = tree.removeType === 'OBJECT_TABLE' ? old(relations) : []
    const isOld = relations.length === 0 || relations.some((relation) => !made.has(relation))
    return [
      ...tables.map(
        (table) =>
          ['LOSES_DATA', `${droppedText({ table, column: null })} are gone, and no undo brings them back`] as const,
      ),
      ...(tree.behavior === 'DROP_CASCADE' && isOld
        ? [['LOSES_DATA', 'CASCADE takes whatever depends on what is dropped: drop each by its name instead'] as const]
        : []),
    ]
  }
  if (kind === 'TruncateStmt') {
    const tables = old(listOf(tree.relations).map(({ RangeVar: relation }) => relation))
    const cascade = tree.behavior === 'DROP_CASCADE' ? ', and of every table with a foreign key to them,' : ''
    return tables.length === 0 ? [] : [['LOSES_DATA', `TRUNCATE: all rows of ${tables.join(', ')}${cascade} are gone`]]
  }
  // A way back deletes what the way there has inserted; that it writes rows is told.
  const deleted = isBack ? [] : old(deletedFrom(kind, tree))
  return deleted.map((table) => ['LOSES_DATA', `DELETE: rows of ${table} are gone, and no undo brings them back`])
}

/** How a hazard names what a drop loses. */
export function droppedText({ table, column }: Pick<AsideTarget, 'table' | 'column'>): string {
  return column === null ? `DROP TABLE: the rows of ${table}` : `DROP COLUMN: the values of ${table}.${column}`
}

/** The tables from which a query deletes, wherever in it. */
function deletedFrom(kind: string, tree: Tree): readonly unknown[] {
  if (writtenBy({ kind, tree }).length === 0) return []
  return [...nodesOf({ [kind]: tree })].flatMap(([node, part]) => {
    const isDeleting =
      node === 'DeleteStmt' ||
      (node === 'MergeStmt' &&
        listOf(part.mergeWhenClauses).some(({ MergeWhenClause: when }) => (when as Tree).commandType === 'CMD_DELETE'))
    return isDeleting ? [part.relation] : []
  })
}

/** Rows that are written. */
export function rowsOf(statement: Read, { stage, written, made, isBack }: At): Found {
  if (!written.writesRows || (isBack && !effectsOf(statement, made).writesRows)) return []
  const tables = [
    ...new Set(
      writtenBy(statement)
        .filter((relation) => !made.isQuiet(relation))
        .map(nameIn),
    ),
  ]
  const sequence = [...callsIn(statement.tree)].some(movesSequence)
    ? '; it moves a sequence, which no rollback takes back'
    : ''
  const isAlike = statement.kind === 'UpdateStmt' || statement.kind === 'DeleteStmt'
  const whole = isAlike ? '; where there are many, "-- schema-saga: batch" before it keeps its transactions short' : ''
  const batch = stage.batch === undefined ? whole : `; in batches: ${passesOf(stage.batch)}`
  const retyped = statement.kind === 'AlterTableStmt' ? [nameIn(statement.tree.relation)] : []
  const what = [...tables, ...retyped].join(', ')
  const whose = what === '' ? 'it runs code that may write rows of any table' : `it writes rows of ${what}`
  return [['WRITES_ROWS', `${whose}${sequence}${batch}`]]
}

/** What is known before a row was written; each target finds out for itself. */
function passesOf({ columns, condition }: ScriptBatch): string {
  if (columns.length === 0) return 'passes repeat until one finds nothing'
  const once = 'there is one pass, and rows written meanwhile are not in it'
  if (condition === null) return once
  return `where no row that it wrote meets its condition any more, passes repeat until one finds nothing; otherwise ${once}`
}
