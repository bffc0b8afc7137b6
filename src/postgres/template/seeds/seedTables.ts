/** The seed tables of a tenant that is being made, and what has to rest while rows come into them. */
import type { ClientBase } from 'pg'
import { RequestRefused } from '../../../errors.ts'

/** One of them. */
export interface SeedTable {
  readonly name: string
  readonly isPartitioned: boolean
  /** Those that take values. */
  readonly columns: readonly string[]
}

/** In the order of their names. Errors: `NOT_APPLICABLE` for one that is not there. */
export async function seedTables(
  client: ClientBase,
  { namespace, tables, where }: { namespace: string; tables: readonly string[]; where: string },
): Promise<readonly SeedTable[]> {
  const { rows } = await client.query<SeedTable>(
    `SELECT c.relname::text AS name, c.relkind = 'p' AS "isPartitioned",
            coalesce(array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attname IS NOT NULL), '{}') AS columns
       FROM pg_catalog.pg_class c
       LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
        AND c.relkind IN ('r', 'p') AND c.relname = ANY ($2::text[])
      GROUP BY c.oid ORDER BY 1`,
    [namespace, tables],
  )
  const missing = tables.filter((name) => rows.every((row) => row.name !== name))
  if (missing.length === 0) return rows.filter(({ columns }) => columns.length > 0)
  const text = `${where} would have no table ${missing.join(', ')}, whose rows it is to begin with: correct the setting \`seed\` of its project.`
  throw new RequestRefused('NOT_APPLICABLE', text)
}

interface Quieting {
  readonly rest: string
  readonly wake: string
}

/**
 * Statements that let triggers and rules of the application rest and keys be checked at the end, and those that put everything
 * back as it was: rows that are copied have been through them before.
 */
const QUIETING = `
  WITH t AS (SELECT c.oid, pg_catalog.format('ALTER TABLE %I.%I', $1::text, c.relname) AS alter FROM pg_catalog.pg_class c
              WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND c.relname = ANY ($2::text[]))
  SELECT pg_catalog.format('%s DISABLE TRIGGER %I', t.alter, g.tgname) AS rest,
         pg_catalog.format('%s ENABLE %sTRIGGER %I', t.alter,
           CASE g.tgenabled WHEN 'A' THEN 'ALWAYS ' WHEN 'R' THEN 'REPLICA ' ELSE '' END, g.tgname) AS wake
    FROM t JOIN pg_catalog.pg_trigger g ON g.tgrelid = t.oid WHERE NOT g.tgisinternal AND g.tgenabled <> 'D'
  UNION ALL
  SELECT pg_catalog.format('%s DISABLE RULE %I', t.alter, r.rulename),
         pg_catalog.format('%s ENABLE %sRULE %I', t.alter,
           CASE r.ev_enabled WHEN 'A' THEN 'ALWAYS ' WHEN 'R' THEN 'REPLICA ' ELSE '' END, r.rulename)
    FROM t JOIN pg_catalog.pg_rewrite r ON r.ev_class = t.oid WHERE r.ev_type IN ('3', '4') AND r.ev_enabled <> 'D'
  UNION ALL
  SELECT pg_catalog.format('%s ALTER CONSTRAINT %I DEFERRABLE', t.alter, k.conname),
         pg_catalog.format('%s ALTER CONSTRAINT %I NOT DEFERRABLE', t.alter, k.conname)
    FROM t JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid
   WHERE k.contype = 'f' AND NOT k.condeferrable AND k.conparentid = 0 AND pg_catalog.to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false'`

/** Lets them rest; what to call when the rows are there. */
export async function quieted(
  client: ClientBase,
  namespace: string,
  tables: readonly SeedTable[],
): Promise<() => Promise<void>> {
  const names = tables.map(({ name }) => name)
  const { rows } = await client.query<Quieting>(QUIETING, [namespace, names])
  // What a text by hand has left to be checked would keep its tables from being altered.
  await client.query('SET CONSTRAINTS ALL IMMEDIATE')
  for (const { rest } of rows) await client.query(rest)
  await client.query('SET CONSTRAINTS ALL DEFERRED')
  return async () => {
    await client.query('SET CONSTRAINTS ALL IMMEDIATE')
    for (const { wake } of rows) await client.query(wake)
  }
}

/** Sets the sequences of their columns past the values that came. */
export async function advanceSequences(
  client: ClientBase,
  namespace: string,
  tables: readonly SeedTable[],
): Promise<void> {
  const names = tables.map(({ name }) => name)
  const { rows } = await client.query<{ set: string }>(
    `SELECT pg_catalog.format('SELECT pg_catalog.setval(%L::pg_catalog.oid::pg_catalog.regclass, v.last) FROM (SELECT %s(%I)::bigint AS last FROM %I.%I) v
              WHERE v.last %s %s AND v.last BETWEEN %s AND %s', q.seqrelid, CASE WHEN q.seqincrement > 0 THEN 'max' ELSE 'min' END, a.attname,
              $1::text, c.relname, CASE WHEN q.seqincrement > 0 THEN '>=' ELSE '<=' END, q.seqstart, q.seqmin, q.seqmax) AS set
       FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
       JOIN pg_catalog.pg_sequence q ON q.seqrelid = d.objid
       JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
      WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND c.relname = ANY ($2::text[])
        AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)`,
    [namespace, names],
  )
  for (const { set } of rows) await client.query(set)
}
