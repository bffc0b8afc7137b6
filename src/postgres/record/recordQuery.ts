/**
 * The query of records. It goes from namespace to namespace, with the search path of each in turn, so that Postgres itself
 * leaves out the name of the namespace wherever it is a value: nothing is replaced in texts. The query was parsed before, with
 * `pg_catalog` alone, and `pg_catalog` is searched first all the while, so that nothing of a namespace can be called.
 */
import { HIDDEN, withoutHidden } from './hiddenNames.ts'
import { CHILD_LINES, PARTITION_LINES } from './lines/children.ts'
import { NAMESPACE_LINES, namespaceLines } from './lines/namespaceLines.ts'
import { relationLines } from './lines/relations.ts'
import { RULE_LINES } from './lines/rules.ts'
import { isCounted, LINE_COLUMNS, NAMESPACE_TOKEN } from './lines/sqlParts.ts'
import { TYPE_AND_CODE_LINES } from './lines/typesAndCode.ts'

/** What a project says of how its tenants may differ. */
export interface RecordSettings {
  /** The role that each tenant has of its own, with `{namespace}` in it; null when there is none. */
  readonly tenantRole: string | null
  /** Whether the set of partitions counts. */
  readonly partitions: 'any' | 'exact'
}

/** The kind of the lines that say which extensions the others use. */
export const PRINTING_KIND = 'printing'

/** $1: names of namespaces, $2: the pattern of a tenant's role. */
const WANTED = `wanted AS MATERIALIZED (
    SELECT n.oid, n.nspname AS name, n.nspowner, n.nspacl, replace($2, '{namespace}', n.nspname) AS tenant_role
      FROM pg_namespace n WHERE n.nspname = ANY ($1::name[]))`

/** Parts of extensions belong to the database. */
const MEMBERS = `member AS MATERIALIZED (
    SELECT DISTINCT d.classid, d.objid FROM pg_depend d
     WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = w.oid AND d.objsubid = 0
       AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')),
  whole AS MATERIALIZED (
    SELECT c.*, (SELECT h.inhparent FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent
                  WHERE h.inhrelid = c.oid AND p.relnamespace = w.oid ORDER BY h.inhseqno LIMIT 1) AS parent
      FROM member m JOIN pg_class c ON c.oid = m.objid
     WHERE m.classid = 'pg_class'::regclass AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND ${isCounted('c.relname')}),
  rel AS MATERIALIZED (SELECT * FROM whole WHERE parent IS NULL),
  child AS MATERIALIZED (SELECT * FROM whole WHERE parent IS NOT NULL),
  typ AS MATERIALIZED (
    SELECT t.* FROM member m JOIN pg_type t ON t.oid = m.objid
     WHERE m.classid = 'pg_type'::regclass AND t.typtype IN ('e', 'd', 'r', 'c') AND ${isCounted('t.typname')})`

/** Which extensions the objects use: their lines print where those are. */
const PRINTING = `SELECT '${PRINTING_KIND}', quote_ident(e.extname), jsonb_build_object('namespace',
      CASE WHEN e.extnamespace = w.oid THEN '${NAMESPACE_TOKEN}' ELSE e.extnamespace::regnamespace::text END)
    FROM pg_extension e WHERE e.oid IN (
      SELECT x.refobjid FROM (
               SELECT o.classid, o.objid FROM object o
               UNION SELECT 'pg_attrdef'::regclass, d.oid FROM whole r JOIN pg_attrdef d ON d.adrelid = r.oid
               UNION SELECT 'pg_rewrite'::regclass, v.oid FROM rel r JOIN pg_rewrite v ON v.ev_class = r.oid) o
        JOIN pg_depend u ON u.classid = o.classid AND u.objid = o.objid
        JOIN pg_depend x ON x.classid = u.refclassid AND x.objid = u.refobjid AND x.deptype = 'e'
         AND x.refclassid = 'pg_extension'::regclass)`

function linesQuery(major: number, { partitions }: RecordSettings, more: readonly string[]): string {
  const objects = [NAMESPACE_LINES, ...relationLines(major), ...RULE_LINES, ...TYPE_AND_CODE_LINES]
  const lines = [
    ...namespaceLines(major),
    `SELECT * FROM (${CHILD_LINES}) c (kind, name, facts) WHERE c.facts ?| ARRAY['more', 'less']`,
    ...(partitions === 'exact' ? [PARTITION_LINES] : []),
    ...more,
  ]
  return `WITH ${MEMBERS},
  object (${LINE_COLUMNS}) AS MATERIALIZED (${objects.join('\nUNION ALL ')}),
  printed (kind, name, facts) AS (${lines.join('\nUNION ALL ')}),
  ${HIDDEN},
  line (kind, name, facts) AS (
    SELECT p.kind, (${withoutHidden('to_jsonb(p.name)::text')})::jsonb #>> '{}', CASE WHEN h.pattern IS NULL THEN p.facts ELSE (
             SELECT coalesce(jsonb_object_agg(f.key, CASE WHEN f.key IN ('body', 'text') THEN f.value ELSE (${withoutHidden('f.value::text')})::jsonb END), '{}')
               FROM jsonb_each(p.facts) f) END
      FROM printed p CROSS JOIN hidden h)`
}

/** A namespace that is not there has no row. The path is told as well, so that whoever asks can see that it was the right one. */
function perNamespace(columns: string, inner: string): string {
  return `WITH ${WANTED}
  SELECT w.name AS namespace, ${columns}
    FROM wanted w
   CROSS JOIN LATERAL (SELECT set_config('search_path', quote_ident(w.name) || ', pg_temp', true) AS path OFFSET 0) s
   CROSS JOIN LATERAL (${inner} OFFSET 0) l`
}

const SURE = `starts_with(current_setting('search_path'), quote_ident(w.name) || ',')`

/** All lines, and as lines of kind `printing` what of extensions they use. */
export function recordLinesQuery(major: number, settings: RecordSettings): string {
  const inner = `${linesQuery(major, settings, [PRINTING])}
  SELECT line.*, ${SURE} AS sure FROM line WHERE s.path <> ''`
  return perNamespace('l.kind, l.name, l.facts, l.sure', inner)
}

/** One hash for each: the same for two that have the same lines. A sum needs no order, so that nothing is sorted. */
export function recordShapesQuery(major: number, settings: RecordSettings): string {
  const text = `concat_ws(chr(1), line.kind, line.name, line.facts)`
  const inner = `${linesQuery(major, settings, [])}
  SELECT md5(concat_ws('/', sum(hashtextextended(${text}, 0)), sum(hashtextextended(${text}, 1)), count(*))) AS shape,
         bool_and(line.sure) AS sure
    FROM (SELECT line.*, ${SURE} AS sure FROM line WHERE s.path <> '') line`
  return perNamespace('l.shape, coalesce(l.sure, true) AS sure', inner)
}
