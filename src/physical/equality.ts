/** Equality of physical schemas: by name, column order ignored, set-aside objects left out. */
import { hashOf } from './hash.ts'
import type { PhysicalSchema, Table } from './schema.ts'

/** One way in which a target is not what its revision says. */
export interface Difference {
  /** For example `food`, `food.price` or `food: idx_food_price`. */
  readonly object: string
  readonly kind: 'missing' | 'extra' | 'different' | 'invalid'
  readonly expected: unknown
  readonly actual: unknown
}

const PARTS = ['columns', 'uniques', 'checks', 'foreignKeys', 'indexes'] as const

/** What differs, sorted by object; only the given tables are looked at when a list is given. */
export function differences(
  expected: PhysicalSchema,
  actual: PhysicalSchema,
  only?: readonly string[],
): readonly Difference[] {
  const names = only ?? [...new Set([...Object.keys(expected.tables), ...Object.keys(actual.tables)])]
  return [...names].sort().flatMap((name) => differencesOfTable(name, expected.tables[name], actual.tables[name]))
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
  return names.flatMap((name) => compare(label(name), expected[name], actual[name]))
}

function compare(object: string, expected: unknown, actual: unknown): Difference[] {
  if (expected === undefined && actual === undefined) return []
  if (expected === undefined) return [{ object, kind: 'extra', expected: null, actual }]
  if (actual === undefined) return [{ object, kind: 'missing', expected, actual: null }]
  if (hashOf(expected) === hashOf(actual)) return []
  const invalid = (actual as { valid?: boolean }).valid === false
  return [{ object, kind: invalid ? 'invalid' : 'different', expected, actual }]
}
