/** What of the application would act wrongly while, or after, a plan changes columns. Queries for preflight; read only. */

import pg from 'pg'
import { keysSql } from '../../physical/changes/columns/carryColumn.ts'
import type { PlanNeeds } from '../../physical/plan/needs.ts'
import { textArray } from '../../physical/sql.ts'

/** Something that is in the way on a target, in words. */
export interface Told {
  readonly namespace: string
  readonly words: string
}

/** At most three queries for all namespaces, for a search path of `pg_catalog`; their rows are `Told`. */
export function actingQueries(namespaces: readonly string[], { tables, hidden, gone }: PlanNeeds): readonly string[] {
  const followed = tables.filter(({ everyRow }) => everyRow).map(({ table }) => table)
  const read = hidden.flatMap(({ table, column, reads }) =>
    reads === undefined ? [] : [`(${pg.escapeLiteral(table)}, ${pg.escapeLiteral(column)}, ${keysSql(reads)})`],
  )
  return [
    ...(followed.length === 0 ? [] : [lateTriggers(namespaces, followed)]),
    ...(read.length === 0 ? [] : [readers(namespaces, read)]),
    ...(gone.length === 0 ? [] : [tableReaders(namespaces, gone)]),
  ]
}

/** Triggers fire in the order of their names, byte by byte: ours are to see what the application makes of a row. */
function lateTriggers(namespaces: readonly string[], tables: readonly string[]): string {
  return `SELECT n.nspname AS namespace, format(
         'trigger %s of %s fires after ours, which keep columns in sync, and may still change the row: give it a name that does not sort behind "~"',
         t.tgname, c.relname) AS words
    FROM pg_namespace n
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = ANY (${textArray(tables)})
    JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'
     -- For each row, before, at INSERT or UPDATE.
     AND t.tgtype & 3 = 3 AND t.tgtype & 20 <> 0
   WHERE n.nspname = ANY (${textArray(namespaces)}) AND t.tgname::text COLLATE "C" > '~schema_saga_sync_'
     AND NOT starts_with(t.tgname, '~schema_saga_sync_') ORDER BY 1, 2`
}

/** What reads keys of documents by their text would go on reading them where they are something else, or nothing. */
function readers(namespaces: readonly string[], columns: readonly string[]): string {
  return `SELECT n.nspname AS namespace, format(
         '%s reads in %s.%s what will be something else there: drop it first, and create it again afterwards',
         r.name, h."table", h."column") AS words
    FROM pg_namespace n
    CROSS JOIN (VALUES ${columns.join(', ')}) h("table", "column", keys)
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = h."table" AND c.relkind IN ('r', 'p')
    CROSS JOIN LATERAL schema_saga_target.reads_keys_v1(c.oid, h."column", h.keys::text[]) r(name)
   WHERE n.nspname = ANY (${textArray(namespaces)}) ORDER BY 1, 2`
}

/** Views, rules, parsed functions and policies of other tables follow a table under whatever name it gets. */
function tableReaders(namespaces: readonly string[], tables: readonly string[]): string {
  return `SELECT DISTINCT n.nspname AS namespace, format(
         '%s depends on %s, which the change removes: drop it first', coalesce(
           (SELECT format(CASE v.relkind WHEN 'v' THEN 'view %s' WHEN 'm' THEN 'materialized view %s' ELSE 'rule %2$s of %1$s' END,
                          v.relname, r.rulename)
              FROM pg_rewrite r JOIN pg_class v ON v.oid = r.ev_class
             WHERE d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid),
           pg_describe_object(d.classid, d.objid, 0)), c.relname) AS words
    FROM pg_namespace n
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = ANY (${textArray(tables)}) AND c.relkind IN ('r', 'p')
    JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.deptype = 'n'
     AND (d.classid = 'pg_proc'::regclass
       OR (d.classid = 'pg_rewrite'::regclass AND NOT EXISTS (
             SELECT FROM pg_rewrite r WHERE r.oid = d.objid AND r.ev_class = c.oid))
       OR (d.classid = 'pg_policy'::regclass AND NOT EXISTS (
             SELECT FROM pg_policy p WHERE p.oid = d.objid AND p.polrelid = c.oid)))
   WHERE n.nspname = ANY (${textArray(namespaces)}) ORDER BY 1, 2`
}
