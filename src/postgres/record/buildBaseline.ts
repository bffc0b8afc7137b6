/** Makes the objects of a baseline in a namespace, within the caller's transaction. */
import pg, { type ClientBase } from 'pg'
import { MutationRejected } from '../../errors.ts'
import type { Baseline } from '../../sql/baseline.ts'
import { toSagaError } from '../errors/translate.ts'

/** Where a baseline is made. */
export interface BaselinePlace {
  readonly namespace: string
  /** Namespaces in which names are found as well: those of extensions. */
  readonly shared: readonly string[]
  /** For messages. */
  readonly source: string
  /** What to run in place of a statement's text. */
  readonly written?: (sql: string) => string
  /** Makes rows, once all objects are there and before materialised views are filled. */
  readonly addRows?: () => Promise<void>
  /** Materialised views that stay empty, quoted where they have to be. */
  readonly unfilled?: readonly string[]
}

/**
 * Statement by statement; bodies are checked at the end, when everything that they name is there. Errors: those of Postgres
 * with the line, `SQL_NAMES_NAMESPACE` where something still depends on the namespace that the text was dumped from.
 */
export async function buildBaseline(client: ClientBase, baseline: Baseline, place: BaselinePlace): Promise<void> {
  const { written = (sql: string): string => sql } = place
  const name = pg.escapeIdentifier(place.namespace)
  const path = pathOf(place)
  await client.query('SET LOCAL check_function_bodies = off')
  for (const { sql, line } of baseline.statements) {
    // What a statement sets for itself must not reach the next one.
    await client.query(`SET LOCAL search_path = ${path}`)
    await at(place, line, () => client.query(written(sql.join(name))))
  }
  await client.query(`SET LOCAL search_path = ${path}; SET LOCAL check_function_bodies = on`)
  await checkBodies(client, place)
  await place.addRows?.()
  await client.query(`SET LOCAL search_path = ${path}`)
  await fillViews(client, place)
  await client.query('SET LOCAL search_path = pg_catalog')
  if (baseline.namespace !== null && baseline.namespace !== place.namespace) {
    await requireNothingOf(client, place, baseline.namespace)
  }
}

/** The search path in which a text is run. */
export function pathOf({ namespace, shared }: Pick<BaselinePlace, 'namespace' | 'shared'>): string {
  return [...[namespace, ...shared].map((each) => pg.escapeIdentifier(each)), 'pg_temp'].join(', ')
}

/** Where the extensions of the database are, but those in the namespace itself. */
export async function sharedNamespaces(client: ClientBase, namespace: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT n.nspname AS name FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
      WHERE n.nspname NOT IN ('pg_catalog', $1) ORDER BY 1`,
    [namespace],
  )
  return rows.map(({ name }) => name)
}

async function at<Done>({ source }: BaselinePlace, line: number | null, run: () => Promise<Done>): Promise<Done> {
  try {
    return await run()
  } catch (error) {
    throw toSagaError(error, line === null ? source : `${source}, line ${line}`)
  }
}

/** Each language checks its own, as it would have when the function was made. */
async function checkBodies(client: ClientBase, place: BaselinePlace): Promise<void> {
  const { rows } = await client.query<{ name: string; check: string }>(
    `SELECT f.oid::pg_catalog.regprocedure::text AS name,
            pg_catalog.format('SELECT %s(%s::pg_catalog.oid)', l.lanvalidator::pg_catalog.regproc, f.oid) AS check
       FROM pg_catalog.pg_proc f JOIN pg_catalog.pg_language l ON l.oid = f.prolang
      WHERE f.pronamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
        AND l.lanvalidator <> 0 AND f.prokind <> 'a' ORDER BY 1`,
    [place.namespace],
  )
  for (const { name, check } of rows)
    await at({ ...place, source: `${place.source}, function ${name}` }, null, () => client.query(check))
}

/** A dump makes them without their rows, a text by hand before rows were added; each reads those that were made before it. */
async function fillViews(client: ClientBase, place: BaselinePlace): Promise<void> {
  const { rows } = await client.query<{ refresh: string }>(
    `SELECT pg_catalog.format('REFRESH MATERIALIZED VIEW %I.%I', $1::text, c.relname) AS refresh
       FROM pg_catalog.pg_class c
      WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
        AND c.relkind = 'm' AND ($3 OR NOT c.relispopulated) AND pg_catalog.quote_ident(c.relname) <> ALL ($2::text[]) ORDER BY c.oid`,
    [place.namespace, place.unfilled ?? [], place.addRows !== undefined],
  )
  for (const { refresh } of rows) await at(place, null, () => client.query(refresh))
}

/** Parts of extensions belong to the database, wherever they are. */
const DEPENDING = `
  WITH own AS (SELECT d.classid, d.objid FROM pg_depend d
                WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = (SELECT oid FROM pg_namespace WHERE nspname = $1)),
  inner_own AS (
    SELECT classid, objid FROM own
    UNION SELECT d.classid, d.objid FROM pg_depend d JOIN own o ON d.refclassid = o.classid AND d.refobjid = o.objid
           WHERE d.classid IN ('pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_rewrite'::regclass, 'pg_trigger'::regclass,
                               'pg_policy'::regclass, 'pg_class'::regclass))
  SELECT DISTINCT pg_describe_object(i.classid, i.objid, 0) AS object
    FROM inner_own i JOIN pg_depend d ON d.classid = i.classid AND d.objid = i.objid
    JOIN pg_depend theirs ON theirs.classid = d.refclassid AND theirs.objid = d.refobjid
     AND theirs.refclassid = 'pg_namespace'::regclass AND theirs.refobjid = (SELECT oid FROM pg_namespace WHERE nspname = $2)
   WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e')
   ORDER BY 1 LIMIT 10`

async function requireNothingOf(client: ClientBase, place: BaselinePlace, dumped: string): Promise<void> {
  const { rows } = await client.query<{ object: string }>(DEPENDING, [place.namespace, dumped])
  if (rows.length === 0) return
  throw new MutationRejected(
    'SQL_NAMES_NAMESPACE',
    `${place.source}: what it makes would depend on the namespace "${dumped}": ${rows.map(({ object }) => object).join(', ')}.`,
  )
}
