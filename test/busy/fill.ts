/** Many rows, made of the few that a case has. */
import pg, { type ClientBase } from 'pg'

interface Column {
  readonly name: string
  readonly type: string
  readonly unique: boolean
  /** Whether a check says which values it may have. */
  readonly checked: boolean
}

const COLUMNS = `
  select a.attname as name, format_type(a.atttypid, null) as type, exists (
           select from pg_index i where i.indrelid = a.attrelid and i.indisunique and a.attnum = any (i.indkey)) as unique,
         exists (select from pg_constraint k where k.conrelid = a.attrelid and k.contype in ('c', 'f') and a.attnum = any (k.conkey)) as checked
    from pg_attribute a
   where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped`

const NUMBER = /int|double|numeric/

/** What is filled, and with what. */
export interface Filling {
  readonly namespace: string
  readonly table: string
  /** The id of the row that is copied. */
  readonly like: string
  readonly rows: number
  readonly distinct: boolean
}

/** So many copies of the row `like` of a table; what is unique becomes another value in each, and texts where they are to be `distinct`. */
export async function fill(client: ClientBase, { namespace, table, like, rows, distinct }: Filling): Promise<void> {
  const name = `${pg.escapeIdentifier(namespace)}.${pg.escapeIdentifier(table)}`
  const { rows: columns } = await client.query<Column>(COLUMNS, [name])
  const values = columns.map((column) => valueIn(column, distinct))
  const into = columns.map((column) => pg.escapeIdentifier(column.name))
  await client.query(
    `insert into ${name} (${into.join(', ')}) select ${values.join(', ')} from ${name} t, generate_series(1, $2::integer) n where t.id = $1`,
    [like, rows],
  )
  await client.query(`analyze ${name}`)
}

function valueIn(column: Column, distinct: boolean): string {
  const { name, type, unique, checked } = column
  const value = `t.${pg.escapeIdentifier(name)}`
  if (name === 'id') return `'g' || lpad(n::text, 8, '0')`
  if (checked || type === 'text[]') return unique ? 'null' : value
  if (/char|text/.test(type)) return unique || distinct ? `${value} || n` : value
  return unique ? (NUMBER.test(type) ? `n::${type}` : 'null') : value
}
