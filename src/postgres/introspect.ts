/** What a namespace really holds, read from `pg_catalog` in one query; set-aside objects are left out. */
import type { ClientBase } from 'pg'
import type { Check, Column, ForeignKey, Index, Key, PhysicalSchema, Table } from '../physical/schema.ts'

const QUERY = `
  select c.relname as name,
    (select coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
              'notNull', a.attnotnull, 'default', pg_get_expr(d.adbin, d.adrelid))), '[]')
       from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attname !~ '^_aside_') as columns,
    (select coalesce(json_agg(json_build_object('name', k.conname, 'type', k.contype,
              'columns', (select json_agg(a.attname order by u.place)
                            from unnest(k.conkey) with ordinality u(num, place)
                            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num),
              'expression', pg_get_expr(k.conbin, k.conrelid),
              'table', (select r.relname from pg_class r where r.oid = k.confrelid),
              'references', (select json_agg(a.attname order by u.place)
                               from unnest(k.confkey) with ordinality u(num, place)
                               join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.num),
              'onDelete', k.confdeltype)), '[]')
       from pg_constraint k
      where k.conrelid = c.oid and k.contype in ('p', 'u', 'c', 'f') and k.conname !~ '^_aside_') as constraints,
    (select coalesce(json_agg(json_build_object('name', i.relname, 'unique', x.indisunique, 'valid', x.indisvalid,
              'columns', (select json_agg(coalesce(a.attname, pg_get_indexdef(x.indexrelid, u.place::int, true)) order by u.place)
                            from unnest(x.indkey::int2[]) with ordinality u(num, place)
                            left join pg_attribute a on a.attrelid = c.oid and a.attnum = u.num and u.num > 0))), '[]')
       from pg_index x join pg_class i on i.oid = x.indexrelid
      where x.indrelid = c.oid and i.relname !~ '^_aside_'
        and not exists (select from pg_constraint k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x'))
    ) as indexes
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relkind in ('r', 'p') and c.relname !~ '^_aside_'
    and ($2::text[] is null or c.relname = any ($2))`

interface ConstraintRow {
  readonly name: string
  readonly type: 'p' | 'u' | 'c' | 'f'
  readonly columns: readonly string[] | null
  readonly expression: string | null
  readonly table: string | null
  readonly references: readonly string[] | null
  readonly onDelete: string
}

interface TableRow {
  readonly name: string
  readonly columns: readonly Column[]
  readonly constraints: readonly ConstraintRow[]
  readonly indexes: readonly Index[]
}

const ON_DELETE: Readonly<Record<string, ForeignKey['onDelete']>> = {
  n: 'set_null',
  c: 'cascade',
  r: 'restrict',
  a: 'no_action',
}

/** Reads a namespace, or only the given tables of it. */
export async function introspect(
  client: ClientBase,
  namespace: string,
  tables: readonly string[] | null = null,
): Promise<PhysicalSchema> {
  const { rows } = await client.query<TableRow>(QUERY, [namespace, tables])
  return { tables: byName(rows.map(tableOf)), aside: {} }
}

function tableOf({ name, columns, constraints, indexes }: TableRow): Table {
  const ofType = (type: ConstraintRow['type']): readonly ConstraintRow[] =>
    constraints.filter((each) => each.type === type)
  return {
    name,
    columns: byName(columns),
    primaryKey: ofType('p').map(keyOf)[0] ?? null,
    uniques: byName(ofType('u').map(keyOf)),
    checks: byName(ofType('c').map(checkOf)),
    foreignKeys: byName(ofType('f').map(foreignKeyOf)),
    indexes: byName(indexes),
  }
}

function keyOf({ name, columns }: ConstraintRow): Key {
  return { name, columns: columns ?? [] }
}

function foreignKeyOf({ name, columns, table, references, onDelete }: ConstraintRow): ForeignKey {
  return {
    name,
    columns: columns ?? [],
    table: table ?? '',
    references: references ?? [],
    onDelete: ON_DELETE[onDelete] ?? 'no_action',
  }
}

const ONE_OF = /^\(.+ = ANY \(ARRAY\[(.*)\]\)\)$/s
const TEXT = /(E?)'((?:[^'\\]|''|\\.)*)'::text(?:, |$)/gs

/** Our own form of check is understood; any other is kept as its text. */
function checkOf({ name, columns, expression }: ConstraintRow): Check {
  const list = ONE_OF.exec(expression ?? '')?.[1]
  const column = columns?.length === 1 ? columns[0] : undefined
  if (list === undefined || column === undefined) return { name, expression: expression ?? '' }
  const values: string[] = []
  const rest = list.replaceAll(TEXT, (_, mark: string, text: string) => {
    const plain = text.replaceAll("''", "'")
    values.push(mark === '' ? plain : plain.replaceAll('\\\\', '\\'))
    return ''
  })
  return rest === '' ? { name, column, oneOf: values } : { name, expression: expression ?? '' }
}

function byName<T extends { readonly name: string }>(entries: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(entries.map((entry) => [entry.name, entry]))
}
