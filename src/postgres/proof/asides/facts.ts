/** What the base tells of a table or a column that is to be hidden; asked with the search path of the text. */

/** What a table has under names of their own. */
export interface TableFacts {
  readonly kind: string
  readonly isPartition: boolean
  /** Whether it has parents or children. */
  readonly isFamily: boolean
  readonly isPublished: boolean
  readonly indexes: readonly string[]
  /** Of its columns. */
  readonly sequences: readonly string[]
  readonly statistics: readonly string[]
  /** Foreign keys to other tables, which would go on acting. */
  readonly keys: readonly { readonly name: string; readonly definition: string }[]
}

/** Something on a column. */
export interface Part {
  readonly name: string
  readonly definition: string
  /** A statement, where somebody has said something of it. */
  readonly comment: string | null
  /** Whether it hinders nobody while the column is hidden, and goes along under another name. */
  readonly isKept?: boolean
  /** The index behind a constraint that is kept. */
  readonly index?: string
}

/** The same of a column. */
export interface ColumnFacts extends Omit<TableFacts, 'indexes' | 'statistics' | 'keys'> {
  readonly isGenerated: boolean
  readonly isIdentity: boolean
  readonly isNotNull: boolean
  /** Whether its type itself forbids to have no value. */
  readonly isStrict: boolean
  /** `isPlain`: it needs nothing but the column. */
  readonly def: { readonly text: string; readonly isPlain: boolean } | null
  readonly constraints: readonly Part[]
  readonly indexes: readonly Part[]
  readonly statistics: readonly Part[]
}

const OF_TABLE = `c.relkind::text AS kind, c.relispartition AS "isPartition",
       EXISTS (SELECT FROM pg_inherits h WHERE c.oid IN (h.inhrelid, h.inhparent)) AS "isFamily",
       EXISTS (SELECT FROM pg_publication_tables p WHERE p.schemaname = $1 AND p.tablename = $2) AS "isPublished"`

const THE_TABLE = `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1`

const sequencesOf = (columns: string): string => `ARRAY(
         SELECT s.relname::text FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' AND s.relnamespace = n.oid
          WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
            AND d.refobjsubid ${columns} AND d.deptype IN ('a', 'i') ORDER BY 1) AS sequences`

const visible = (name: string): string => `NOT starts_with(${name}::text, '_aside_')`

/** $1: the namespace, $2: the table. */
export const TABLE_FACTS = `SELECT ${OF_TABLE}, ${sequencesOf('> 0')},
       ARRAY(SELECT i.relname::text FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
              WHERE x.indrelid = c.oid AND ${visible('i.relname')} ORDER BY 1) AS indexes,
       ARRAY(SELECT s.stxname::text FROM pg_statistic_ext s
              WHERE s.stxrelid = c.oid AND s.stxnamespace = n.oid AND ${visible('s.stxname')} ORDER BY 1) AS statistics,
       (SELECT coalesce(json_agg(json_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid, true)) ORDER BY k.conname), '[]')
          FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid) AS keys
  FROM ${THE_TABLE} WHERE c.relname = $2`

const commentOn = (words: string, oid: string, catalog: string): string =>
  `'COMMENT ON ' || ${words} || ' IS ' || quote_literal(obj_description(${oid}, '${catalog}'))`

/** A second NULL is no second value, unless it says so. */
const IS_PLAIN_INDEX = `x.indnatts = 1 AND x.indexprs IS NULL AND x.indpred IS NULL AND x.indisvalid
         AND NOT coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, false)`

const CONSTRAINTS = `(SELECT coalesce(json_agg(json_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid, true),
           'isKept', k.contype = 'u' AND ${IS_PLAIN_INDEX}, 'index', i.relname,
           'comment', ${commentOn(`'CONSTRAINT ' || quote_ident(k.conname) || ' ON ' || quote_ident(c.relname)`, 'k.oid', 'pg_constraint')})
           ORDER BY array_position('{p,u,x,c,f}'::text[], k.contype::text), k.conname), '[]')
          FROM pg_constraint k LEFT JOIN pg_index x ON x.indexrelid = k.conindid AND k.contype <> 'f' LEFT JOIN pg_class i ON i.oid = x.indexrelid
         WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x', 'c', 'f') AND a.attnum = ANY (k.conkey)) AS constraints`

const usesColumn = (catalog: string, oid: string): string =>
  `EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid}
           AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum)`

const INDEXES = `(SELECT coalesce(json_agg(json_build_object('name', i.relname, 'definition', pg_get_indexdef(i.oid), 'isKept', ${IS_PLAIN_INDEX},
           'comment', ${commentOn(`'INDEX ' || quote_ident(i.relname)`, 'i.oid', 'pg_class')}) ORDER BY i.relname), '[]')
          FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
         WHERE x.indrelid = c.oid AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))
           AND ${usesColumn('pg_class', 'i.oid')}) AS indexes`

const STATISTICS = `(SELECT coalesce(json_agg(json_build_object('name', s.stxname, 'definition', pg_get_statisticsobjdef(s.oid),
           'comment', ${commentOn(`'STATISTICS ' || quote_ident(s.stxname)`, 's.oid', 'pg_statistic_ext')}) ORDER BY s.stxname), '[]')
          FROM pg_statistic_ext s WHERE s.stxrelid = c.oid AND s.stxnamespace = n.oid AND ${usesColumn('pg_statistic_ext', 's.oid')}) AS statistics`

/** A domain may be over another one. */
const IS_STRICT = `EXISTS (
         WITH RECURSIVE base AS (SELECT t.* FROM pg_type t WHERE t.oid = a.atttypid
                                 UNION ALL SELECT t.* FROM base b JOIN pg_type t ON t.oid = b.typbasetype WHERE b.typtype = 'd')
         SELECT FROM base b WHERE b.typtype = 'd' AND (b.typnotnull OR EXISTS (SELECT FROM pg_constraint k WHERE k.contypid = b.oid)))`

const DEFAULT = `(SELECT json_build_object('text', pg_get_expr(f.adbin, f.adrelid, true), 'isPlain', NOT EXISTS (
           SELECT FROM pg_depend d WHERE d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
              AND NOT (d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum)))
          FROM pg_attrdef f WHERE f.adrelid = c.oid AND f.adnum = a.attnum AND a.attgenerated = '') AS def`

/** $1: the namespace, $2: the table, $3: the column. */
export const COLUMN_FACTS = `SELECT ${OF_TABLE}, ${sequencesOf('= a.attnum')}, a.attgenerated <> '' AS "isGenerated",
       a.attidentity <> '' AS "isIdentity", a.attnotnull AS "isNotNull", ${IS_STRICT} AS "isStrict",
       ${DEFAULT}, ${CONSTRAINTS}, ${INDEXES}, ${STATISTICS}
  FROM ${THE_TABLE} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname = $3
 WHERE c.relname = $2`
