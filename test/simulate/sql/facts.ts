/** What is in a namespace just now, as whoever writes SQL for it sees it. */
import type { ClientBase, Pool } from 'pg'

/** One column of a table. */
export interface SqlColumn {
  readonly name: string
  /** Its number in its table, which stays through renames. */
  readonly number: number
  readonly type: string
  readonly notNull: boolean
  /** Whether a row gets a value here that does not name the column. */
  readonly filled: boolean
  /** Whether a key, rule or index is about it. */
  readonly bound: boolean
  /** The table that it refers to; null for none. */
  readonly refers: string | null
}

/** One table. */
export interface SqlTable {
  readonly name: string
  readonly oid: string
  /** Whether another one refers to it. */
  readonly referred: boolean
  readonly columns: readonly SqlColumn[]
}

const LOOK = `
  select c.relname as name, c.oid::text as oid,
         exists (select from pg_constraint k where k.confrelid = c.oid and k.contype = 'f') as referred,
         (select coalesce(jsonb_agg(jsonb_build_object('name', a.attname, 'number', a.attnum,
                   'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
                   'filled', a.atthasdef or a.attidentity <> '' or a.attgenerated <> '',
                   'bound', exists (select from pg_constraint k where k.conrelid = c.oid and a.attnum = any (k.conkey) and k.contype <> 'n')
                         or exists (select from pg_index i where i.indrelid = c.oid and a.attnum = any (i.indkey)),
                   'refers', (select k.confrelid::regclass::text from pg_constraint k
                               where k.conrelid = c.oid and k.contype = 'f' and k.conkey = array[a.attnum] limit 1))
                 order by a.attnum), '[]')
            from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attname !~ '^_aside_') as columns
    from pg_class c
   where c.relnamespace = to_regnamespace($1) and c.relkind = 'r' and c.relname !~ '^_aside_'
   order by c.relname`

/** The tables of a namespace. */
export async function lookAtTables(client: ClientBase | Pool, namespace: string): Promise<readonly SqlTable[]> {
  return (await client.query<SqlTable>(LOOK, [namespace])).rows
}

const OBJECTS = `
  select 'index' as kind, c.relname as name, pg_get_indexdef(c.oid) as definition, t.relname as of
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
   where c.relnamespace = to_regnamespace($1) and c.relname !~ '^_aside_'
     and not exists (select from pg_constraint k where k.conindid = c.oid)
  union all
  select 'view', relname, pg_get_viewdef(oid), null from pg_class
   where relnamespace = to_regnamespace($1) and relkind = 'v' and relname !~ '^_aside_'
  union all
  select 'function', proname, prosrc, null from pg_proc where pronamespace = to_regnamespace($1) and proname ~ '^f_'
  union all
  select 'enum', typname, null, null from pg_type where typnamespace = to_regnamespace($1) and typtype = 'e'
  union all
  select 'check', k.conname, pg_get_constraintdef(k.oid), t.relname
    from pg_constraint k join pg_class t on t.oid = k.conrelid
   where t.relnamespace = to_regnamespace($1) and k.contype in ('c', 'u') and t.relkind = 'r'
   order by 1, 2`

/** What is there besides tables. */
export interface SqlObject {
  readonly kind: 'index' | 'view' | 'function' | 'enum' | 'check'
  readonly name: string
  /** As Postgres prints it where the search path is the namespace alone. */
  readonly definition: string
  readonly of: string
}

/** The other objects of a namespace; the session's search path must be that. */
export async function lookAtObjects(client: ClientBase, namespace: string): Promise<readonly SqlObject[]> {
  return (await client.query<SqlObject>(OBJECTS, [namespace])).rows
}
