/** The query of `shapes`: one line for each thing that `introspect` reads, and one hash over the lines of a namespace. */

import pg from 'pg'
import { textArray } from '../../physical/sql.ts'
import {
  COLUMN_ATTRIBUTES,
  CONSTRAINTS_TOLD,
  columnFacts,
  constraintFacts,
  type Hashing,
  hashedList,
  indexFacts,
  TABLES,
  tableTraits,
} from '../introspection/facts.ts'
import { doubtedSql, renamedToSql, targetRowSql } from '../target/bookkeeping/sameTables.ts'

/** What of each namespace goes into its hash. */
export interface ShapesScope {
  /** The tables that count; all of them when there is no list. */
  readonly tables?: readonly string[]
  /** LIKE patterns of tables that do not count. */
  readonly ignored?: readonly string[]
  /** Names of relations, of whatever kind, of which is told whether they are there. */
  readonly names?: readonly string[]
  /** Tables of which is told whether policies would hide rows of them from us. */
  readonly rows?: readonly string[]
  /** Also tells where this operation has begun its work. */
  readonly operationId?: string
}

/** Between the parts of a line, and between names: in no identifier that anybody would give. */
const PART = `E'\\x1f'`
const NAME = `E'\\x1e'`

/** The names of numbered columns, in their order; one column, the usual case, needs no sort. */
function names(relation: string, numbers: string, first: 0 | 1): string {
  return `CASE cardinality(${numbers})
    WHEN 1 THEN (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = ${relation} AND a.attnum = (${numbers})[${first}])
    ELSE (SELECT string_agg(a.attname, ${NAME} ORDER BY u.place) FROM unnest(${numbers}) WITH ORDINALITY u(number, place)
            JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = u.number) END`
}

/**
 * An expression without the namespace of its table, when it really names an object in there. Without an expression the
 * position is null, and null alone would not keep an `AND` from looking into `pg_depend`.
 */
function withoutNamespace(text: string, catalog: 'pg_attrdef' | 'pg_constraint', object: string): string {
  const lies = (kind: string, column: string): string =>
    `d.refclassid = '${kind}'::regclass AND EXISTS (SELECT FROM ${kind} o WHERE o.oid = d.refobjid AND o.${column} = r.ns)`
  return `CASE WHEN coalesce(position(r.own IN ${text}), 0) > 0 AND EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${object} AND d.refobjid <> r.oid
         AND (${lies('pg_proc', 'pronamespace')} OR ${lies('pg_type', 'typnamespace')} OR ${lies('pg_class', 'relnamespace')}))
    THEN replace(${text}, r.own, '.') ELSE ${text} END`
}

/**
 * Deparsing is most of the work, and a fleet has few expressions: each one is printed once. A default has no columns, so
 * that its tree says everything; in a check they are numbers, so that their names and the table's belong to the key.
 * Most columns have none: `atthasdef` saves them the look into `pg_attrdef`.
 */
