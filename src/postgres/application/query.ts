/** The questions about the application's code, each one query for all namespaces of a database. Reads only. */

import pg from 'pg'
import type { ApplicationQuestion, NamedObject } from '../../physical/plan/applicationCode.ts'
import { textArray } from '../../physical/sql.ts'

/** A namespace with the name by which its target is told. */
export interface NamedNamespace {
  readonly namespace: string
  readonly name: string
}

/** What one query tells of several targets; `names` is null where it goes for all of them. */
export interface FoundRow {
  readonly names: readonly string[] | null
  readonly count: number
}

export interface CodeRow extends FoundRow {
  readonly table: string
  readonly column: string | null
  readonly function: string
  /** It also names the table, or is fired by it. */
  readonly near: boolean
}

export interface TriggerRow extends FoundRow {
  readonly table: string
  readonly trigger: string
  readonly function: string
  readonly direction: 'forward' | 'compensation'
  /** Tables that its text names, and whose rows policies hide from the role that it runs as. */
  readonly hidden: readonly string[]
}

/** Names told of one finding, and findings of one database. */
const MOST_NAMES = 10
const MOST_ROWS = 200

/** Fast plans for few rows, names that are told with their namespace, and no waiting behind other sessions. */
export const PREPARE = `SELECT set_config('search_path', 'pg_catalog', true), set_config('jit', 'off', true)`

// A function in the namespace of a target is that target's. One that any search path reaches is everybody's; any other
// belongs to the targets whose tables fire it. Bodies that are parsed are known by what they depend on.
/** Functions whose text names one of the objects; nothing of extensions, and nothing of ours. */
export function codeQuery(namespaces: readonly NamedNamespace[], names: readonly NamedObject[], registered: boolean) {
  const objects = names.map((each) => {
    const { pattern, folds } = patternOf(each.column ?? each.table)
    return `(${text(each.table)}, ${each.column === null ? 'NULL' : text(each.column)}, ${text(pattern)}, ${folds})`
  })
  const any = names.map((each) => `(${patternOf(each.column ?? each.table).pattern})`).join('|')
  return `
  WITH ${wanted(namespaces)}, objects ("table", "column", pattern, folds) AS (VALUES ${objects.join(', ')}), settings AS (
    SELECT reset_val AS setting FROM pg_settings WHERE name = 'search_path'
    UNION SELECT substr(c, length('search_path=') + 1) FROM pg_db_role_setting s, unnest(s.setconfig) c
     WHERE starts_with(c, 'search_path=') AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  ), path AS (
    SELECT DISTINCT CASE WHEN starts_with(part, '"') THEN btrim(part, '"') ELSE lower(part) END AS name
      FROM settings, regexp_split_to_table(setting, '\\s*,\\s*') part
  ), shared AS (
    SELECT n.oid FROM pg_namespace n
     WHERE (n.nspname IN (SELECT name FROM path)
            OR EXISTS (SELECT FROM path WHERE name = '$user') AND n.nspname IN (SELECT rolname FROM pg_roles))
       AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND n.oid NOT IN (SELECT oid FROM wanted)
       ${registered ? 'AND n.nspname NOT IN (SELECT t.namespace FROM schema_saga_target.target t)' : ''}
  ), fired AS (
    SELECT DISTINCT w.oid AS ns, g.tgfoid, c.relname
      FROM wanted w JOIN pg_class c ON c.relnamespace = w.oid JOIN pg_trigger g ON g.tgrelid = c.oid
     WHERE NOT g.tgisinternal
  ), candidates AS (
    SELECT p.oid, w.oid AS ns FROM pg_proc p JOIN wanted w ON w.oid = p.pronamespace
    UNION ALL SELECT p.oid, NULL FROM pg_proc p JOIN shared s ON s.oid = p.pronamespace
    UNION ALL SELECT DISTINCT p.oid, f.ns FROM fired f JOIN pg_proc p ON p.oid = f.tgfoid
     WHERE p.pronamespace NOT IN (SELECT oid FROM wanted UNION ALL SELECT oid FROM shared)
  ), found AS (
    SELECT c.ns, p.oid, o."table", o."column",
           strpos(lower(p.prosrc), lower(o."table")) > 0
             OR EXISTS (SELECT FROM fired f WHERE f.tgfoid = p.oid AND f.relname = o."table") AS near
      FROM candidates c JOIN pg_proc p ON p.oid = c.oid AND p.prosrc ~* ${text(any)}
      JOIN pg_namespace n ON n.oid = p.pronamespace
      JOIN objects o ON CASE WHEN o.folds THEN p.prosrc ~* o.pattern ELSE p.prosrc ~ o.pattern END
     WHERE n.nspname !~ '^(pg_|schema_saga)' AND NOT starts_with(p.proname, 'schema_saga')
       AND p.prolang NOT IN (SELECT l.oid FROM pg_language l WHERE l.lanname IN ('c', 'internal'))
    UNION
    -- What a trigger is given, as names that its function puts into statements.
    SELECT w.oid, g.tgfoid, o."table", o."column", true
      FROM wanted w JOIN pg_class c ON c.relnamespace = w.oid
      JOIN pg_trigger g ON g.tgrelid = c.oid AND g.tgnargs > 0 AND NOT g.tgisinternal
     CROSS JOIN LATERAL (SELECT substring(pg_get_triggerdef(g.oid) FROM 'EXECUTE FUNCTION [^(]*\\((.*)\\)$') AS text) given
      JOIN objects o ON given.text ~* o.pattern OR strpos(given.text, quote_literal(coalesce(o."column", o."table"))) > 0
    UNION
    SELECT w.oid, p.oid, o."table", o."column", true
      FROM wanted w JOIN objects o ON true
      JOIN pg_class r ON r.relnamespace = w.oid AND r.relname = o."table"
      JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.oid AND d.classid = 'pg_proc'::regclass
      JOIN pg_proc p ON p.oid = d.objid
     WHERE o."column" IS NULL
        OR d.refobjsubid = (SELECT a.attnum FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attname = o."column")
  )
  SELECT f."table", f."column", l.label AS function, bool_or(f.near) AS near, ${told('f.ns')}
    FROM found f JOIN pg_proc p ON p.oid = f.oid LEFT JOIN wanted w ON w.oid = f.ns CROSS JOIN LATERAL ${label()}
   WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
   GROUP BY 1, 2, 3, f.ns IS NULL ORDER BY 4 DESC, 1, 2, 3 LIMIT ${MOST_ROWS}`
}

