/** Reads what targets hold under names of what is set aside, from their tables and not only from the bookkeeping; and notes. */

import pMap from 'p-map'
import type { ClientBase, QueryResult } from 'pg'
import type { Hidden } from '../../physical/past/hidden.ts'
import { textArray } from '../../physical/sql.ts'
import type { FleetTarget } from '../catalog/projects/targets.ts'
import type { Notes } from '../drift/undoNotes.ts'
import { TABLES } from '../introspection/facts.ts'
import { databasesOf, lookAtDatabase } from '../sessions/databases.ts'
import type { TargetPools } from '../sessions/pools.ts'

/** Databases looked at together. */
const LOOKS_AT_ONCE = 4

const hiddenQuery = (namespaces: string): string => `
  WITH found AS (
    SELECT n.nspname, c.relname AS "table", a.attname AS name, 'column' AS kind
      FROM pg_catalog.pg_namespace n
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ${TABLES}
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE n.nspname = ANY (${namespaces}) AND starts_with(a.attname, '_aside_')
    UNION ALL
    SELECT n.nspname, NULL, c.relname, 'table'
      FROM pg_catalog.pg_namespace n
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ${TABLES}
     WHERE n.nspname = ANY (${namespaces}) AND starts_with(c.relname, '_aside_'))
  SELECT f.nspname::text AS namespace, f."table"::text AS "table", f.name::text AS "asideName",
         ARRAY(SELECT DISTINCT CASE f.kind WHEN 'column' THEN s.column_name ELSE s.table_name END
                 FROM schema_saga_target.set_aside s
                WHERE s.namespace = f.nspname AND s.kind = f.kind AND s.aside_name = f.name ORDER BY 1) AS was,
         EXISTS (SELECT FROM schema_saga_target.set_aside s
                   JOIN schema_saga_target.target t ON t.namespace = s.namespace AND t.incarnation = s.incarnation
                  WHERE s.namespace = f.nspname AND s.kind = f.kind AND s.aside_name = f.name
                    AND s.restored_at IS NULL AND s.purged_at IS NULL) AS known
    FROM found f ORDER BY 1, 2, 3`

const notesQuery = (namespaces: string): string => `
  SELECT namespace, jsonb_object_agg(object, note) AS notes
    FROM (SELECT namespace, object, string_agg(DISTINCT format('%s (operation %s)', what, operation_id), '; ') AS note
            FROM schema_saga_target.drift WHERE namespace = ANY (${namespaces}) GROUP BY 1, 2) noted GROUP BY 1`

/** By namespace; one query whatever their number. */
export async function readHidden(
  client: ClientBase,
  namespaces: readonly string[],
): Promise<ReadonlyMap<string, readonly Hidden[]>> {
  return hiddenIn(await client.query(hiddenQuery(textArray(namespaces))), namespaces)
}

/** What is beside the tables of a target. */
export interface Beside {
  readonly hidden: readonly Hidden[]
  /** What undos have noted of objects, as differences name them. */
  readonly notes: Notes
}

/** By scope, with one query per database; targets that cannot be asked any more are missing from the answer. */
export async function readFleetBeside(
  pools: TargetPools,
  targets: readonly FleetTarget[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Beside>> {
  const { databases } = await databasesOf(pools, targets)
  const looks = await pMap(
    databases,
    async (database) => {
      const namespaces = database.map(({ namespace }) => namespace)
      const ask = (client: ClientBase) => readBeside(client, namespaces)
      const look = await lookAtDatabase(pools, database, ask, signal)
      if ('lost' in look) return []
      const { hidden, notes } = look.found
      return database.map(({ target, namespace }) => {
        const beside = { hidden: hidden.get(namespace) ?? [], notes: notes.get(namespace) ?? {} }
        return [target.scope, beside] as const
      })
    },
    { concurrency: LOOKS_AT_ONCE },
  )
  return new Map(looks.flat())
}

async function readBeside(client: ClientBase, namespaces: readonly string[]) {
  const list = textArray(namespaces)
  // Several statements in one message give several results, which the driver's types do not know.
  const answer: unknown = await client.query([hiddenQuery(list), notesQuery(list)].join(';\n'))
  const [found, noted] = answer as [QueryResult, QueryResult<{ namespace: string; notes: Notes }>]
  return {
    hidden: hiddenIn(found, namespaces),
    notes: new Map(noted.rows.map(({ namespace, notes }) => [namespace, notes])),
  }
}

function hiddenIn(
  { rows }: QueryResult<Hidden & { readonly namespace: string }>,
  namespaces: readonly string[],
): ReadonlyMap<string, readonly Hidden[]> {
  const found = new Map<string, Hidden[]>(namespaces.map((namespace) => [namespace, []]))
  for (const { namespace, ...hidden } of rows) found.get(namespace)?.push(hidden)
  return found
}