const EXPRESSIONS = `
  locked AS MATERIALIZED (
    -- Printing waits for the lock of the table: of one that somebody alters, only the tree is told.
    SELECT l.relation FROM pg_locks l
     WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.pid <> pg_backend_pid()
  ), columns AS MATERIALIZED (
    SELECT r.*, ${COLUMN_ATTRIBUTES},
           d.oid AS id, md5(d.adbin::text) AS tree, CASE WHEN a.attgenerated <> '' THEN d.oid END AS generated
      FROM rel r
      JOIN pg_attribute a ON a.attrelid = r.oid
      LEFT JOIN pg_attrdef d ON d.adrelid = CASE WHEN a.atthasdef THEN a.attrelid END AND d.adnum = a.attnum
     WHERE a.attnum > 0 AND NOT a.attisdropped AND NOT starts_with(a.attname, '_aside_')
  ), default_texts AS MATERIALIZED (
    SELECT c.tree, c.generated, coalesce(pg_get_expr(d.adbin, d.adrelid), c.tree) AS text
      FROM (SELECT tree, generated, min(id) FILTER (WHERE oid NOT IN (TABLE locked)) AS id
              FROM columns WHERE id IS NOT NULL GROUP BY 1, 2) c
      LEFT JOIN pg_attrdef d ON d.oid = c.id
  ), constraints AS MATERIALIZED (
    SELECT r.*, k.*, ${names('k.conrelid', 'k.conkey', 1)} AS columns,
           CASE WHEN k.contype = 'c' THEN md5(k.conbin::text) END AS tree
      FROM absent, rel r
      JOIN LATERAL (SELECT oid AS id, conname, contype, convalidated, condeferrable, condeferred, conindid, conrelid, conkey,
                           confrelid, confkey, confupdtype, confdeltype, confmatchtype, confdelsetcols, conbin
                      FROM pg_constraint WHERE conrelid = r.oid) k ON true
     WHERE ${CONSTRAINTS_TOLD}
  ), check_texts AS MATERIALIZED (
    SELECT c.tree, c.relname, c.columns, coalesce(pg_get_expr(k.conbin, k.conrelid), c.tree) AS text
      FROM (SELECT tree, relname, columns, min(id) FILTER (WHERE oid NOT IN (TABLE locked)) AS id
              FROM constraints WHERE tree IS NOT NULL GROUP BY 1, 2, 3) c
      LEFT JOIN pg_constraint k ON k.oid = c.id
  )`

/** The name of something that lies in the namespace itself begins with a dot; built-in ones have no namespace at all. */
function unqualified(name: string): string {
  return `CASE WHEN starts_with(${name}, r.own) THEN substr(${name}, length(r.own)) ELSE ${name} END`
}

const HASHING: Hashing = {
  names,
  unqualified,
  nameSeparator: NAME,
  defaultText: withoutNamespace('e.text', 'pg_attrdef', 'r.id'),
  checkText: `(SELECT ${withoutNamespace('e.text', 'pg_constraint', 'r.id')} FROM check_texts e
                WHERE e.tree = r.tree AND e.relname = r.relname AND e.columns IS NOT DISTINCT FROM r.columns)`,
}

const TABLE_LINES = `
  SELECT r.ns, concat_ws(${PART}, 'table', r.relname,
           ${Object.values(tableTraits('r'))
             .map((trait) => `coalesce(${trait}, '')`)
             .join(', ')})
    FROM rel r`

const COLUMN_LINES = `
  SELECT r.ns, concat_ws(${PART}, 'column', r.relname, ${hashedList(columnFacts(HASHING))})
    FROM columns r
    LEFT JOIN default_texts e ON e.tree = r.tree AND e.generated IS NOT DISTINCT FROM r.generated`

/** Keys, checks and foreign keys by their parts; the rare rest by the text of its definition. */
const CONSTRAINT_LINES = `
  SELECT r.ns, concat_ws(${PART}, 'constraint', r.relname, ${hashedList(constraintFacts(HASHING))})
    FROM absent, constraints r`

const INDEX_LINES = `
  SELECT r.ns, concat_ws(${PART}, 'index', r.relname, ${hashedList(indexFacts(HASHING))})
    FROM absent, rel r
    JOIN LATERAL (SELECT indexrelid, indrelid, indkey, indisunique, indisvalid, indpred, indexprs, indnatts, indnkeyatts,
                         indoption, indclass, indnullsnotdistinct FROM pg_index WHERE indrelid = r.oid) x ON true
    JOIN pg_class i ON i.oid = x.indexrelid
   WHERE NOT starts_with(i.relname, '_aside_')
     -- Not from the constraints above: without statistics the planner would go through all of them for each index.
     AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = x.indrelid AND k.conindid = x.indexrelid
                        AND k.contype IN ('p', 'u', 'x'))`

