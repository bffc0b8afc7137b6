/** What a transaction has dropped is not there for it any more: it was seen before, or another session still sees it. */
import type { ClientBase } from 'pg'
import type { Only } from '../../../../sql/onlyLines.ts'
import type { FootprintQuestion } from '../footprint.ts'
import { BEFORE_QUERY, BESIDE_QUERY } from './footprintQuery.ts'
import { type Described, keyOf, type Lists, type Trace } from './traces.ts'

/** Objects as they are before anything is done to them. */
export interface ObjectsBefore {
  /** All of them, parts included. */
  readonly touched: readonly Pick<Trace, 'classid' | 'oid'>[]
  readonly described: readonly Described[]
  /** The foreign keys among them, and the relations that those lead to. */
  readonly keys: readonly { readonly key: string; readonly oid: string }[]
}

/** What was dropped. */
export interface Gone {
  readonly described: readonly Described[]
  /** The relations that dropped keys of the namespace led to. */
  readonly keys: ReadonlySet<string>
}

/** Defaults, constraints, rules, triggers and policies go with their relations, whose locks tell of them. */
const PARTS: readonly string[] = ['2604', '2606', '2618', '2620', '3256']
const CONSTRAINTS = '2606'

/**
 * Those that a text is known to drop, with all that goes with them: whoever remembers them need not ask another session.
 * Asked with `pg_catalog` first in the search path.
 */
export async function objectsBefore(client: ClientBase, namespace: string, only: Only): Promise<ObjectsBefore> {
  const { relations, types, routines } = only
  const { rows } = await client.query<Lists & ObjectsBefore>(BEFORE_QUERY, [namespace, relations, types, routines])
  const [found] = rows
  return { touched: found?.touched ?? [], described: found?.described ?? [], keys: found?.keys ?? [] }
}

/** Asks only where something is missing that matters, and that is not known from before. */
export async function goneAmong(
  { namespace, beside, before }: FootprintQuestion,
  ours: readonly Trace[],
  there: readonly Described[],
): Promise<Gone> {
  const known = new Set(there.map(keyOf))
  const gone = ours.filter((trace) => !known.has(keyOf(trace)))
  const remembered = new Set(before?.touched.map(keyOf) ?? [])
  const isHeldElsewhere = there.some(
    (each) => each.namespace !== namespace && each.root !== null && !each.hidden && isHeld(ours, each),
  )
  const matters = ({ classid }: Trace): boolean =>
    !PARTS.includes(classid) || (classid === CONSTRAINTS && isHeldElsewhere)
  const asked = gone.filter((trace) => matters(trace) && !remembered.has(keyOf(trace)))
  const found = asked.length === 0 ? null : await beside((other) => look(other, namespace, asked))
  const dropped = new Set(gone.filter(({ classid }) => classid === CONSTRAINTS).map(({ oid }) => oid))
  const keys = [...(before?.keys ?? []), ...(found?.keys ?? [])]
  return {
    described: [...(before?.described ?? []).filter((each) => !known.has(keyOf(each))), ...(found?.described ?? [])],
    keys: new Set(keys.filter(({ key }) => dropped.has(key)).map(({ oid }) => oid)),
  }
}

function isHeld(ours: readonly Trace[], object: Described): boolean {
  return ours.some((trace) => keyOf(trace) === keyOf(object) && (trace.modes ?? []).includes('AccessExclusiveLock'))
}

async function look(client: ClientBase, namespace: string, traces: readonly Trace[]): Promise<Lists & ObjectsBefore> {
  await client.query('BEGIN READ ONLY; SET LOCAL search_path = pg_catalog')
  try {
    const values = [namespace, traces.map(({ classid }) => classid), traces.map(({ oid }) => oid)]
    const { rows } = await client.query<Lists & ObjectsBefore>(BESIDE_QUERY, values)
    return rows[0] ?? { touched: [], described: [], keys: [] }
  } finally {
    await client.query('ROLLBACK')
  }
}
