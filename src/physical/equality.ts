/** Equality of physical schemas: by name, column order ignored, set-aside objects left out. */
import { hashOf } from '../hash.ts'
import { entryOf } from './entryOf.ts'
import type { PhysicalSchema, Table, TableTraits } from './schema.ts'

/** One way in which a target is not what its revision says. */
export interface Difference {
  /** For example `food`, `food.price` or `food: idx_food_price`. */
  readonly object: string
  /** Whether it is missing, not expected, unlike what is expected, or an index that Postgres calls invalid. */
  readonly kind: 'missing' | 'extra' | 'different' | 'invalid'
  /** What the revision says; null where nothing is expected. */
  readonly expected: unknown
  /** What is there; null where nothing is. */
  readonly actual: unknown
  /** Why an undo has left it so, where one has noted that. */
  readonly note?: string
}

const PARTS = ['columns', 'uniques', 'checks', 'foreignKeys', 'indexes'] as const

const ORDINARY: Required<TableTraits> = {
  kind: 'an ordinary table',
  inheritance: 'none',
  storage: 'permanent',
  rowSecurity: 'off',
  owner: 'a role for which ours may act',
}

/**
 * What differs, sorted by object; only the given tables are looked at when a list is given. What a table is beyond its
 * columns and what hangs on them is told by `allDifferences`: most work does not mind it.
 */
export function differences(
  expected: PhysicalSchema,
  actual: PhysicalSchema,
  only?: readonly string[],
): readonly Difference[] {
  const names = only ?? [...new Set(countedNames(expected, actual))]
  const found = (name: string): Table | undefined =>
    isForeign(entryOf(actual.tables, name)) ? undefined : entryOf(actual.tables, name)
  return [...names].sort().flatMap((name) => differencesOfTable(name, entryOf(expected.tables, name), found(name)))
}

/** What differs, and which tables are not ordinary ones. */
export function allDifferences(expected: PhysicalSchema, actual: PhysicalSchema): readonly Difference[] {
  const shared = Object.keys(actual.tables).filter((name) => entryOf(expected.tables, name) !== undefined)
  const foreign = shared.filter((name) => isForeign(entryOf(actual.tables, name)))
  const traits = shared.flatMap((name) => differencesOfTraits(name, entryOf(actual.tables, name)?.traits ?? {}))
  // A foreign table in the place of one of ours is there, as something else.
  const found = differences(expected, actual).filter(({ object }) => !foreign.includes(object))
  const extra = Object.values(actual.tables).filter((table) => isForeign(table) && !shared.includes(table.name))
  return [...found, ...traits, ...extra.flatMap(({ name }) => compare(name, undefined, name))].sort(byObject)
}

function differencesOfTraits(table: string, traits: TableTraits): Difference[] {
  return Object.entries(ORDINARY).flatMap(([name, expected]) => {
    const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    return compare(`${table}: ${words}`, expected, traits[name as keyof TableTraits] ?? expected)
  })
}

function isForeign(table: Table | undefined): boolean {
  return table?.traits?.kind === 'a foreign table'
}

function byObject(a: Difference, b: Difference): number {
  return a.object < b.object ? -1 : a.object > b.object ? 1 : 0
}

/** Those that count: a foreign table is none of ours, and the parts of a partitioned table belong to it. */
function countedNames(expected: PhysicalSchema, actual: PhysicalSchema): string[] {
  const there = Object.values(actual.tables).filter(
    ({ name, traits }) => entryOf(expected.tables, name) !== undefined || traits?.kind !== 'a partition',
  )
  return [...Object.keys(expected.tables), ...there.filter((table) => !isForeign(table)).map(({ name }) => name)]
}

function differencesOfTable(name: string, expected?: Table, actual?: Table): Difference[] {
  if (expected === undefined || actual === undefined) return compare(name, expected?.name, actual?.name)
  return [
    ...compare(`${name}: primary key`, expected.primaryKey ?? undefined, actual.primaryKey ?? undefined),
    ...PARTS.flatMap((part) => differencesOfPart(name, part, expected[part], actual[part])),
  ]
}

function differencesOfPart(
  table: string,
  part: (typeof PARTS)[number],
  expected: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
): Difference[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort()
  const label = (name: string): string => (part === 'columns' ? `${table}.${name}` : `${table}: ${name}`)
  return names.flatMap((name) => compare(label(name), entryOf(expected, name), entryOf(actual, name)))
}

function compare(object: string, expected: unknown, actual: unknown): Difference[] {
  if (expected === undefined && actual === undefined) return []
  if (expected === undefined) return [{ object, kind: 'extra', expected: null, actual }]
  if (actual === undefined) return [{ object, kind: 'missing', expected, actual: null }]
  if (hashOf(expected) === hashOf(actual)) return []
  const invalid = (actual as { valid?: boolean }).valid === false
  return [{ object, kind: invalid ? 'invalid' : 'different', expected, actual }]
}
