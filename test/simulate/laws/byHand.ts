/** Differences that somebody makes by hand, for a moment: drift has to see each of them, and nothing else. */
import pg from 'pg'
import { withConnection } from '../../../src/postgres/sessions/connection.ts'
import type { Random } from '../application/random.ts'
import type { World } from '../types.ts'
import type { TargetFact } from './facts.ts'

interface Column {
  readonly table: string
  readonly name: string
  readonly notNull: boolean
  readonly default: string | null
}

/** What is done to a column, and what takes it back; null where that kind of column cannot have it done. */
type ByHand = (column: Column) => { readonly make: string; readonly undo: string } | null

const NAME = 'x_by_hand'

/** By name, so that a new one is one entry more. */
const BY_HAND: Readonly<Record<string, ByHand>> = {
  extraColumn: ({ table }) => ({
    make: `alter table ${table} add column ${NAME} integer`,
    undo: `alter table ${table} drop column ${NAME}`,
  }),
  otherName: ({ table, name }) => ({
    make: `alter table ${table} rename column ${name} to ${NAME}`,
    undo: `alter table ${table} rename column ${NAME} to ${name}`,
  }),
  nullable: ({ table, name, notNull }) =>
    notNull
      ? {
          make: `alter table ${table} alter column ${name} drop not null`,
          undo: `alter table ${table} alter column ${name} set not null`,
        }
      : null,
  noDefault: ({ table, name, default: expression }) =>
    expression === null
      ? null
      : {
          make: `alter table ${table} alter column ${name} drop default`,
          undo: `alter table ${table} alter column ${name} set default ${expression}`,
        },
  extraIndex: ({ table, name }) => ({
    make: `create index ${NAME} on ${table} (${name})`,
    undo: `drop index ${table.split('.')[0]}.${NAME}`,
  }),
  extraCheck: ({ table, name }) => ({
    make: `alter table ${table} add constraint ${NAME} check (${name} is null or true)`,
    undo: `alter table ${table} drop constraint ${NAME}`,
  }),
}

const COLUMNS = `
  select format('%I.%I', $1::text, c.relname) as table, format('%I', a.attname) as name, a.attnotnull as "notNull",
         pg_get_expr(d.adbin, d.adrelid) as default
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
   where c.relnamespace = (select oid from pg_namespace where nspname = $1) and c.relkind = 'r' and a.attnum > 0
     and not a.attisdropped and a.attname <> 'id' and c.relname !~ '^_aside_' and a.attname !~ '^_aside_'
   order by 1, 2`

/** Does the work while a target differs in a way of its own; false where it cannot be made to. */
export async function whileDifferent(
  world: World,
  { place }: TargetFact,
  random: Random,
  work: (kind: string) => Promise<void>,
): Promise<boolean> {
  const server = world.servers.get(place.server)
  if (server === undefined) return false
  return await withConnection(server.urls(place.namespace).superuser, async (client) => {
    // Somebody else may have a table open.
    await client.query(`set lock_timeout = '500ms'`)
    const { rows } = await client.query<Column>(COLUMNS, [server.tablesIn(place.namespace)])
    const column = random.pick(rows)
    const [kind, byHand] = random.pick(Object.entries(BY_HAND)) ?? []
    const statements = column === undefined ? null : (byHand?.(column) ?? null)
    if (kind === undefined || statements === null || !(await isDone(client, statements.make))) return false
    try {
      await work(kind)
    } finally {
      await client.query(`set lock_timeout = 0; ${statements.undo}`)
    }
    return true
  })
}

/** A lock that somebody else has; a column of a primary key; something that hangs on it. */
const CANNOT_BE_DONE = ['55P03', '42P16', '2BP01']

/** Whether it could be done at once. */
async function isDone(client: pg.Client, sql: string): Promise<boolean> {
  try {
    await client.query(sql)
    return true
  } catch (error) {
    if (error instanceof pg.DatabaseError && CANNOT_BE_DONE.includes(error.code ?? '')) return false
    throw error
  }
}
