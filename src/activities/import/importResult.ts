/** What an import says at its end: all counted, at most 100 of each kind by name. */
import type { ImportedTenant, ImportResult, RevisionCount } from '../../contract.ts'
import type { Deciding } from '../../postgres/adoption/recordStanding.ts'

/** What became of one namespace, and which of its tables are left alone as they are. */
export type ImportedNamespace = Outcome & { readonly ignored?: readonly string[] }

type Outcome =
  | {
      readonly outcome: 'matched' | 'registered'
      readonly tenant: string
      readonly namespace: string
      /** What its tables are, where they were looked at. */
      readonly revision?: number
      /** What told that. */
      readonly by?: Deciding
    }
  | {
      readonly outcome: 'parked'
      readonly tenant: string
      readonly namespace: string
      readonly differences: readonly string[]
      /** What its tables are, where that is known. */
      readonly revision?: number
      /** What told that. */
      readonly by?: Deciding
      /** An earlier import has parked it. */
      readonly before?: boolean
    }
  | { readonly outcome: 'refused'; readonly namespace: string; readonly code: string; readonly reason: string }

const MOST_NAMED = 100

/** Sorts the namespaces by what became of them. */
export function collect(
  found: readonly ImportedNamespace[],
): Omit<ImportResult, 'baseline' | 'dry_run' | 'alike_revisions' | 'revisions'> {
  const matched = found.flatMap((each) => (each.outcome === 'matched' ? [placeOf(each)] : []))
  const registered = found.flatMap((each) => (each.outcome === 'registered' ? [placeOf(each)] : []))
  const parked = found.flatMap((each) =>
    each.outcome === 'parked'
      ? [{ ...placeOf(each), differences: each.differences, revision: each.revision ?? null }]
      : [],
  )
  const refused = found.flatMap((each) =>
    each.outcome === 'refused' ? [{ namespace: each.namespace, code: each.code, reason: each.reason }] : [],
  )
  return {
    counts: {
      matched: matched.length,
      parked: parked.length,
      registered: registered.length,
      refused: refused.length,
    },
    ignored_tables: [...new Set(found.flatMap(({ ignored = [] }) => ignored))].sort().slice(0, MOST_NAMED),
    parked_before: found.filter((each) => each.outcome === 'parked' && each.before === true).length,
    matched: matched.slice(0, MOST_NAMED),
    parked: parked.slice(0, MOST_NAMED),
    registered: registered.slice(0, MOST_NAMED),
    refused: refused.slice(0, MOST_NAMED),
  }
}

/** How many are at each revision; `named` says how a revision is called. */
export function countRevisions(
  found: readonly ImportedNamespace[],
  named: readonly { readonly name: string; readonly revision: number }[],
): readonly RevisionCount[] {
  const counts = new Map<number, number>()
  for (const each of found) {
    const revision = each.outcome === 'refused' ? undefined : each.revision
    if (revision !== undefined) counts.set(revision, (counts.get(revision) ?? 0) + 1)
  }
  const names = new Map(named.map(({ name, revision }) => [revision, name]))
  return [...counts]
    .map(([revision, tenants]) => ({ revision, name: names.get(revision) ?? '', tenants }))
    .sort((one, other) => other.revision - one.revision)
}

function placeOf({ tenant, namespace, by }: Exclude<ImportedNamespace, { outcome: 'refused' }>): ImportedTenant {
  const decided_by = by === undefined || by.is === 'shape' ? null : by.is
  return { tenant, namespace, decided_by, tool_table: by?.is === 'tool_table' ? by.table : null }
}
