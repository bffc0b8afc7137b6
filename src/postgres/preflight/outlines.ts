/**
 * Targets as a whole, from afar: a plan looks closely only at the tables that it touches, and a tenant that was restored from
 * a backup may differ in others. A rough outline of all tables says which targets are alike; one of each kind is looked at.
 */

import type { ClientBase } from 'pg'
import { LockUnavailable } from '../../errors.ts'
import { groupedBy } from '../../groupedBy.ts'
import { otherRevisionOf, type RevisionShape } from '../../physical/past/fit.ts'
import { textArray } from '../../physical/sql.ts'
import type { Doubt } from '../adoption/doubt.ts'
import { toSagaError } from '../errors/translate.ts'
import { TABLES } from '../introspection/facts.ts'
import { introspect } from '../introspection/introspect.ts'
import type { LocatedTarget } from '../sessions/databases.ts'
import { whereOf } from '../sessions/servers.ts'
import { readNotedDrift } from '../target/bookkeeping/registration.ts'

/** What a project has been, for telling that a target is what it was then. */
export interface PastRevisions {
  /** Names that tables had at any revision; what others have put beside them says nothing. */
  readonly tables: readonly string[]
  /** Globs over tables which do not count. */
  readonly ignore: readonly string[]
  /** Read when first needed. */
  readonly history: () => Promise<readonly RevisionShape[]>
  /** Which other revisions rows may have whose tables look as that one's. */
  readonly doubt: (revision: number) => Promise<Doubt | null>
  /** By outline: the revision that those targets have instead of the one that is said of them, or null. */
  readonly known: Map<string, RevisionShape | null>
}

/** One line for each namespace; to be sent along with the query of the shapes, whose settings it shares. */
export function outlinesQuery(namespaces: readonly string[], tables: readonly string[]): string {
  const part = `E'\\x1f'`
  return `
  WITH wanted AS MATERIALIZED (
    SELECT n.oid, n.nspname AS name FROM unnest(${textArray(namespaces)}) AS w(name) JOIN pg_namespace n ON n.nspname = w.name
  ), rel AS MATERIALIZED (
    SELECT c.oid, c.relnamespace AS ns, c.relname, c.relchecks
      FROM wanted w JOIN pg_class c ON c.relnamespace = w.oid
     WHERE c.relkind IN ${TABLES} AND c.relname = ANY (${textArray(tables)})
  ), lines (ns, line) AS (
    SELECT r.ns, concat_ws(${part}, 'table', r.relname, r.relchecks) FROM rel r
    UNION ALL
    SELECT r.ns, concat_ws(${part}, 'column', r.relname, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.atthasdef)
      FROM rel r JOIN pg_attribute a ON a.attrelid = r.oid
     WHERE a.attnum > 0 AND NOT a.attisdropped AND NOT starts_with(a.attname, '_aside_')
    UNION ALL
    SELECT r.ns, concat_ws(${part}, 'index', r.relname, i.relname, x.indisunique)
      FROM rel r
      JOIN LATERAL (SELECT indexrelid, indisunique FROM pg_index WHERE indrelid = r.oid) x ON true
      JOIN pg_class i ON i.oid = x.indexrelid
     WHERE NOT starts_with(i.relname, '_aside_')
  )
  SELECT w.name AS namespace, coalesce(sum(hashtextextended(l.line, 0)) || '/' || sum(hashtextextended(l.line, 1)), '') AS outline
    FROM wanted w LEFT JOIN lines l ON l.ns = w.oid GROUP BY 1`
}

/** By namespace: the revision that a target plainly has, although its bookkeeping says another one. */
export async function othersAmong(
  client: ClientBase,
  targets: readonly LocatedTarget[],
  rows: readonly unknown[],
  { past, said }: { past: PastRevisions; said: number },
): Promise<ReadonlyMap<string, RevisionShape>> {
  const outlines = new Map(
    (rows as readonly { namespace: string; outline: string }[]).map((row) => [row.namespace, row]),
  )
  const found = new Map<string, RevisionShape>()
  for (const [outline, alike] of groupedBy(targets, ({ namespace }) => outlines.get(namespace)?.outline ?? '')) {
    if (!past.known.has(outline)) past.known.set(outline, await otherOf(client, alike[0], past, said))
    const other = past.known.get(outline) ?? null
    if (other !== null) for (const { namespace } of alike) found.set(namespace, other)
  }
  return found
}

/** What somebody alters at this moment, in a table that the plan does not touch, is no reason to refuse it. */
async function otherOf(
  client: ClientBase,
  { target, namespace }: LocatedTarget,
  { tables, ignore, history }: PastRevisions,
  said: number,
): Promise<RevisionShape | null> {
  try {
    const actual = await introspect(client, namespace, tables)
    const noted = await readNotedDrift(client, namespace)
    return otherRevisionOf(await history(), said, { actual, ignore, noted })
  } catch (error) {
    if (toSagaError(error, whereOf(target)) instanceof LockUnavailable) return null
    throw error
  }
}
