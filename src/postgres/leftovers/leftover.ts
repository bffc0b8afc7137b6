/** What operations leave at work on targets, found there by its name: triggers of syncs, and checks that stand for NOT NULL. */

import type { QueryResult } from 'pg'
import type { Target } from '../../contract.ts'
import type { Difference } from '../../physical/equality.ts'
import { textArray } from '../../physical/sql.ts'

/** Something of ours that acts on the writes of an application. */
export interface Leftover {
  readonly kind: 'sync' | 'proof'
  /** Of the trigger's function, or of the check. */
  readonly name: string
  /** Null for a function without a trigger. */
  readonly table: string | null
}

/** A target on which something is left. */
export interface LeftOnTarget<T extends Target = Target> {
  readonly target: T
  readonly left: readonly Leftover[]
}

/** Asks many namespaces of a database, in one message with other questions. */
export function leftoversQuery(namespaces: readonly string[]): string {
  const wanted = textArray(namespaces)
  // The ranges let the indexes on names be used.
  return `
  SELECT n.nspname::text AS namespace, 'sync' AS kind, p.proname::text AS name, min(c.relname::text) AS "table"
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    LEFT JOIN pg_catalog.pg_trigger t ON t.tgfoid = p.oid AND t.tgparentid = 0
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
   WHERE p.proname >= 'schema_saga_sync_' AND p.proname < 'schema_saga_sync\`' AND n.nspname = ANY (${wanted})
   GROUP BY 1, 2, 3
   UNION ALL
  SELECT n.nspname::text, 'proof', k.conname::text, c.relname::text
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND k.conkey = ARRAY[a.attnum]
   WHERE k.conname >= '_aside_proof_' AND k.conname < '_aside_proof\`' AND n.nspname = ANY (${wanted})
     AND k.contype = 'c' AND NOT k.coninhcount > 0
     -- A check of a model that is set aside may be called so, too.
     AND pg_catalog.pg_get_expr(k.conbin, k.conrelid) = pg_catalog.format('(%I IS NOT NULL)', a.attname)
   ORDER BY 1, 2, 3`
}

/** What stands in each namespace; those without anything are missing. */
export function leftoversOf(answer: QueryResult | undefined): ReadonlyMap<string, readonly Leftover[]> {
  const found = new Map<string, Leftover[]>()
  for (const { namespace, ...left } of (answer?.rows ?? []) as (Leftover & { readonly namespace: string })[]) {
    found.set(namespace, [...(found.get(namespace) ?? []), left])
  }
  return found
}

/** `food: trigger of schema_saga_sync_op_1` */
export function objectOf({ kind, name, table }: Leftover): string {
  if (table === null) return `trigger function ${name}`
  return kind === 'sync' ? `${table}: trigger of ${name}` : `${table}: check ${name}`
}

/** As a difference from what the revision of the target says. */
export function differenceOf(left: Leftover): Difference {
  const actual = 'left active by a finished operation'
  return { object: objectOf(left), kind: 'extra', expected: null, actual }
}
