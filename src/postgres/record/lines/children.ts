/** Partitions and children: none has lines of its own, but one that does not look like its parent has one that says so. */
import { isCounted } from './sqlParts.ts'

/** What both have of a relation `x`, as rows of text; what a child's index or trigger was made from is its parent's. */
function looks(relation: string): string {
  return `SELECT concat('column ', quote_ident(a.attname), ' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' END,
            CASE WHEN a.attgenerated <> '' THEN ' generated ' || pg_get_expr(d.adbin, d.adrelid, true) END) AS looks
       FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = ${relation} AND a.attnum > 0 AND NOT a.attisdropped AND ${isCounted('a.attname')}
     UNION ALL
     SELECT concat('check ', quote_ident(k.conname), ' ', pg_get_constraintdef(k.oid, true))
       FROM pg_constraint k WHERE k.conrelid = ${relation} AND k.contype = 'c' AND NOT k.connoinherit AND ${isCounted('k.conname')}`
}

/** Inheritance does not hand down indexes and triggers; a partition has those of its parent. */
const OWN = `SELECT 'index ' || quote_ident(i.relname) AS looks
     FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    WHERE x.indrelid = c.oid AND c.relispartition AND ${isCounted('i.relname')} AND NOT i.relispartition
   UNION ALL
   SELECT 'trigger ' || quote_ident(g.tgname) FROM pg_trigger g
    WHERE g.tgrelid = c.oid AND c.relispartition AND NOT g.tgisinternal AND g.tgparentid = 0`

/** Of `child`, with its parent. */
export const CHILD_LINES = `SELECT 'child', quote_ident(c.relname), jsonb_strip_nulls(jsonb_build_object(
       'parent', c.parent::regclass::text,
       'more', (SELECT jsonb_agg(x.looks ORDER BY x.looks COLLATE "C") FROM (${looks('c.oid')} EXCEPT (${looks('c.parent')}) UNION ALL ${OWN}) x),
       'less', (SELECT jsonb_agg(x.looks ORDER BY x.looks COLLATE "C") FROM (${looks('c.parent')} EXCEPT (${looks('c.oid')})) x)))
  FROM child c`

/** Partitions with their bounds, where a project has the same ones in every tenant. */
export const PARTITION_LINES = `SELECT 'partition', quote_ident(c.relname), jsonb_strip_nulls(jsonb_build_object(
       'parent', c.parent::regclass::text, 'bound', pg_get_expr(c.relpartbound, c.oid))) FROM child c`
