/** The rows that a tenant has before the application begins: nobody's, and in the way of every change all the same. */
import pg, { type ClientBase } from 'pg'

/** A value for each type of column that models can have. */
const VALUES: Readonly<Record<string, string>> = {
  text: "'row ' || n",
  integer: 'n::integer',
  'double precision': 'n / 4.0',
  boolean: 'n % 2 = 0',
  'timestamp with time zone': "timestamptz '2024-02-29 12:00:00Z' + n * interval '1 hour'",
  date: "date '2024-02-29' + n::integer",
  jsonb: "'{}'::jsonb",
  'text[]': "array['row ' || n]",
}

const COLUMNS = `
  select attname as name, format_type(atttypid, atttypmod) as type
    from pg_attribute
   where attrelid = to_regclass($1) and attnum > 0 and not attisdropped and attnotnull and not atthasdef`

/** Constraints that the application would meet without knowing of these rows. */
const UNIQUE = `
  select from pg_index where indrelid = to_regclass($1) and indisunique and not indisprimary`

/**
 * Inserts rows with what their columns demand; a table stays empty that wants more than that (a key of another's), or in
 * which they would be in the way of the application's own.
 */
export async function insertRows(client: ClientBase, namespace: string, table: string, count: number): Promise<void> {
  const name = `${pg.escapeIdentifier(namespace)}.${pg.escapeIdentifier(table)}`
  const { rows: columns } = await client.query<{ name: string; type: string }>(COLUMNS, [name])
  if ((await client.query(UNIQUE, [name])).rowCount !== 0) return
  const values = columns.map(({ type }) => VALUES[type] ?? 'null')
  const into = columns.map((column) => pg.escapeIdentifier(column.name)).join(', ')
  await client.query('savepoint rows')
  try {
    await client.query(
      `insert into ${name} (${into}) select ${values.join(', ')} from generate_series(1, $1::integer) n
       on conflict do nothing`,
      [count],
    )
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || !/^23/.test(error.code ?? '')) throw error
    await client.query('rollback to savepoint rows')
  }
}