/** What the bookkeeping says; a database without it knows none of the targets. */
const ROW_PARTS = {
  there: `t.incarnation, t.project_id AS "projectId", t.revision, t.schema_hash AS "schemaHash",
          ${doubtedSql('t', 'w.oid')} AS doubted, ${renamedToSql('t')} AS "renamedTo"`,
  absent: `NULL AS incarnation, NULL AS "projectId", NULL::integer AS revision, NULL AS "schemaHash", false AS doubted,
           NULL AS "renamedTo"`,
} as const

/** The message to send; `bookkeeping` is false for a database that has no `schema_saga_target`. */
export function shapesQuery(namespaces: readonly string[], scope: ShapesScope, bookkeeping: boolean): string {
  const { tables, ignored = [], names: wanted = [], rows = [], operationId } = scope
  const begun =
    operationId === undefined || !bookkeeping
      ? 'false'
      : `EXISTS (SELECT FROM schema_saga_target.marker m WHERE m.namespace = w.name AND m.incarnation = t.incarnation
           AND m.operation_id = ${pg.escapeLiteral(operationId)} AND m.state IN ('started', 'applied'))`
  const taken =
    wanted.length === 0
      ? `'{}'::text[]`
      : `ARRAY(SELECT c.relname::text FROM pg_class c
                WHERE c.relnamespace = w.oid AND c.relname = ANY (${textArray(wanted)}) ORDER BY 1)`
  // Answers as if row_security were on: whether policies filter, and not whether a statement would be refused.
  const hidden =
    rows.length === 0
      ? `'{}'::text[]`
      : `ARRAY(SELECT c.relname::text FROM pg_class c
                WHERE c.relnamespace = w.oid AND c.relname = ANY (${textArray(rows)}) AND c.relrowsecurity
                  AND row_security_active(c.oid) ORDER BY 1)`
  return `
  SELECT set_config('search_path', 'pg_catalog', true), set_config('jit', 'off', true),
         set_config('work_mem', '64MB', true), set_config('lock_timeout', '5s', true);
  -- Columns of the catalog that old versions do not have are looked up here then.
  WITH absent (indnullsnotdistinct, confdelsetcols) AS (VALUES (false, NULL::smallint[])),
  wanted AS MATERIALIZED (
    SELECT w.name, n.oid FROM unnest(${textArray(namespaces)}) AS w(name) LEFT JOIN pg_namespace n ON n.nspname = w.name
  ), rel AS MATERIALIZED (
    SELECT c.oid, c.relnamespace AS ns, c.relname, quote_ident(w.name) || '.' AS own, c.relkind, c.relispartition,
           c.reloftype, c.relhassubclass, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.relowner
      FROM wanted w JOIN pg_class c ON c.relnamespace = w.oid
     WHERE c.relkind IN ${TABLES} AND NOT starts_with(c.relname, '_aside_')
       ${tables === undefined ? '' : `AND c.relname = ANY (${textArray(tables)})`}
       ${ignored.length === 0 ? '' : `AND NOT c.relname LIKE ANY (${textArray(ignored)})`}
  ), ${EXPRESSIONS}, lines (ns, line) AS (
    ${TABLE_LINES} UNION ALL ${COLUMN_LINES} UNION ALL ${CONSTRAINT_LINES}
    UNION ALL ${INDEX_LINES}
  ), shape AS (
    -- A sum needs no order, so that nothing is sorted.
    SELECT ns, md5(sum(hashtextextended(line, 0)) || '/' || sum(hashtextextended(line, 1))) AS hash FROM lines GROUP BY ns
  )
  SELECT w.name AS namespace, w.oid IS NOT NULL AS there, ${bookkeeping ? ROW_PARTS.there : ROW_PARTS.absent},
         ${begun} AS begun, coalesce(s.hash, md5('')) AS shape, ${taken} AS taken,
         ${hidden} AS hidden, current_user AS role
    FROM wanted w
    LEFT JOIN shape s ON s.ns = w.oid
    ${bookkeeping ? `LEFT JOIN LATERAL ${targetRowSql('t.namespace = w.name')} t ON true` : ''}`
}
