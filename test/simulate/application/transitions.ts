/** How the shadow of a tenant follows its schema: values that another field shows, none, or one again. */

import { copiesIn } from './copies.ts'
import { isSameColumn, type Knowledge, noKnowledge } from './knowledge.ts'
import { type ColumnPlace, cellsOf, type Place, placeKey, type TablePlace } from './places.ts'
import type { Revision } from './revisions.ts'
import { type Cell, type Hidden, inKind, type Row, rowsOf, type Shadow } from './shadow.ts'

/**
 * Brings the shadow along these revisions; the first is the one at which it is, the last the one of its tenant. What is
 * known of its columns tells which documents stayed in their place.
 */
export function bringTo(shadow: Shadow, chain: readonly Revision[], knowledge = noKnowledge()): void {
  const last = chain.at(-1)
  if (last === undefined) return
  for (const [index, after] of chain.entries()) {
    const before = chain[index - 1]
    if (before !== undefined) followStep(shadow, [before, after], knowledge)
    else takeIn(shadow, chain)
  }
  for (const hash of straysOf(shadow, [last])) {
    relabel(shadow, [{ hash, tables: last.tables, operation: null }, last], knowledge)
  }
  shadow.schema = last.hash
}

/**
 * What was written while an operation worked that was undone bears the hash of a schema that never came. Where there is a
 * place for it, it is followed from there like everything else: the next operation may be the one that hides it.
 */
function takeIn(shadow: Shadow, chain: readonly Revision[]): void {
  const strays = straysOf(shadow, chain)
  for (const [model, rows] of shadow.rows) {
    const at = (has: (table: TablePlace) => boolean): Revision | undefined =>
      chain.find(({ tables }) => tables.some((table) => table.model === model && has(table)))
    for (const row of rows.values()) {
      if (strays.has(row.schema)) row.schema = at(() => true)?.hash ?? row.schema
      for (const [key, cell] of row.cells) {
        if (!strays.has(cell.schema)) continue
        const home = at((table) => cellsOf(table).has(placeKey(key)))
        const place = home?.tables.find((table) => table.model === model)
        const kind = place && cellsOf(place).get(placeKey(key))?.place.kind
        if (home !== undefined && kind !== undefined) row.cells.set(key, inKind(cell, kind, home.hash))
      }
    }
  }
}

function straysOf(shadow: Shadow, chain: readonly Revision[]): ReadonlySet<string> {
  return new Set([...labelsOf(shadow)].filter((label) => !chain.some(({ hash }) => hash === label)))
}

type Labelled = Pick<Revision, 'hash' | 'tables' | 'operation'>

function followStep(shadow: Shadow, [before, after]: readonly [Revision, Revision], knowledge: Knowledge): void {
  relabel(shadow, [{ ...before, operation: after.operation }, after], knowledge)
  const reverted = revertedBy(after.request)
  if (reverted !== null) showAgain(shadow, reverted, after)
  for (const copy of copiesIn(before.schema, after.schema, after.request)) {
    for (const row of rowsOf(shadow, copy.model).values()) {
      const source = row.cells.get(copy.from)
      const untouched = source?.sure === true && source.at <= shadow.compared
      if (untouched && !row.cells.has(copy.to)) row.cells.set(copy.to, source)
    }
  }
}

