/** What would make a table or a column of the base anew, empty: for targets on which none was hidden. */
import type { ClientBase } from 'pg'
import type { AsideTarget } from '../../../sql/script/script.ts'
import type { ScriptPlace } from '../../target/script/place.ts'

const OPTIONS = `concat_ws(' ', 'INCREMENT BY', q.seqincrement, 'MINVALUE', q.seqmin, 'MAXVALUE', q.seqmax, 'START WITH', q.seqstart, 'CACHE', q.seqcache,
      CASE WHEN q.seqcycle THEN 'CYCLE' END)`

/** $1: the namespace, $2: the table, $3: the column, or null. */
const WANTED = `wanted AS MATERIALIZED (
    SELECT c.oid, c.relname, c.relacl, c.relowner, c.relrowsecurity, c.relforcerowsecurity, c.relpersistence, n.oid AS namespace
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2),
  col AS MATERIALIZED (
    SELECT a.*, w.relname, format_type(a.atttypid, a.atttypmod) AS type, t.typcollation,
           pg_get_expr(f.adbin, f.adrelid, true) AS expression
      FROM wanted w JOIN pg_attribute a ON a.attrelid = w.oid AND a.attnum > 0 AND NOT a.attisdropped
       AND NOT starts_with(a.attname::text, '_aside_') AND ($3::text IS NULL OR a.attname = $3)
      JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum),
  seq AS MATERIALIZED (
    SELECT s.oid, s.relname, d.deptype, a.attnum, a.attname, q.* FROM col a
      JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid
       AND d.refobjsubid = a.attnum AND d.deptype IN ('a', 'i')
      JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_sequence q ON q.seqrelid = s.oid),
  con AS MATERIALIZED (
    SELECT k.* FROM wanted w JOIN pg_constraint k ON k.conrelid = w.oid AND k.contype IN ('p', 'u', 'x', 'c', 'f')
     WHERE $3::text IS NULL OR EXISTS (SELECT FROM col a WHERE a.attnum = ANY (k.conkey))),
  parts AS MATERIALIZED (
    SELECT d.classid, d.objid FROM wanted w JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = w.oid
     WHERE d.classid IN ('pg_class'::regclass, 'pg_statistic_ext'::regclass)
       AND ($3::text IS NULL OR d.refobjsubid IN (SELECT a.attnum FROM col a)) GROUP BY 1, 2)`

const COLUMN = `concat_ws(' ', quote_ident(a.attname), a.type,
      CASE WHEN a.attcollation <> a.typcollation THEN 'COLLATE ' || a.attcollation::regcollation END,
      CASE WHEN a.attidentity <> '' THEN 'GENERATED ' || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY ('
        || (SELECT format('SEQUENCE NAME %I ', q.relname) || ${OPTIONS} FROM seq q WHERE q.attnum = a.attnum AND q.deptype = 'i') || ')'
        WHEN a.attgenerated <> '' THEN format('GENERATED ALWAYS AS (%s) %s', a.expression, CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END)
        ELSE 'DEFAULT ' || a.expression END,
      CASE WHEN a.attnotnull THEN 'NOT NULL' END)`

