/** Foreign keys that lead out of a namespace lock the table that they lead to when they come and go, and do nothing else to it. */
import type { ClientBase } from 'pg'
import { isInside } from './footprintAnswer.ts'
import { KEYS_QUERY } from './footprintQuery.ts'
import { type Found, keyOf } from './traces.ts'

interface Dated {
  readonly oid: string
  readonly xid: string
}

/** The relations elsewhere, by their keys, whose traces are all of such keys. */
export async function explainedByKeys(
  client: ClientBase,
  {
    namespace,
    found,
    own,
    dropped,
  }: {
    readonly namespace: string
    readonly found: readonly Found[]
    readonly own: ReadonlySet<string>
    readonly dropped: ReadonlySet<string>
  },
): Promise<ReadonlySet<string>> {
  const relations = found.filter(({ root, isDropped }) => root !== null && !isDropped)
  const outside = relations.filter((each) => !isInside(each, namespace))
  if (outside.length === 0) return new Set()
  const inside = relations.filter((each) => isInside(each, namespace)).map(({ oid }) => oid)
  const { rows } = await client.query<{ keys: readonly Dated[]; traces: readonly Dated[] }>(KEYS_QUERY, [
    namespace,
    inside,
    outside.map(({ oid }) => oid),
  ])
  const ours = (dated: readonly Dated[] = []): ReadonlySet<string> =>
    new Set(dated.filter(({ xid }) => own.has(xid)).map(({ oid }) => oid))
  const [made, altered] = [ours(rows[0]?.keys), ours(rows[0]?.traces)]
  const isExplained = ({ oid, trace: { modes, xids } }: Found): boolean => {
    if (modes === null || altered.has(oid)) return false
    // The first key also writes into the row of the relation that it leads to.
    if (!made.has(oid) && (xids ?? []).some((xid) => own.has(xid))) return false
    const usual = [
      ...(made.has(oid) ? ['ShareRowExclusiveLock'] : []),
      ...(dropped.has(oid) ? ['AccessExclusiveLock'] : []),
    ]
    return modes.every((mode) => usual.includes(mode))
  }
  return new Set(outside.filter(isExplained).map(keyOf))
}
