/** What a transaction has touched, as Postgres tells it: by the locks and the rows of catalogs that are its own. */
import type { ClientBase } from 'pg'
import type { Only } from '../../../sql/onlyLines.ts'
import { footprintOf, foundAmong } from './traces/footprintAnswer.ts'
import { footprintQuery, rareQuery } from './traces/footprintQuery.ts'
import { goneAmong, type ObjectsBefore } from './traces/goneObjects.ts'
import { explainedByKeys } from './traces/keysElsewhere.ts'
import { ownAmong } from './traces/ownTransactions.ts'
import type { Found, Lists } from './traces/traces.ts'

/** An object of the namespace. Partitions and children count as their root, indexes as their table. */
export interface TouchedObject {
  /** In words: `table`, `view`, `type`, `function`, `schema` for the namespace itself, `default acl`, ... */
  readonly kind: string
  /** Without quotes; of a function without its arguments. */
  readonly name: string
  /** Whether nothing was done to it but to write its rows, or to draw its numbers; absent means no. */
  readonly rowsAlone?: true
}

/** An object that is not in the namespace. */
export interface TouchedElsewhere {
  readonly kind: string
  /** With its namespace, where it is in one, as in SQL; empty where only the kind is known. */
  readonly name: string
  /** The strongest lock on a relation (`ACCESS EXCLUSIVE`), otherwise `written` or `dropped`. */
  readonly how: string
  /** Nothing but what foreign keys of the namespace do to the table that they lead to, when they are made or dropped. */
  readonly byKeys: boolean
}

/** Everything but the bookkeeping, temporary objects, and what Postgres does for itself. Sorted by kind and name. */
export interface Footprint {
  readonly inside: readonly TouchedObject[]
  readonly outside: readonly TouchedElsewhere[]
  /** Tables of the namespace that were there before, and whose rows a statement was to write: there need not have been any. */
  readonly rowsWritten: readonly string[]
  /** Relations elsewhere with locks above ROW SHARE. */
  readonly sharedLocks: readonly { readonly relation: string; readonly mode: string }[]
}

/** Whose footprint is asked, and how far is looked for what leaves no lock: rights, functions, types. */
export interface FootprintQuestion {
  readonly namespace: string
  /** The other namespaces of the search path. */
  readonly shared: readonly string[]
  /**
   * Whether all namespaces are looked at: a text that runs code may reach others. Whole catalogs are read for that, which takes
   * some 0.1 s for a million relations.
   */
  readonly everywhere: boolean
  /** Another session, to which what was dropped is still there; asked only where something was. */
  readonly beside: <Answer>(ask: (other: ClientBase) => Promise<Answer>) => Promise<Answer>
  /** What the text is known to drop, by `objectsBefore`: of that no other session is asked. */
  readonly before?: ObjectsBefore
}

interface FirstLook extends Lists {
  /** The number of the transaction; null where it has written nothing. */
  readonly top: string | null
  /** Catalogs of rare objects into which the session has written. */
  readonly rare: readonly string[]
  readonly catalogs: Readonly<Record<string, string>>
}

/** Asked at the end of a transaction, whose search path is `pg_catalog` from then on. */
export async function readFootprint(client: ClientBase, question: FootprintQuestion): Promise<Footprint> {
  const { namespace } = question
  const look = await firstLook(client, question)
  const more = look.rare.length === 0 ? [] : (await client.query<Lists>(rareQuery(look.rare), [namespace])).rows
  const lists = [look, ...more]
  const traces = lists.flatMap(({ touched }) => touched)
  const described = lists.flatMap((each) => each.described)
  const dated = [...traces.flatMap(({ xids }) => xids ?? []), ...described.flatMap(({ birth }) => birth ?? [])]
  const own = await ownAmong(client, look.top, dated)
  const ours = traces.filter(({ modes, xids }) => modes !== null || (xids ?? []).some((xid) => own.has(xid)))
  const gone = await goneAmong(question, ours, described)
  const found: readonly Found[] = [...foundAmong(ours, described, false), ...foundAmong(ours, gone.described, true)]
  const byKeys = await explainedByKeys(client, { namespace, found, own, dropped: gone.keys })
  return footprintOf({ namespace, ours, found, own, byKeys, catalogs: look.catalogs })
}

/** The plan is kept with the session. */
const SETTINGS = `SET LOCAL search_path = pg_catalog; SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL jit = off`

async function firstLook(client: ClientBase, { namespace, shared, everywhere }: FootprintQuestion): Promise<FirstLook> {
  await client.query(SETTINGS)
  const { rows } = await client.query<FirstLook>({
    name: `schema_saga_footprint_${everywhere ? 'everywhere' : 'near'}`,
    text: footprintQuery(everywhere),
    values: [namespace, [namespace, ...shared]],
  })
  const [first] = rows
  if (first === undefined) throw new Error('A footprint has one row.')
  return first
}

const RELATIONS: readonly string[] = ['table', 'view', 'materialized view', 'sequence']
const ROUTINES: readonly string[] = ['function', 'procedure', 'aggregate']

/** The objects as lines of records belong to them. */
export function onlyTouched(inside: readonly TouchedObject[]): Only {
  const named = (kinds: readonly string[]): readonly string[] =>
    [...new Set(inside.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name))].sort()
  const known = [...RELATIONS, 'type', ...ROUTINES]
  return {
    relations: named(RELATIONS),
    types: named(['type']),
    routines: named(ROUTINES),
    namespace: inside.some(({ kind }) => !known.includes(kind)),
  }
}
