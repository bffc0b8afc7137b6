/** Tables whose order of columns a text relies on, which tenants may have by right in another one. Pure. */
import { nodesOf, type Statement, type Tree } from '../parser.ts'
import { readAgain } from '../script/readAgain.ts'
import type { Script } from '../script/script.ts'
import { relationName } from '../tree/made.ts'

/** `INSERT` without columns, `*`, `LIKE`. Without quotes. */
export async function tablesByOrder({ stages }: Script): Promise<readonly string[]> {
  const statements = stages.flatMap((stage) => stage.statements)
  const read = await Promise.all(statements.map(readAgain))
  return [...new Set(read.flat().flatMap(tablesOf))].sort()
}

function tablesOf({ kind, tree }: Statement): readonly string[] {
  const nodes = [...nodesOf({ [kind]: tree })]
  const named = (relations: readonly unknown[]): readonly string[] =>
    relations.flatMap((relation) => relationName(relation, null) ?? [])
  const relations = nodes.flatMap(([node, part]): readonly unknown[] => {
    if (node === 'InsertStmt') return part.cols === undefined && part.selectStmt !== undefined ? [part.relation] : []
    return node === 'TableLikeClause' ? [part.relation] : []
  })
  const isStar = nodes.some(([node, { fields }]) => node === 'ColumnRef' && isAll(fields))
  const all = isStar ? nodes.flatMap(([node, part]) => (node === 'RangeVar' ? [part] : [])) : []
  return named([...relations, ...all])
}

function isAll(fields: unknown): boolean {
  return Array.isArray(fields) && fields.some((field: Tree) => field.A_Star !== undefined)
}
