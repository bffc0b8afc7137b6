/** A look at the tables of one tenant: at Postgres' own catalog, and at where the tenant stands. */
import pg from 'pg'
import { isAway } from '../world/away.ts'

/** One column that is not set aside. */
export interface SeenColumn {
  readonly name: string
  /** Stays when the column is renamed, and is never given to another. */
  readonly number: number
  readonly type: string
  readonly notNull: boolean
  readonly default: string | null
  /** Checks and unique constraints on it, by their definitions. */
  readonly rules: readonly string[]
}

/** One table that is not set aside. */
export interface SeenTable {
  /** Its oid. */
  readonly id: string
  readonly name: string
  readonly columns: readonly SeenColumn[]
}

/** A tenant as it was at one moment; `revision` and `hash` are null where it is not registered. */
export interface Look {
  readonly revision: number | null
  readonly hash: string | null
  readonly tables: readonly SeenTable[]
}

const LOOK = `
  select t.revision, t.schema_hash as hash, coalesce(s.tables, '[]') as tables
    from (select 1) one
    left join schema_saga_target.target t on t.namespace = $1
    left join lateral (
      select json_agg(json_build_object('id', c.oid::text, 'name', c.relname, 'columns', (
               select json_agg(json_build_object('name', a.attname, 'number', a.attnum,
                        'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
                        'default', pg_get_expr(d.adbin, d.adrelid), 'rules', array(
                          select pg_get_constraintdef(k.oid) from pg_constraint k
                           where k.conrelid = c.oid and a.attnum = any (k.conkey) and k.contype in ('u', 'c', 'f')
                           order by 1)) order by a.attnum)
                 from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attname !~ '^_aside_'))
               order by c.relname) as tables
        from pg_class c
       where c.relnamespace = (select oid from pg_namespace where nspname = $1) and c.relkind in ('r', 'p')
         and c.relname !~ '^_aside_') s on true`

/** No such table. */
const NOT_YET = '42P01'

/** Looks at the tables in a namespace; null while the database is not there, or holds no bookkeeping: nor does a tenant. */
export async function lookAt(db: pg.Pool | pg.ClientBase, namespace: string): Promise<Look | null> {
  try {
    const { rows } = await db.query<Look>(LOOK, [namespace])
    return rows[0] ?? null
  } catch (error) {
    if (isAway(error) || (error instanceof pg.DatabaseError && error.code === NOT_YET)) return null
    throw error
  }
}

/** A column of a look by its names. */
export function seenColumn(look: Look, table: string, column: string): SeenColumn | undefined {
  return look.tables.find(({ name }) => name === table)?.columns.find(({ name }) => name === column)
}
