/** Groups in the order in which their first members came; `Map.groupBy`, which Node has only since 21. */
export function groupedBy<T, Key = string>(
  items: readonly T[],
  keyOf: (item: T, index: number) => Key,
): ReadonlyMap<Key, readonly [T, ...T[]]> {
  const groups = new Map<Key, [T, ...T[]]>()
  for (const [index, item] of items.entries()) {
    const key = keyOf(item, index)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