/** Triggers of the application that the batches fire. */
export function triggersQuery(namespaces: readonly NamedNamespace[], { batches }: ApplicationQuestion): string {
  const asked = batches.map(
    ({ table, columns, direction }) => `(${text(table)}, ${textArray(columns)}, ${text(direction)})`,
  )
  return `
  WITH ${wanted(namespaces)}
  SELECT b."table", g.tgname AS trigger, l.label AS function, b.direction, h.hidden, ${told('w.oid')}
    FROM wanted w JOIN (VALUES ${asked.join(', ')}) b ("table", columns, direction) ON true
    JOIN pg_class c ON c.relnamespace = w.oid AND c.relname = b."table"
    JOIN pg_trigger g ON g.tgrelid = c.oid JOIN pg_proc p ON p.oid = g.tgfoid CROSS JOIN LATERAL ${label()}
    CROSS JOIN LATERAL ${hidden()}
   WHERE NOT g.tgisinternal AND g.tgenabled IN ('O', 'A') AND g.tgtype & 16 <> 0 AND g.tgname !~ '^~?schema_saga'
     AND (cardinality(g.tgattr::int2[]) = 0 OR EXISTS (
       SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (g.tgattr) AND a.attname = ANY (b.columns)))
   GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5 LIMIT ${MOST_ROWS}`
}

/**
 * Our sessions see all rows or fail, and so does what triggers do in them: in tables that their functions name and whose
 * policies apply to the role as which they run.
 */
function hidden(): string {
  return `(SELECT ARRAY(
      SELECT x.relname::text FROM pg_class x
        JOIN pg_roles r ON r.oid = CASE WHEN p.prosecdef THEN p.proowner ELSE current_user::regrole::oid END
       WHERE x.relrowsecurity AND x.relkind IN ('r', 'p') AND x.relnamespace IN (w.oid, p.pronamespace)
         AND NOT r.rolsuper AND NOT r.rolbypassrls
         AND NOT (pg_has_role(r.oid, x.relowner, 'USAGE') AND NOT x.relforcerowsecurity)
         AND NOT 'row_security=on' = ANY (coalesce(p.proconfig, '{}'))
         AND p.prosrc ~* ('\\m' || regexp_replace(x.relname, '([^[:alnum:]_])', '\\\\\\1', 'g') || '\\M')
       ORDER BY 1) AS hidden) h`
}

function wanted(namespaces: readonly NamedNamespace[]): string {
  const all = [namespaces.map(({ namespace }) => namespace), namespaces.map(({ name }) => name)].map(textArray)
  return `wanted AS MATERIALIZED (
    SELECT n.oid, n.nspname, u.name FROM unnest(${all.join(', ')}) u (namespace, name)
      JOIN pg_namespace n ON n.nspname = u.namespace)`
}

/** The first names of the targets, and how many there are. */
function told(ns: string): string {
  return `CASE WHEN bool_and(${ns} IS NOT NULL)
    THEN (array_agg(DISTINCT w.name COLLATE "C" ORDER BY w.name COLLATE "C"))[1:${MOST_NAMES}] END AS names,
    count(DISTINCT ${ns})::integer AS count`
}

/** A function by its name and arguments, without the namespace of the target itself. */
function label(): string {
  return `(SELECT CASE WHEN p.pronamespace = w.oid THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(p.proname)
      || '(' || CASE WHEN w.oid IS NULL THEN pg_get_function_identity_arguments(p.oid)
        ELSE replace(pg_get_function_identity_arguments(p.oid), quote_ident(w.nspname) || '.', '') END || ')' AS label
      FROM pg_namespace n WHERE n.oid = p.pronamespace) l`
}

/** A name as code has it: as a word in any case where Postgres folds it, otherwise in quotes. */
function patternOf(name: string): { readonly pattern: string; readonly folds: boolean } {
  if (/^[\p{Ll}_][\p{Ll}\p{N}_]*$/u.test(name)) return { pattern: `\\m${name}\\M`, folds: true }
  return { pattern: `"${name.replaceAll('"', '""')}"`.replace(/[^\p{L}\p{N}_"]/gu, '\\$&'), folds: false }
}

function text(value: string): string {
  return pg.escapeLiteral(value)
}
