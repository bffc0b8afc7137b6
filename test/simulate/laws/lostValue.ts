/** The law that no value which an application wrote is lost: the shadow copy of a tenant beside its tables. */
import { cellsOf, placeKey, type TablePlace } from '../application/places.ts'
import { valuesAt } from '../application/record.ts'
import { type Cell, fitsKind, holdsValue, isValue, type Row, rowsOf, type Shadow } from '../application/shadow.ts'
import type { Violation } from '../types.ts'
import { fateOf, told } from './hiddenValue.ts'

/** A row as `to_jsonb` shows it, with what is set aside in it. */
export type FoundRow = Readonly<Record<string, unknown>>

/** Something that was dropped for good. */
export interface Purged {
  readonly operation: string
  readonly kind: 'table' | 'column'
  /** What its table or column was called. */
  readonly name: string
  /** What it was called while it was set aside. */
  readonly aside: string
  /** Whether an undo had set it aside. */
  readonly byUndo: boolean
  /** For how long it had been set aside, in ms. */
  readonly heldMs: number
}

/** The rows of a tenant, all read at one moment. */
export interface FoundRows {
  /** By the name of the table and the row's id. */
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, FoundRow>>
  /** Rows of tables that are set aside, by their ids. */
  readonly aside: ReadonlyMap<string, readonly FoundRow[]>
  readonly purged: readonly Purged[]
}

/** A shadow with what it is compared with. */
export interface Comparison {
  readonly tenant: string
  readonly shadow: Shadow
  /** Of the schema at which both are. */
  readonly tables: readonly TablePlace[]
  readonly found: FoundRows
  /** For how long something is set aside at least, in ms. */
  readonly holdMs: number
}

/** What is lost; afterwards the shadow knows of unsure writes what became of them. */
export function lostValues(comparison: Comparison): readonly Violation[] {
  const { tenant, shadow, tables, found, holdMs } = comparison
  const lost: Violation[] = found.purged
    .filter(({ heldMs }) => heldMs < holdMs)
    .map(({ operation, name, heldMs }) =>
      violation('purged-early', `${tenant}: ${name}, set aside by ${operation}, was purged after ${heldMs} ms`),
    )
  for (const table of tables) lost.push(...lostOfTable(comparison, table))
  const fates = shadow.hidden.map((hidden) => ({ hidden, fate: fateOf(comparison, hidden) }))
  const gone = fates.filter(({ fate }) => fate === 'lost')
  lost.push(...gone.map(({ hidden }) => violation('hidden-value', `${tenant}: ${told(hidden)} is set aside nowhere`)))
  shadow.hidden = fates.flatMap(({ hidden, fate }) => (fate === 'there' ? [hidden] : []))
  shadow.compared = shadow.writes
  return lost
}

function lostOfTable(comparison: Comparison, table: TablePlace): readonly Violation[] {
  const { tenant, shadow, found } = comparison
  const rows = found.tables.get(table.table) ?? new Map<string, FoundRow>()
  const expected = shadow.rows.get(table.model) ?? new Map<string, Row>()
  const lost: Violation[] = []
  for (const [id, row] of expected) {
    const there = rows.get(id)
    if (there !== undefined) {
      row.sure = true
      lost.push(...lostOfRow(comparison, table, { id, row, there }))
    } else if (row.sure) lost.push(violation('row', `${tenant}: row ${id} of ${table.table} is gone`))
    if (there === undefined) expected.delete(id)
  }
  for (const id of rows.keys()) {
    if (expected.has(id)) continue
    // Somebody has put it back out of what is set aside.
    if (shadow.hidden.some((hidden) => hidden.row === id)) {
      rowsOf(shadow, table.model).set(id, { cells: new Map(), sure: true, schema: shadow.schema ?? '' })
      continue
    }
    lost.push(violation('row-back', `${tenant}: row ${id} of ${table.table} is there, which the application deleted`))
  }
  return lost
}

function lostOfRow(
  { tenant, shadow }: Comparison,
  table: TablePlace,
  { id, row, there }: { id: string; row: Row; there: FoundRow },
): readonly Violation[] {
  const cells = cellsOf(table)
  const lost: Violation[] = []
  for (const [key, cell] of row.cells) {
    const at = cells.get(placeKey(key))
    if (at === undefined || !cell.sure) {
      row.cells.delete(key)
      continue
    }
    const { column, place } = at
    const values = valuesAt(there[column.column], place.keys)
    if (values.some((value) => isValue(cell.forms, place.kind, value)) || isFilled(cell, at, values)) continue
    // What a type cannot hold any more after an undo is set aside; what it can hold has to be in its place.
    const { forms } = cell
    const aside = fitsKind(forms, place.kind) ? undefined : asideThatHolds(forms, there)
    if (aside !== undefined) {
      const hidden = { model: table.model, row: id, cell: key, forms, by: null, name: aside, within: null }
      shadow.hidden.push({ ...hidden, cells: new Map() })
      row.cells.delete(key)
      continue
    }
    if (shadow.hidden.some((hidden) => hidden.row === id && values.some((value) => holdsValue(hidden.forms, value))))
      continue
    const where = [table.table, column.column, ...place.keys].join('.')
    const wrote = JSON.stringify(cell.forms.map(({ kind, value }) => [kind, value]))
    lost.push(
      violation('value', `${tenant}: ${where} of row ${id} holds ${JSON.stringify(values)}, written was ${wrote}`),
    )
    row.cells.delete(key)
  }
  return lost
}

/** Where nothing was written, a rule may have put something since. */
function isFilled(
  cell: Cell,
  { column, place }: { column: TablePlace['columns'][number]; place: { readonly keys: readonly string[] } },
  values: readonly unknown[],
): boolean {
  if (!cell.forms.some(({ value }) => value === null)) return false
  const empty = values.length === 0 || values.every((value) => value === null)
  return empty || (place.keys.length === 0 && (column.notNull || column.fallback !== null))
}

function asideThatHolds(forms: Cell['forms'], row: FoundRow): string | undefined {
  return Object.keys(row).find((name) => name.startsWith('_aside_') && holdsValue(forms, row[name]))
}

function violation(kind: string, detail: string): Violation {
  return { law: 'lost-value', kind, detail }
}
