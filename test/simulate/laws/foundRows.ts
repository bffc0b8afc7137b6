/** All rows of a tenant, as Postgres has them at one moment. */
import type pg from 'pg'
import type { FoundRow, FoundRows, Purged } from './lostValue.ts'

/** Reads the rows of all tables of a namespace, with what was purged there. */
export async function readRows(db: pg.Pool, namespace: string): Promise<FoundRows> {
  const client = await db.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    const tables = new Map<string, ReadonlyMap<string, FoundRow>>()
    const aside = new Map<string, FoundRow[]>()
    const names = await client.query<{ name: string }>(
      `select relname as name from pg_class where relkind in ('r', 'p')
          and relnamespace = (select oid from pg_namespace where nspname = $1)`,
      [namespace],
    )
    for (const { name } of names.rows) {
      const { rows } = await client.query<{ row: FoundRow }>(
        `select to_jsonb(t.*) as row from ${quoted(namespace)}.${quoted(name)} t`,
      )
      if (!name.startsWith('_aside_')) tables.set(name, new Map(rows.map(({ row }) => [String(row.id), row])))
      else for (const { row } of rows) aside.set(String(row.id), [...(aside.get(String(row.id)) ?? []), row])
    }
    const purged = await readPurged(client, namespace)
    await client.query('commit')
    return { tables, aside, purged }
  } finally {
    client.release()
  }
}

async function readPurged(client: pg.ClientBase, namespace: string): Promise<readonly Purged[]> {
  const { rows } = await client.query<Purged>(
    `select operation_id as operation, kind, coalesce(column_name, table_name) as name,
            aside_name as aside, direction = 'compensate' as "byUndo",
            (extract(epoch from purged_at - at) * 1000)::float8 as "heldMs"
       from schema_saga_target.set_aside where namespace = $1 and purged_at is not null`,
    [namespace],
  )
  return rows
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
