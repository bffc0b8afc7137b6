/** What there is of objects that were touched, by class and oid: parts of the queries of a footprint. */

/** Parts of relations: the lock on their relation tells of them. */
const PARTS = `ARRAY['pg_constraint', 'pg_trigger', 'pg_attrdef', 'pg_policy', 'pg_rewrite']::regclass[]`

/** Rows of transactions that began after ours are young, too: whose they are is asked later. */
export const isYoung = (row: string): string => `age(${row}.xmin) <= (SELECT age(o.top::xid) FROM own o)`

/** The transaction, and the namespace $1. */
export const OWN = `own AS MATERIALIZED (
    SELECT pg_current_xact_id_if_assigned() AS top, (SELECT n.oid FROM pg_namespace n WHERE n.nspname = $1) AS ns)`

/** Of an index its table; then up to the root, by the first parent in the same namespace, as records do it. */
const ROOT = `(WITH RECURSIVE up AS (
      SELECT coalesce((SELECT x.indrelid FROM pg_index x WHERE x.indexrelid = c.oid), c.oid) AS oid, 0 AS level
      UNION ALL
      SELECT p.parent, u.level + 1 FROM up u CROSS JOIN LATERAL (
        SELECT h.inhparent AS parent FROM pg_inherits h JOIN pg_class b ON b.oid = h.inhparent JOIN pg_class e ON e.oid = u.oid
         WHERE h.inhrelid = u.oid AND b.relnamespace = e.relnamespace ORDER BY h.inhseqno LIMIT 1) p)
    SELECT u.oid FROM up u ORDER BY u.level DESC LIMIT 1)`

const OUR_OWN = `(n.nspname IN ('pg_catalog', 'pg_toast', 'schema_saga_target') OR n.oid = pg_my_temp_schema() OR starts_with(n.nspname, 'pg_toast_temp'))`

const RELATION_KIND = `CASE r.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
    WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'type' ELSE 'table' END`

/** By the row of a system column, which no later statement writes again. */
const BIRTH = `(SELECT a.xmin::text FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum = -6 AND ${isYoung('a')})`

/** What an array, a row, a range brings with it is told by that. */
const IS_BROUGHT_TYPE = `(y.typtype = 'm' OR EXISTS (SELECT FROM pg_type e WHERE e.oid = y.typelem AND e.typarray = y.oid)
    OR EXISTS (SELECT FROM pg_class r WHERE r.oid = y.typrelid AND r.relkind <> 'c'))`

/** As functions and casts are of the range that made them. */
const IS_PART = `EXISTS (SELECT FROM pg_depend d WHERE d.classid = t.classid AND d.objid = t.oid AND d.deptype = 'i')`

/** Over `touched` (classid, oid): what is there of it; `hidden` is what does not count. */
const DESCRIBED = `SELECT t.classid, t.oid, n.nspname::text AS namespace, ${RELATION_KIND} AS kind, r.relname::text AS name, r.oid AS root,
           ${BIRTH} AS birth, ${OUR_OWN} AS hidden
      FROM touched t JOIN pg_class c ON c.oid = t.oid CROSS JOIN LATERAL (SELECT k.* FROM pg_class k WHERE k.oid = ${ROOT} OFFSET 0) r JOIN pg_namespace n ON n.oid = r.relnamespace
     WHERE t.classid = 'pg_class'::regclass
    UNION ALL
    SELECT t.classid, t.oid, n.nspname, 'table', r.relname, r.oid, NULL, false
      FROM touched t JOIN pg_statistic_ext s ON s.oid = t.oid JOIN pg_class r ON r.oid = s.stxrelid JOIN pg_namespace n ON n.oid = r.relnamespace
     WHERE t.classid = 'pg_statistic_ext'::regclass
    UNION ALL
    SELECT t.classid, t.oid, n.nspname, 'table', r.relname, r.oid, NULL, false
      FROM touched t JOIN pg_publication_rel p ON p.oid = t.oid JOIN pg_class r ON r.oid = p.prrelid JOIN pg_namespace n ON n.oid = r.relnamespace
     WHERE t.classid = 'pg_publication_rel'::regclass
    UNION ALL
    SELECT t.classid, t.oid, n.nspname, 'type', y.typname, NULL, NULL, ${OUR_OWN} OR ${IS_BROUGHT_TYPE}
      FROM touched t JOIN pg_type y ON y.oid = t.oid JOIN pg_namespace n ON n.oid = y.typnamespace
     WHERE t.classid = 'pg_type'::regclass
    UNION ALL
    SELECT t.classid, t.oid, n.nspname, CASE f.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, f.proname, NULL, NULL,
           ${OUR_OWN} OR ${IS_PART}
      FROM touched t JOIN pg_proc f ON f.oid = t.oid JOIN pg_namespace n ON n.oid = f.pronamespace
     WHERE t.classid = 'pg_proc'::regclass
    UNION ALL
    SELECT t.classid, t.oid, coalesce(i.schema, (SELECT n.nspname FROM pg_default_acl d JOIN pg_namespace n ON n.oid = d.defaclnamespace
             WHERE t.classid = 'pg_default_acl'::regclass AND d.oid = t.oid)), i.type,
           coalesce((SELECT n.nspname FROM pg_namespace n WHERE t.classid = 'pg_namespace'::regclass AND n.oid = t.oid), i.name, i.identity), NULL, NULL,
           ${IS_PART} OR t.classid = 'pg_namespace'::regclass AND i.name ~ '^pg_(toast_)?temp_'
      FROM touched t CROSS JOIN LATERAL pg_identify_object(t.classid, t.oid, 0) i
     WHERE t.classid <> ALL (ARRAY['pg_class', 'pg_type', 'pg_proc', 'pg_statistic_ext', 'pg_publication_rel', 'pg_replication_origin']::regclass[]) AND t.classid <> ALL (${PARTS})
       AND i.identity IS NOT NULL`

/** Columns of a query over `touched`. */
export const LISTS = `
  (SELECT coalesce(json_agg(t), '[]') FROM touched t) AS touched, (SELECT coalesce(json_agg(d), '[]') FROM (${DESCRIBED}) d) AS described`
