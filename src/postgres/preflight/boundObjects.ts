/** What is bound to columns that a plan hides, and cannot go along. Reads only. */
import pg from 'pg'
import type { PlanNeeds } from '../../physical/plan/needs.ts'
import { textArray } from '../../physical/sql.ts'

/** At most one query for all namespaces, for a search path of `pg_catalog`; asks a function of the bookkeeping. */
export function boundQueries(namespaces: readonly string[], { hidden }: PlanNeeds): readonly string[] {
  if (hidden.length === 0) return []
  const columns = hidden.map(
    ({ table, column, type }) =>
      `(${[table, column].map((name) => pg.escapeLiteral(name)).join(', ')}, ${type === null ? 'NULL' : pg.escapeLiteral(type)})`,
  )
  return [
    `SELECT n.nspname AS namespace, h."table", h."column", h.type, b.name
       FROM pg_namespace n
       CROSS JOIN (VALUES ${columns.join(', ')}) h("table", "column", type)
       JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = h."table" AND c.relkind IN ('r', 'p')
       CROSS JOIN LATERAL schema_saga_target.bound_v1(c.oid, h."column", h.type) b
      WHERE n.nspname = ANY (${textArray(namespaces)}) AND NOT b.goes_along
      ORDER BY h."table", h."column", b.name`,
  ]
}

/** One of them. */
export interface Bound {
  readonly namespace: string
  readonly table: string
  readonly column: string
  readonly type: string | null
  readonly name: string
}

/** In words. */
export function boundIn({ table, column, type, name }: Bound): string {
  const why = type === null ? '' : `, which cannot go along to a column of type ${type}`
  return `${name} depends on ${table}.${column}${why}: drop it first, and create it again afterwards`
}
