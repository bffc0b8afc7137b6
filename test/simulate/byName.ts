/** A table whose order is that of its names: stories are drawn from tables, and loaders list a module's exports differently. */
export function byName<T>(table: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(table).sort(([one], [other]) => (one < other ? -1 : 1)))
}
