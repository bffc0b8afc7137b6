/** What of others hangs on a table as a whole, and would stop a plan half-way. Queries for preflight; read only. */

import pg from 'pg'
import type { PlanNeeds } from '../../physical/plan/needs.ts'
import { textArray } from '../../physical/sql.ts'

/** At most three queries for all namespaces, for a search path of `pg_catalog`; their rows are `Told`. */
export function dependantQueries(namespaces: readonly string[], { tables, gone }: PlanNeeds): readonly string[] {
  const freed = tables.flatMap(({ table, frees }) =>
    frees.map((name) => `(${pg.escapeLiteral(table)}, ${pg.escapeLiteral(name)})`),
  )
  const written = tables.filter(({ writes }) => writes).map(({ table }) => table)
  return [
    ...(freed.length === 0 ? [] : [onConstraints(namespaces, freed)]),
    ...(gone.length === 0 ? [] : [keysOfOthers(namespaces, gone, tables)]),
    ...(written.length === 0 ? [] : [unwritable(namespaces, written)]),
  ]
}

/** Foreign keys need the index of a constraint; and without its replica identity, a published table takes no updates. */
function onConstraints(namespaces: readonly string[], constraints: readonly string[]): string {
  return `SELECT n.nspname AS namespace, format('%s depends on %s of %s, which the change removes: drop it first', o.what, k.conname, c.relname) AS words
    FROM pg_namespace n
    CROSS JOIN (VALUES ${constraints.join(', ')}) f("table", name)
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = f."table"
    JOIN pg_constraint k ON k.conrelid = c.oid AND k.conname = f.name
    CROSS JOIN LATERAL (
      SELECT format('foreign key %s of %s', r.conname, r.conrelid::regclass) AS what FROM pg_depend d
        JOIN pg_constraint r ON r.oid = d.objid AND r.contype = 'f' AND r.conindid = k.conindid AND r.conparentid = 0
       WHERE d.classid = 'pg_constraint'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = k.conindid
       UNION
      SELECT 'the replica identity' FROM pg_index i WHERE i.indexrelid = k.conindid AND i.indisreplident) o
   WHERE n.nspname = ANY (${textArray(namespaces)}) ORDER BY 1, 2`
}

/** Foreign keys of tables that are not the plan's, which takes care of those of its own. */
function keysOfOthers(namespaces: readonly string[], gone: readonly string[], own: PlanNeeds['tables']): string {
  return `SELECT DISTINCT n.nspname AS namespace, format(
         'foreign key %s of %s depends on %s, which the change removes: drop it first', k.conname, k.conrelid::regclass, c.relname) AS words
    FROM pg_namespace n
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = ANY (${textArray(gone)}) AND c.relkind IN ('r', 'p')
    JOIN pg_depend d ON d.classid = 'pg_constraint'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
    JOIN pg_constraint k ON k.oid = d.objid AND k.contype = 'f' AND k.confrelid = c.oid AND k.conparentid = 0
    JOIN pg_class o ON o.oid = k.conrelid
     AND NOT (o.relnamespace = n.oid AND o.relname = ANY (${textArray(own.map(({ table }) => table))}))
   WHERE n.nspname = ANY (${textArray(namespaces)}) ORDER BY 1, 2`
}

/** Postgres refuses to update rows of a published table whose replica identity does not say which they are. */
function unwritable(namespaces: readonly string[], tables: readonly string[]): string {
  return `SELECT n.nspname AS namespace, format(
         'rows of %s cannot be updated (%s): let its replica identity hold what its publications ask for', c.relname, u.why) AS words
    FROM pg_namespace n
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = ANY (${textArray(tables)}) AND c.relkind IN ('r', 'p')
    CROSS JOIN LATERAL (SELECT schema_saga_target.not_updatable_v1(c.oid) AS why) u
   WHERE n.nspname = ANY (${textArray(namespaces)}) AND EXISTS (SELECT FROM pg_publication p WHERE p.pubupdate)
     AND u.why IS NOT NULL ORDER BY 1, 2`
}
