/** Statements of the application, which name their columns. */
import type { Random } from '../application/random.ts'
import type { SqlColumn, SqlTable } from './facts.ts'
import type { SqlShadow } from './shadow.ts'

/** A statement that is about to be sent. */
export interface SqlStatement {
  readonly kind: 'insert' | 'update' | 'delete' | 'select'
  readonly table: SqlTable
  readonly text: string
  readonly values: readonly (string | null)[]
  /** Names of what it writes. */
  readonly names: readonly string[]
  /** The row, where it is about one that there is. */
  readonly row: string | null
}

const WRITABLE = /^(text|integer|bigint|character varying\(60\))$/
const NUMBERS = `(select jsonb_object_agg(attname, attnum) from pg_catalog.pg_attribute
  where attrelid = tableoid and attnum > 0 and not attisdropped)`

/** A random one; null where there is no table. */
export function nextStatement(
  namespace: string,
  tables: readonly SqlTable[],
  shadow: SqlShadow,
  draw: { random: Random; count: () => number },
): SqlStatement | null {
  const { random } = draw
  const table = random.pick(tables)
  if (table === undefined) return null
  const name = `${namespace}.${table.name}`
  const row = random.pick([...(shadow.get(table.oid)?.rows.keys() ?? [])]) ?? null
  const kind =
    row === null ? 'insert' : (random.pick(['insert', 'update', 'update', 'select', 'delete'] as const) ?? 'insert')
  const columns = table.columns.filter(isWritable)
  const common = { kind, table, row: kind === 'insert' ? null : row }
  if (kind === 'delete') {
    // What others may refer to stays.
    if (table.referred || !random.happens(0.3)) return null
    return { ...common, text: `delete from ${name} where id = $1`, values: [row], names: [] }
  }
  if (kind === 'select') {
    const names = columns.map((each) => each.name)
    return {
      ...common,
      text: `select ${['id', ...names].join(', ')} from ${name} where id = $1`,
      values: [row],
      names: [],
    }
  }
  const written = columns.filter((each) => (kind === 'insert' && each.notNull && !each.filled) || random.happens(0.7))
  if (written.length === 0) return null
  return { ...common, ...writing(kind, { namespace, name, row, written, draw }) }
}

function writing(
  kind: 'insert' | 'update',
  {
    namespace,
    name,
    row,
    written,
    draw,
  }: {
    namespace: string
    name: string
    row: string | null
    written: readonly SqlColumn[]
    draw: { random: Random; count: () => number }
  },
): Pick<SqlStatement, 'text' | 'values' | 'names'> {
  const names = written.map((column) => column.name)
  const values: (string | null)[] = []
  const given = written.map(({ refers, notNull, type }) => {
    // One that there is, or none: rows that others refer to stay.
    if (refers !== null) return `(select id from ${namespace}.${bare(refers)} order by id desc limit 1)`
    values.push(!notNull && draw.random.happens(0.15) ? null : writtenAs(type, draw.count()))
    return `$${values.length}`
  })
  const answer = `returning id::text as id, tableoid::text as table, ${NUMBERS} as numbers,
    jsonb_build_object(${names.map((each) => `'${each}', ${each}::text`).join(', ')}) as written`
  if (kind === 'insert') {
    return { names, values, text: `insert into ${name} (${names.join(', ')}) values (${given.join(', ')}) ${answer}` }
  }
  const sets = names.map((each, index) => `${each} = ${given[index]}`).join(', ')
  return {
    names,
    values: [...values, row],
    text: `update ${name} set ${sets} where id = $${values.length + 1} ${answer}`,
  }
}

/** What begins with `k_` is left to whoever changes the schema. */
function isWritable({ name, type }: SqlColumn): boolean {
  return name !== 'id' && !name.startsWith('k_') && WRITABLE.test(type)
}

function writtenAs(type: string, number: number): string {
  return type === 'integer' || type === 'bigint' ? String(number) : `v${number}`
}

function bare(name: string): string {
  return name.split('.').at(-1) ?? name
}
