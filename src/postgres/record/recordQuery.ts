/**
 * The query of records. It goes from namespace to namespace, with the search path of each in turn, so that Postgres itself
 * leaves out the name of the namespace wherever it is a value: nothing is replaced in texts. The query was parsed before, with
 * `pg_catalog` alone, and `pg_catalog` is searched first all the while, so that nothing of a namespace can be called.
 */
import type { Only } from '../../sql/onlyLines.ts'
import { HIDDEN, withoutHidden } from './hiddenNames.ts'
import { CHILD_LINES, PARTITION_LINES } from './lines/children.ts'
import { LINES_OF_OBJECTS, linesOfNamespace, linesOfRelations, NAMESPACE_LINES } from './lines/namespaceLines.ts'
import { relationLines } from './lines/relationLines.ts'
import { DOMAIN_LINES, RULE_LINES, STATISTICS_LINES } from './lines/rules.ts'
import { LINE_COLUMNS, line, NAMESPACE_TOKEN } from './lines/sqlParts.ts'
import { ROUTINE_LINES, TYPE_LINES } from './lines/typesAndCode.ts'
import { membersOf } from './members.ts'

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

const UNLIKE_CHILDREN = `SELECT * FROM (${CHILD_LINES}) c (kind, name, facts) WHERE c.facts ?| ARRAY['more', 'less']`

/** A query needs a part. */
const NO_LINES = `SELECT ${line({ classid: 'pg_class', objid: 'w.oid' }, { kind: `''`, name: `''`, facts: null })} WHERE false`

/** What is read: whole namespaces, or some objects of each, whose names are $3 to $5 where there are any. */
export interface Reading {
  readonly major: number
  readonly settings: RecordSettings
  readonly only: Only | null
}

/** Of either query. */
export function valuesOf(namespaces: readonly string[], { tenantRole }: RecordSettings, only: Only | null): unknown[] {
  return [namespaces, tenantRole, ...(only === null ? [] : [only.relations, only.types, only.routines])]
}

function linesQuery({ major, settings, only }: Reading, more: readonly string[]): string {
  const [relations, types, routines] = [only?.relations, only?.types, only?.routines].map(
    (names) => names === undefined || names.length > 0,
  )
  const ofNamespace = only?.namespace ?? true
  const objects = [
    ...(ofNamespace ? [NAMESPACE_LINES] : []),
    ...(relations ? [...relationLines(major), ...RULE_LINES] : []),
    ...(relations || ofNamespace ? STATISTICS_LINES : []),
    ...(types ? [...TYPE_LINES, ...DOMAIN_LINES] : []),
    ...(routines ? ROUTINE_LINES : []),
  ]
  const lines = [
    ...LINES_OF_OBJECTS,
    ...(ofNamespace ? linesOfNamespace(major) : []),
    ...(relations ? [...linesOfRelations(major), UNLIKE_CHILDREN] : []),
    ...(relations && settings.partitions === 'exact' ? [PARTITION_LINES] : []),
    ...more,
  ]
  return `WITH RECURSIVE ${membersOf(only)},
  object (${LINE_COLUMNS}) AS MATERIALIZED (${(objects.length > 0 ? objects : [NO_LINES]).join('\nUNION ALL ')}),
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

/** All lines, and, if that is asked for, as lines of kind `printing` what of extensions they use. */
export function recordLinesQuery(reading: Reading, printing = true): string {
  const inner = `${linesQuery(reading, printing ? [PRINTING] : [])}
  SELECT line.*, ${SURE} AS sure FROM line WHERE s.path <> ''`
  return perNamespace('l.kind, l.name, l.facts, l.sure', inner)
}

/** One hash for each: the same for two that have the same lines. A sum needs no order, so that nothing is sorted. */
export function recordShapesQuery(reading: Reading): string {
  const text = `concat_ws(chr(1), line.kind, line.name, line.facts)`
  const inner = `${linesQuery(reading, [])}
  SELECT md5(concat_ws('/', sum(hashtextextended(${text}, 0)), sum(hashtextextended(${text}, 1)), count(*))) AS shape,
         bool_and(line.sure) AS sure
    FROM (SELECT line.*, ${SURE} AS sure FROM line WHERE s.path <> '') line`
  return perNamespace('l.shape, coalesce(l.sure, true) AS sure', inner)
}
