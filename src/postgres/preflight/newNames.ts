/** Names that a plan gives: nothing may bear them yet. */
import type { PhysicalSchema } from '../../physical/schema.ts'

/** Names of relations that the plan makes: they must not be there yet. */
export function newNames(before: PhysicalSchema, after: PhysicalSchema): readonly string[] {
  const known = new Set(relationNames(before))
  return relationNames(after).filter((name) => !known.has(name))
}

/** Tables, indexes and the keys that are indexes share one space of names in Postgres. */
function relationNames({ tables }: PhysicalSchema): string[] {
  return Object.values(tables).flatMap(({ name, primaryKey, uniques, indexes }) => [
    name,
    ...(primaryKey === null ? [] : [primaryKey.name]),
    ...Object.keys(uniques),
    ...Object.keys(indexes),
  ])
}
