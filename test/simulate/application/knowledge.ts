/**
 * Which column of a tenant shows which values, also in the middle of an operation: a column keeps its number when it is
 * renamed, so that one that was known before is the old form of its field, and a new one is of the coming schema.
 */
import type { Look, SeenColumn, SeenTable } from './lookups.ts'
import type { ColumnPlace, TablePlace } from './places.ts'
import type { Revision } from './revisions.ts'

/** What a column is, in one schema. */
export interface Meaning {
  readonly table: TablePlace
  readonly column: ColumnPlace
  /** The hash of that schema. */
  readonly schema: string
}

/** What is known of the tables and columns of one tenant, by their oids and numbers. */
export interface Knowledge {
  readonly tables: Map<string, TablePlace>
  /** The latest is the last. */
  readonly columns: Map<string, Meaning[]>
  /** Hashes of the schemas at which the tenant was seen. */
  readonly seen: Set<string>
}

/** Of a tenant that nobody has looked at. */
export function noKnowledge(): Knowledge {
  return { tables: new Map(), columns: new Map(), seen: new Set() }
}

/** Adds what a look shows; `at` is the schema at which the tenant was, `coming` the next one, where there is one. */
export function learn(knowledge: Knowledge, look: Look, at: Revision, coming: Revision | null): void {
  const first = !knowledge.seen.has(at.hash)
  knowledge.seen.add(at.hash)
  for (const table of look.tables) {
    learnTable(knowledge, table, first ? [at, coming] : [coming, at])
    for (const column of table.columns) {
      const key = columnKey(table.id, column.number)
      const known = knowledge.columns.get(key) ?? []
      if (!first && known.length > 0) continue
      const meaning = meaningIn(
        knowledge,
        table,
        column,
        first && known.length > 0 ? [at] : first ? [at, coming] : [coming, at],
      )
      if (meaning !== null) knowledge.columns.set(key, [...known, meaning])
    }
  }
}

/** What a column shows, seen at that schema; null where nothing of the application is in it. */
export function meaningOf(knowledge: Knowledge, table: string, number: number, hash: string | null): Meaning | null {
  const known = knowledge.columns.get(columnKey(table, number)) ?? []
  return known.findLast(({ schema }) => schema === hash) ?? known.at(-1) ?? null
}

/** Whether a model's column, by its cell, is the same one in both schemas, as far as it was seen: its number tells. */
export function isSameColumn(
  knowledge: Knowledge,
  { model, cell }: { readonly model: string; readonly cell: string },
  [from, to]: readonly [string, string],
): boolean {
  // A schema that has come back may have other columns than it had the first time.
  const latestIn = (hash: string): string | undefined =>
    [...knowledge.columns].findLast(([, known]) =>
      known.some(({ schema, table, column }) => schema === hash && table.model === model && column.cell === cell),
    )?.[0]
  const found = latestIn(from)
  return found !== undefined && found === latestIn(to)
}

function learnTable(knowledge: Knowledge, { id, name }: SeenTable, order: readonly (Revision | null)[]): void {
  const known = knowledge.tables.get(id)
  for (const revision of order) {
    const found = revision?.tables.find(({ table, model }) =>
      known === undefined ? table === name : model === known.model && table === name,
    )
    if (found !== undefined) {
      knowledge.tables.set(id, found)
      return
    }
  }
}

function meaningIn(
  knowledge: Knowledge,
  { id }: SeenTable,
  { name }: SeenColumn,
  order: readonly (Revision | null)[],
): Meaning | null {
  const model = knowledge.tables.get(id)?.model
  for (const revision of order) {
    const table = revision?.tables.find((each) => each.model === model)
    const column = table?.columns.find((each) => each.column === name)
    if (revision && table !== undefined && column !== undefined) return { table, column, schema: revision.hash }
  }
  return null
}

function columnKey(table: string, number: number): string {
  return `${table}.${number}`
}