/** Moves what bears the hash of the one schema to the other. */
function relabel(shadow: Shadow, [from, to]: readonly [Labelled, Labelled], knowledge: Knowledge): void {
  for (const [model, rows] of shadow.rows) {
    const table = to.tables.find((each) => each.model === model)
    const name = from.tables.find((each) => each.model === model)?.table ?? model
    const cells = table === undefined ? null : cellsOf(table)
    for (const [id, row] of rows) {
      if (cells === null) {
        if (row.schema !== from.hash) continue
        rows.delete(id)
        const hidden = { model, row: id, cell: null, forms: [], by: from.operation, name, within: null }
        hide(shadow, { ...hidden, cells: row.cells }, row.sure)
        continue
      }
      if (row.schema === from.hash) row.schema = to.hash
      for (const [key, cell] of row.cells) {
        if (cell.schema !== from.hash) continue
        const at = cells.get(placeKey(key))
        if (at !== undefined) {
          row.cells.set(key, { ...inKind(cell, at.place.kind, to.hash), within: withinOf(at) })
          continue
        }
        row.cells.delete(key)
        const column = columnName(from.tables, model, key)
        const inPlace = isSameColumn(knowledge, { model, cell: cell.within ?? '' }, [from.hash, to.hash])
        const within = stillWithin(table, cell, inPlace)
        const hidden = { model, row: id, cell: key, forms: cell.forms, by: from.operation, name: column, within }
        hide(shadow, { ...hidden, cells: new Map() }, cell.sure)
      }
    }
  }
}

function withinOf({ column, place }: { readonly column: ColumnPlace; readonly place: Place }): string | null {
  return column.cell === place.cell ? null : column.cell
}

/**
 * A column of documents that holds plain values now still holds what was in them, and so does one whose documents nobody
 * has rewritten: taking back a field that was added within them only forgets the field.
 */
function stillWithin(table: TablePlace | undefined, { within }: Cell, inPlace: boolean): string | null {
  const column = table?.columns.find(({ cell }) => cell === within)
  return column !== undefined && (inPlace || column.within.length === 0) ? within : null
}

/** A value that may be another one, or that is nothing, need not be found anywhere. */
function hide(shadow: Shadow, hidden: Hidden, sure: boolean): void {
  const empty = hidden.cell !== null && hidden.forms.every(({ value }) => value === null)
  if (sure && !empty) shadow.hidden.push(hidden)
}

/** What the reverted operation had hidden, as far as there is a place for it again. */
function showAgain(shadow: Shadow, operation: string, after: Revision): void {
  const still: Hidden[] = []
  for (const each of shadow.hidden) {
    const table = after.tables.find(({ model }) => model === each.model)
    if (each.by !== operation || table === undefined || !show(shadow, each, table, after.hash)) still.push(each)
  }
  shadow.hidden = still
}

function show(shadow: Shadow, hidden: Hidden, table: TablePlace, hash: string): boolean {
  const cells = cellsOf(table)
  const again = (key: string, cell: Pick<Cell, 'forms'>): [string, Cell][] => {
    const at = cells.get(placeKey(key))
    if (at === undefined) return []
    const known: Cell = { forms: cell.forms, schema: hash, sure: true, at: 0, within: withinOf(at) }
    return [[key, inKind(known, at.place.kind, hash)]]
  }
  const rows = rowsOf(shadow, hidden.model)
  if (hidden.cell === null) {
    if (rows.has(hidden.row)) return true
    const back = [...hidden.cells].flatMap(([key, cell]) => (cell.sure ? again(key, cell) : []))
    const row: Row = { cells: new Map(back), sure: true, schema: hash }
    rows.set(hidden.row, row)
    return true
  }
  const [entry] = again(hidden.cell, hidden)
  if (entry === undefined) return false
  const row = rows.get(hidden.row)
  if (row !== undefined && !row.cells.has(entry[0])) row.cells.set(...entry)
  return true
}

function columnName(tables: readonly TablePlace[], model: string, key: string): string {
  const table = tables.find((each) => each.model === model)
  return (table === undefined ? undefined : cellsOf(table).get(placeKey(key))?.column.column) ?? placeKey(key)
}

function labelsOf(shadow: Shadow): ReadonlySet<string> {
  const rows = [...shadow.rows.values()].flatMap((each) => [...each.values()])
  return new Set(rows.flatMap((row) => [row.schema, ...[...row.cells.values()].map((cell) => cell.schema)]))
}

function revertedBy(request: unknown): string | null {
  if (typeof request !== 'object' || request === null || !('operation_id' in request)) return null
  return typeof request.operation_id === 'string' ? request.operation_id : null
}
