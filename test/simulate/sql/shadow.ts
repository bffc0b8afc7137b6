/** The copy that an application keeps of what it wrote to tables of SQL: by numbers that stay through every rename. */

/** A value as text; one of which nobody knows whether it was written is not sure. */
interface SqlCell {
  readonly value: string | null
  readonly sure: boolean
}

/** A row, and its cells by the number of their column. */
export interface SqlRow {
  readonly cells: Map<number, SqlCell>
  sure: boolean
}

/** A table by its oid. */
export interface ShadowTable {
  /** What it was last called, and its columns. */
  name: string
  readonly columns: Map<number, string>
  /** Columns that were there while nothing was at work, 0 for the table itself: what comes and goes in between may take values along. */
  readonly durable: Set<number>
  readonly rows: Map<string, SqlRow>
}

/** All tables of one tenant. */
export type SqlShadow = Map<string, ShadowTable>

/** The table of that oid, made when it is new. */
export function tableOf(shadow: SqlShadow, oid: string, name: string): ShadowTable {
  const known: ShadowTable = shadow.get(oid) ?? { name, columns: new Map(), durable: new Set(), rows: new Map() }
  shadow.set(oid, known)
  return known
}

/** Records what was written to a row. */
export function putCells(table: ShadowTable, id: string, cells: Iterable<readonly [number, SqlCell]>): void {
  const row: SqlRow = table.rows.get(id) ?? { cells: new Map(), sure: true }
  for (const [number, cell] of cells) row.cells.set(number, cell)
  table.rows.set(id, row)
}