/** In the order in which they run. */
const STATEMENTS = `
  SELECT 1 AS step, 0 AS place, format('CREATE SEQUENCE %I AS %s ', q.relname, format_type(q.seqtypid, NULL)) || ${OPTIONS} AS sql FROM seq q WHERE q.deptype = 'a'
  UNION ALL
  SELECT 2, 0, format('CREATE %sTABLE %I (%s)', CASE w.relpersistence WHEN 'u' THEN 'UNLOGGED ' END, w.relname, (SELECT string_agg(${COLUMN}, ', ' ORDER BY a.attnum) FROM col a))
    FROM wanted w WHERE $3::text IS NULL
  UNION ALL
  SELECT 2, 0, format('ALTER TABLE %I ADD COLUMN ', a.relname) || ${COLUMN} FROM col a WHERE $3::text IS NOT NULL
  UNION ALL
  SELECT 3, 0, format('ALTER SEQUENCE %I OWNED BY %I.%I', q.relname, w.relname, q.attname) FROM seq q CROSS JOIN wanted w WHERE q.deptype = 'a'
  UNION ALL
  SELECT 4, array_position('{p,u,x,c,f}'::text[], k.contype::text), format('ALTER TABLE %I ADD CONSTRAINT %I ', w.relname, k.conname) || pg_get_constraintdef(k.oid, true)
    FROM con k CROSS JOIN wanted w
  UNION ALL
  SELECT 5, 0, pg_get_indexdef(x.indexrelid) FROM parts p JOIN pg_index x ON p.classid = 'pg_class'::regclass AND x.indexrelid = p.objid
    JOIN wanted w ON w.oid = x.indrelid WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))
  UNION ALL
  SELECT 6, 0, pg_get_statisticsobjdef(p.objid) FROM parts p WHERE p.classid = 'pg_statistic_ext'::regclass
  UNION ALL
  SELECT 7, 0, pg_get_triggerdef(g.oid, true) FROM wanted w JOIN pg_trigger g ON g.tgrelid = w.oid AND NOT g.tgisinternal WHERE $3::text IS NULL
  UNION ALL
  SELECT 8, 0, format('ALTER TABLE %I %s ROW LEVEL SECURITY', w.relname, u.how) FROM wanted w
   CROSS JOIN LATERAL (SELECT 'ENABLE' AS how WHERE w.relrowsecurity UNION ALL SELECT 'FORCE' WHERE w.relforcerowsecurity) u WHERE $3::text IS NULL
  UNION ALL
  SELECT 9, 0, concat(format('CREATE POLICY %I ON %I AS %s FOR %s TO ', p.polname, w.relname, CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
           CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END),
           (SELECT string_agg(CASE u.id WHEN 0 THEN 'PUBLIC' ELSE u.id::regrole::text END, ', ') FROM unnest(p.polroles) u(id)),
           ' USING (' || pg_get_expr(p.polqual, p.polrelid, true) || ')', ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid, true) || ')')
    FROM wanted w JOIN pg_policy p ON p.polrelid = w.oid WHERE $3::text IS NULL
  UNION ALL
  SELECT 10, 0, format('GRANT %s ON %I TO %s%s', g.rights, w.relname, g.who, CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' END) FROM wanted w
   CROSS JOIN LATERAL (SELECT string_agg(x.privilege_type, ', ') AS rights, x.is_grantable, CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END AS who
                         FROM aclexplode(w.relacl) x WHERE x.grantee <> w.relowner GROUP BY x.grantee, x.is_grantable) g WHERE $3::text IS NULL
  UNION ALL
  SELECT 11, 0, concat('COMMENT ON ', s.what, ' IS ', quote_literal(s.text)) FROM (
    SELECT format('TABLE %I', w.relname) AS what, obj_description(w.oid, 'pg_class') AS text FROM wanted w WHERE $3::text IS NULL
    UNION ALL SELECT format('COLUMN %I.%I', a.relname, a.attname), col_description(a.attrelid, a.attnum) FROM col a
    UNION ALL SELECT format('CONSTRAINT %I ON %I', k.conname, w.relname), obj_description(k.oid, 'pg_constraint') FROM con k CROSS JOIN wanted w
    UNION ALL SELECT format('INDEX %I', i.relname), obj_description(i.oid, 'pg_class') FROM parts p JOIN pg_class i ON p.classid = 'pg_class'::regclass AND i.oid = p.objid AND i.relkind = 'i'
    UNION ALL SELECT format('STATISTICS %I', e.stxname), obj_description(e.oid, 'pg_statistic_ext') FROM parts p JOIN pg_statistic_ext e ON p.classid = 'pg_statistic_ext'::regclass AND e.oid = p.objid) s
   WHERE s.text IS NOT NULL`

/** Names may be qualified by the namespace of the base. What it leaves out, the proof of it finds. */
export async function madeAnew(
  client: ClientBase,
  { namespace, path }: ScriptPlace,
  { table, column }: AsideTarget,
): Promise<readonly string[]> {
  await client.query(`SET LOCAL search_path = ${path}`)
  const { rows } = await client.query<{ sql: string }>(
    `WITH ${WANTED} SELECT s.sql FROM (${STATEMENTS}) s ORDER BY s.step, s.place, s.sql`,
    [namespace, table, column],
  )
  await client.query('SET LOCAL search_path = pg_catalog')
  return rows.map(({ sql }) => sql)
}
