/** The statements of an application: plain ones that name their columns, over what it last saw of its tables. */
import type { KnownColumn, KnownTable } from './knownTables.ts'
import type { ColumnPlace } from './places.ts'
import { rowsOf, type Shadow } from './shadow.ts'
import { idOf, type Source, valueFor } from './values.ts'

/** A value on its way into a column. */
export interface Sent {
  readonly column: KnownColumn
  readonly value: unknown
}

/** One statement; what a read names is in `reads`. */
export interface Statement {
  readonly kind: 'insert' | 'update' | 'delete' | 'select'
  readonly text: string
  readonly values: readonly unknown[]
  readonly prepared: boolean
  readonly table: KnownTable
  readonly row: string
  readonly sent: readonly Sent[]
  readonly reads: readonly string[]
}

/** More rows than these are not inserted, so that comparing stays cheap. */
const MOST_ROWS = 40

/** The share of its columns that an insert names. */
const INSERTED = 0.8
const EVERYTHING = 1

/** The table of which a row's own is a part, or from which it inherits. */
const WHOLE = 'coalesce((select h.inhparent from pg_catalog.pg_inherits h where h.inhrelid = t.tableoid), t.tableoid)'

/** What tells, for a row that was written, which columns there were: names with numbers, and what the row then held. */
const RETURNING = `returning ${WHOLE}::text as "table", to_jsonb(t.*) as "row",
  (select json_object_agg(a.attname, a.attnum) from pg_catalog.pg_attribute a
    where a.attrelid = ${WHOLE} and a.attnum > 0 and not a.attisdropped) as "numbers"`

/** The next statement; null where there is nothing to do. */
export function nextStatement(
  namespace: string,
  tables: readonly KnownTable[],
  shadow: Shadow,
  source: Source,
): Statement | null {
  const { random } = source
  const table = random.pick(tables)
  if (table === undefined) return null
  const rows = [...rowsOf(shadow, table.place.model)].filter(([, row]) => row.sure).map(([id]) => id)
  const row = random.pick(rows)
  const room = rows.length < (table.place.single ? 1 : MOST_ROWS)
  const on = { namespace, table, shadow, source, prepared: random.happens(0.4) }
  if (row === undefined || (room && random.happens(0.35))) return room ? insert(on) : null
  if (random.happens(0.25)) return select(on, row)
  return !table.place.related && random.happens(0.06) ? remove(on, row) : update(on, row)
}

/** Writes into every column: of a row that comes, or of one that is there. */
export function writeEverything(
  kind: 'insert' | 'update',
  on: Pick<On, 'namespace' | 'table' | 'shadow' | 'source'>,
): Statement | null {
  const { table, shadow, source } = on
  const rows = [...rowsOf(shadow, table.place.model)].filter(([, row]) => row.sure).map(([id]) => id)
  const all = { ...on, prepared: source.random.happens(0.4) }
  if (kind === 'insert') return rows.length < (table.place.single ? 1 : MOST_ROWS) ? insert(all, EVERYTHING) : null
  const row = source.random.pick(rows)
  return row === undefined ? null : update(all, row, EVERYTHING)
}

interface On {
  readonly namespace: string
  readonly table: KnownTable
  readonly shadow: Shadow
  readonly source: Source
  readonly prepared: boolean
}

function insert(on: On, share = INSERTED): Statement {
  const row = idOf(on.source)
  const sent = sentTo(on, share, row, true)
  const names = ['id', ...sent.map(({ column }) => column.name)].map(quoted)
  const places = names.map((_, index) => `$${index + 1}`)
  const text = `insert into ${target(on)} as t (${names.join(', ')}) values (${places.join(', ')}) ${RETURNING}`
  return statement(on, { kind: 'insert', text, values: [row, ...sent.map(parameter)], row, sent, reads: [] })
}

function update(on: On, row: string, share = 0.4): Statement | null {
  const sent = sentTo(on, share, row, false)
  if (sent.length === 0) return null
  const sets = sent.map(({ column }, index) => `${quoted(column.name)} = $${index + 2}`)
  const text = `update ${target(on)} as t set ${sets.join(', ')} where t."id" = $1 ${RETURNING}`
  return statement(on, { kind: 'update', text, values: [row, ...sent.map(parameter)], row, sent, reads: [] })
}

function remove(on: On, row: string): Statement {
  const text = `delete from ${target(on)} as t where t."id" = $1 returning t."id"`
  return statement(on, { kind: 'delete', text, values: [row], row, sent: [], reads: [] })
}

function select(on: On, row: string): Statement {
  const reads = on.table.columns.filter(() => on.source.random.happens(0.5)).map(({ name }) => name)
  const names = ['id', ...reads].map((name) => `t.${quoted(name)}`)
  const text = `select ${names.join(', ')} from ${target(on)} as t where t."id" = $1`
  return statement(on, { kind: 'select', text, values: [row], row, sent: [], reads })
}

function statement(on: On, rest: Omit<Statement, 'prepared' | 'table'>): Statement {
  return { prepared: on.prepared, table: on.table, ...rest }
}

function sentTo(on: On, share: number, row: string, isNew: boolean): readonly Sent[] {
  // Two rows cannot both have the default of a column that is unique.
  const must = ({ meaning }: KnownColumn): boolean => isNew && meaning.column.unique && meaning.column.notNull
  const chosen = on.table.columns.filter((column) => must(column) || on.source.random.happens(share))
  return chosen.map((column) => ({ column, value: sentValue(on, column.meaning.column, row) }))
}

function sentValue({ table, shadow, source }: On, column: ColumnPlace, row: string): unknown {
  if (column.references === null) return valueFor(column, source)
  const peers = [...rowsOf(shadow, column.references)].filter(([, peer]) => peer.sure).map(([id]) => id)
  const others = [...rowsOf(shadow, table.place.model)].filter(([id]) => id !== row)
  const taken = others.map(([, other]) => other.cells.get(column.cell)?.forms[0]?.value)
  const free = column.unique ? peers.filter((id) => !taken.includes(id)) : peers
  return source.random.pick(free) ?? null
}

function parameter({ column, value }: Sent): unknown {
  const document = ['list', 'media', 'object', 'repeated'].includes(column.meaning.column.kind)
  return document && value !== null ? JSON.stringify(value) : value
}

function target({ namespace, table }: On): string {
  return `${quoted(namespace)}.${quoted(table.name)}`
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
