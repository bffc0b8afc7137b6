/**
 * An object that has the name of one of Postgres' own is found behind that one, so that Postgres prints it with its namespace.
 * These names, and no others, get the placeholder: outside of literals, and never in bodies, comments and other texts.
 */
import { NAMESPACE_TOKEN } from './lines/sqlParts.ts'

const ESCAPED = (text: string): string => `regexp_replace(${text}, '([][(){}.*+?^$|\\\\-])', '\\\\\\1', 'g')`

/** As it stands in JSON, where quotes are escaped. */
const IN_JSON = (text: string): string => `btrim(to_jsonb(${text})::text, '"')`

const PG_CATALOG = `'pg_catalog'::regnamespace`

/** One row: what to look for, or null in a namespace without such names, as nearly all are. */
export const HIDDEN = `hidden AS MATERIALIZED (
    SELECT '(?<![[:alnum:]_.])(?<!\\\\")' || ${ESCAPED(IN_JSON(`quote_ident(w.name) || '.'`))}
           || '(?=(?:' || string_agg(${ESCAPED('n.name')}, '|') || ')(?![[:alnum:]_$]))' AS pattern
      FROM (SELECT ${IN_JSON('quote_ident(f.proname)')} AS name FROM member m JOIN pg_proc f ON m.classid = 'pg_proc'::regclass AND f.oid = m.objid
             WHERE EXISTS (SELECT FROM pg_proc o WHERE o.proname = f.proname AND o.pronamespace = ${PG_CATALOG})
            UNION SELECT ${IN_JSON('quote_ident(t.typname)')} FROM member m JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
             WHERE EXISTS (SELECT FROM pg_type o WHERE o.typname = t.typname AND o.typnamespace = ${PG_CATALOG})
            UNION SELECT ${IN_JSON('quote_ident(r.relname)')} FROM member m JOIN pg_class r ON m.classid = 'pg_class'::regclass AND r.oid = m.objid
             WHERE EXISTS (SELECT FROM pg_type o WHERE o.typname = r.relname AND o.typnamespace = ${PG_CATALOG})
                OR EXISTS (SELECT FROM pg_class o WHERE o.relname = r.relname AND o.relnamespace = ${PG_CATALOG})) n)`

/** JSON as text, with the placeholder before such names; as many quotes as make pairs follow what is outside of literals. */
export function withoutHidden(text: string): string {
  const outside = `'(?=(?:[^'']*''[^'']*'')*[^'']*$)'`
  return `CASE WHEN h.pattern IS NULL THEN ${text} ELSE regexp_replace(${text}, h.pattern || ${outside}, '${NAMESPACE_TOKEN}.', 'g') END`
}
