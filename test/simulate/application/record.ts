/** What an answer to a statement means for the shadow copy. */
import type { CellKind } from './casts.ts'
import { type Knowledge, type Meaning, meaningOf } from './knowledge.ts'
import { type ColumnPlace, cellsOf, type Place, placeKey } from './places.ts'
import { type Cell, type Row, rowsOf, type Shadow, written } from './shadow.ts'
import type { Sent, Statement } from './statements.ts'

/** What a statement that writes returns: its table's oid, the row, and the numbers of all columns by their names. */
export interface Returned {
  readonly table: string
  readonly row: Readonly<Record<string, unknown>>
  readonly numbers: Readonly<Record<string, number>>
}

/** Whether all columns that were written are known; if not, the tenant has to be looked at before the answer is recorded. */
export function isKnown(knowledge: Knowledge, statement: Statement, { table, numbers }: Returned): boolean {
  const known = (name: string): boolean => meaningOf(knowledge, table, numbers[name] ?? 0, null) !== null
  return knowledge.tables.has(table) && statement.sent.every(({ column }) => known(column.name))
}

/** Records a write that was acknowledged; `hash` is the schema at which the tenant was last seen. */
export function recordWrite(
  shadow: Shadow,
  knowledge: Knowledge,
  statement: Statement,
  returned: Returned,
  hash: string,
): void {
  const model = knowledge.tables.get(returned.table)?.model ?? statement.table.place.model
  const rows = rowsOf(shadow, model)
  const row: Row = rows.get(statement.row) ?? { cells: new Map(), sure: true, schema: hash }
  row.sure = true
  rows.set(statement.row, row)
  shadow.writes += 1
  for (const sent of statement.sent) {
    const number = returned.numbers[sent.column.name] ?? 0
    const meaning = meaningOf(knowledge, returned.table, number, hash)
    if (meaning === null) continue
    // A value that was meant for another form of its field is what it has become on its way.
    const value = number === sent.column.number ? sent.value : returned.row[sent.column.name]
    putColumn(row, meaning, value, shadow.writes)
    writeOver(shadow, { model, row: statement.row, column: meaning.column.cell })
  }
}

/** What a column held as a part of something else has gone the way of every value that is written over. */
function writeOver(shadow: Shadow, { model, row, column }: { model: string; row: string; column: string }): void {
  shadow.hidden = shadow.hidden.filter(
    (hidden) => hidden.model !== model || hidden.row !== row || hidden.within !== column,
  )
}

/** Records that a row was deleted. */
export function recordDelete(shadow: Shadow, { table, row }: Statement): void {
  rowsOf(shadow, table.place.model).delete(row)
}

/** Records a write of which nobody knows whether it happened: all that it named may be either. */
export function recordLostAnswer(shadow: Shadow, { kind, table, row: id, sent }: Statement, hash: string): void {
  if (kind === 'select') return
  const rows = rowsOf(shadow, table.place.model)
  const row: Row = rows.get(id) ?? { cells: new Map(), sure: false, schema: hash }
  if (kind !== 'update') row.sure = false
  rows.set(id, row)
  for (const each of sent) {
    forget(row, each)
    writeOver(shadow, { model: table.place.model, row: id, column: each.column.meaning.column.cell })
  }
}

/** Records a row that was there before the application. */
export function recordFound(
  shadow: Shadow,
  model: string,
  row: Readonly<Record<string, unknown>>,
  columns: readonly Meaning[],
): void {
  const [first] = columns
  const found: Row = { cells: new Map(), sure: true, schema: first?.schema ?? '' }
  for (const meaning of columns) putColumn(found, meaning, row[meaning.column.column] ?? null, shadow.writes)
  rowsOf(shadow, model).set(String(row.id), found)
}

function putColumn(row: Row, { table, column, schema }: Meaning, value: unknown, at: number): void {
  const put = (key: string, kind: CellKind, each: unknown): Map<string, Cell> =>
    row.cells.set(key, written({ kind, value: each }, schema, at, key === column.cell ? null : column.cell))
  // In another schema the column may have held documents, or none: either way they are written over.
  const elsewhere = cellsOf({ ...table, columns: table.columns.filter((each) => each !== column) })
  for (const key of [column.cell, ...keysWithin(row, column)]) if (!elsewhere.has(placeKey(key))) row.cells.delete(key)
  if (column.within.length === 0) {
    put(column.cell, column.kind, value)
    return
  }
  const elements = Array.isArray(value) ? value : [value]
  for (const [index, element] of elements.entries()) {
    for (const place of column.within) {
      const [found] = valuesAt(element, place.keys)
      if (found !== undefined) put(Array.isArray(value) ? `${place.cell}#${index}` : place.cell, place.kind, found)
    }
  }
}

function forget(row: Row, { column }: Sent): void {
  const { column: place } = column.meaning
  const whole = place.within.length === 0 || row.cells.has(place.cell) ? [place.cell] : []
  for (const key of [...whole, ...keysWithin(row, place)]) {
    const known = row.cells.get(key)
    row.cells.set(key, {
      ...(known ?? written({ kind: place.kind, value: null }, column.meaning.schema, 0)),
      sure: false,
    })
  }
}

function keysWithin(row: Row, { cell: column, within }: ColumnPlace): readonly string[] {
  const cells = new Set(within.map(({ cell }: Place) => cell))
  const isWithin = ([key, cell]: [string, Cell]): boolean => cell.within === column || cells.has(placeKey(key))
  return [...row.cells].filter(isWithin).map(([key]) => key)
}

/** The values at the end of a path, one for each element of the lists on it. */
export function valuesAt(found: unknown, keys: readonly string[]): readonly unknown[] {
  if (Array.isArray(found) && keys.length > 0) return found.flatMap((each) => valuesAt(each, keys))
  const [key, ...rest] = keys
  if (key === undefined) return [found]
  if (typeof found !== 'object' || found === null || !(key in found)) return []
  return valuesAt((found as Record<string, unknown>)[key], rest)
}
