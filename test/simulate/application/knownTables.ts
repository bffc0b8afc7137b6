/** The tables of a tenant as its application knows them until it looks again. */
import { type Knowledge, type Meaning, meaningOf } from './knowledge.ts'
import type { Look } from './lookups.ts'
import type { TablePlace } from './places.ts'

/** One column as the application knows it. */
export interface KnownColumn {
  readonly name: string
  readonly number: number
  readonly meaning: Meaning
}

/** One table as the application knows it. */
export interface KnownTable {
  readonly id: string
  readonly name: string
  readonly place: TablePlace
  readonly columns: readonly KnownColumn[]
}

/** The tables that an application can use; it leaves out what no `usable` schema has. */
export function knownTables(
  look: Look,
  knowledge: Knowledge,
  usable: (cell: string, model: string) => boolean,
): readonly KnownTable[] {
  return look.tables.flatMap((table): readonly KnownTable[] => {
    const place = knowledge.tables.get(table.id)
    if (place === undefined || !usable('', place.model)) return []
    const columns = table.columns.flatMap(({ name, number }): readonly KnownColumn[] => {
      const meaning = meaningOf(knowledge, table.id, number, look.hash)
      return meaning === null || !usable(meaning.column.cell, place.model) ? [] : [{ name, number, meaning }]
    })
    return [{ id: table.id, name: table.name, place, columns }]
  })
}
