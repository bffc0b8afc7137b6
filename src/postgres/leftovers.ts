/** Triggers of ours that are still at work on targets on which no operation is. */
import type { QueryResult } from 'pg'
import pg from 'pg'
import type { Difference } from '../physical/equality.ts'

/** Asks many namespaces of a database, in one message with other questions; names are those of `syncFunction`. */
export function syncsQuery(namespaces: readonly string[]): string {
  const wanted = namespaces.map((name) => pg.escapeLiteral(name)).join(', ')
  // The range lets the index on names be used.
  return `
  SELECT n.nspname::text AS namespace, p.proname::text AS sync, min(c.relname::text) AS "table"
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    LEFT JOIN pg_catalog.pg_trigger t ON t.tgfoid = p.oid AND t.tgparentid = 0
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
   WHERE p.proname >= 'schema_saga_sync_' AND p.proname < 'schema_saga_sync\`'
     AND n.nspname = ANY (ARRAY[${wanted}]::text[])
   GROUP BY 1, 2 ORDER BY 1, 2`
}

interface FoundSync {
  readonly namespace: string
  readonly sync: string
  readonly table: string | null
}

/** What is left in each namespace, as differences from what its revision says. */
export function leftoversOf(answer: QueryResult | undefined): ReadonlyMap<string, readonly Difference[]> {
  const left = new Map<string, Difference[]>()
  for (const { namespace, sync, table } of (answer?.rows ?? []) as FoundSync[]) {
    const object = table === null ? `trigger function ${sync}` : `${table}: trigger of ${sync}`
    const actual = 'left at work by an operation that is over'
    left.set(namespace, [...(left.get(namespace) ?? []), { object, kind: 'extra', expected: null, actual }])
  }
  return left
}
