/** What writing rows of some tables may write beside them: nobody sees it on a base whose tables are empty. */
import type { ClientBase } from 'pg'

/** Instead of a name: any of that kind. */
export const ALL = '*'

/** $1: the namespace, $2: tables. Keys that lead there and cascade; triggers and rules may do anything. */
const REACHED = `WITH RECURSIVE space AS (SELECT n.oid FROM pg_namespace n WHERE n.nspname = $1),
  written (oid) AS (
    SELECT c.oid FROM pg_class c WHERE c.relnamespace = (SELECT s.oid FROM space s) AND c.relname = ANY ($2::name[])
    UNION
    SELECT r.oid FROM written w CROSS JOIN LATERAL (
      SELECT k.conrelid AS oid FROM pg_constraint k
       WHERE k.contype = 'f' AND k.confrelid = w.oid AND (k.confdeltype IN ('c', 'n', 'd') OR k.confupdtype IN ('c', 'n', 'd'))
      UNION ALL SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = w.oid) r),
  code AS (
    SELECT EXISTS (SELECT FROM written w JOIN pg_trigger g ON g.tgrelid = w.oid AND NOT g.tgisinternal AND g.tgenabled <> 'D')
        OR EXISTS (SELECT FROM written w JOIN pg_rewrite e ON e.ev_class = w.oid AND e.rulename <> '_RETURN') AS runs)
  SELECT 'table ' || c.relname AS object FROM written w JOIN pg_class c ON c.oid = w.oid
   WHERE c.relnamespace = (SELECT s.oid FROM space s) AND NOT c.relispartition
  UNION
  SELECT 'sequence ' || s.relname
    FROM written w JOIN pg_class s ON s.relkind = 'S' AND s.relnamespace = (SELECT n.oid FROM space n)
   WHERE EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = s.oid
                    AND d.refclassid = 'pg_class'::regclass AND d.refobjid = w.oid AND d.refobjsubid > 0)
      OR EXISTS (SELECT FROM pg_attrdef a JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = a.oid
                  WHERE a.adrelid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = s.oid)
  UNION
  SELECT kind || ' ${ALL}' FROM unnest(ARRAY['table', 'sequence']) kind, code WHERE code.runs
  ORDER BY 1`

/** By kind and name, as footprints tell them. Asked with `pg_catalog` in the search path. */
export async function reachedRows(
  client: ClientBase,
  namespace: string,
  tables: readonly string[],
): Promise<readonly string[]> {
  if (tables.length === 0) return []
  const { rows } = await client.query<{ object: string }>(REACHED, [namespace, tables])
  return rows.map(({ object }) => object)
}
