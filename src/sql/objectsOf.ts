/** The names of the relations, types and functions that statements make or speak of. */
import { nodesOf, type Statement, type Tree } from './parser.ts'

/** Where the trees of statements have the name of what they make, as a list of its parts. */
const NAMED_BY = ['funcname', 'typeName', 'domainname', 'defnames'] as const

/** As Postgres folds them. */
export function objectsOf(statements: readonly Pick<Statement, 'kind' | 'tree'>[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { kind, tree } of statements) {
    for (const [, node] of nodesOf({ [kind]: tree })) if (typeof node.relname === 'string') found.add(node.relname)
    for (const key of NAMED_BY) {
      const name = lastOf(tree[key])
      if (name !== undefined) found.add(name)
    }
  }
  return found
}

function lastOf(parts: unknown): string | undefined {
  if (!Array.isArray(parts)) return undefined
  const { String: text } = (parts.at(-1) ?? {}) as { String?: Tree }
  return typeof text?.sval === 'string' ? text.sval : undefined
}
