/** From traces of a transaction to what is said of it. Pure. */
import type { Footprint, TouchedElsewhere, TouchedObject } from '../footprint.ts'
import { LOCKED_CATALOGS } from './footprintQuery.ts'
import { type Described, type Found, keyOf, type Trace } from './traces.ts'

/** The described ones among the traces. `wasThere`: only before this transaction; one that counts as another is not dropped. */
export function foundAmong(
  ours: readonly Trace[],
  described: readonly Described[],
  wasThere: boolean,
): readonly Found[] {
  const traces = new Map(ours.map((trace) => [keyOf(trace), trace]))
  return described.flatMap((each) => {
    const trace = traces.get(keyOf(each))
    const isDropped = wasThere && (each.root === null || each.root === each.oid)
    return trace === undefined || each.hidden ? [] : [{ ...each, trace, isDropped }]
  })
}

/** Whether it is in the namespace, or that itself. */
export function isInside({ namespace, kind, name }: Found, own: string): boolean {
  return namespace === own || (kind === 'schema' && name === own)
}

interface Answer {
  readonly namespace: string
  readonly ours: readonly Trace[]
  readonly found: readonly Found[]
  readonly own: ReadonlySet<string>
  readonly byKeys: ReadonlySet<string>
  readonly catalogs: Readonly<Record<string, string>>
}

/** Puts together what is said. */
export function footprintOf({ namespace, ours, found, own, byKeys, catalogs }: Answer): Footprint {
  const inside = found.filter((each) => isInside(each, namespace))
  const outside = found.filter((each) => !isInside(each, namespace))
  const isWritten = ({ kind, trace, birth }: Found): boolean =>
    ['table', 'materialized view', 'foreign table'].includes(kind) &&
    (trace.modes ?? []).includes('RowExclusiveLock') &&
    !(birth !== null && own.has(birth))
  return {
    inside: distinct(touchedIn(inside, own)),
    outside: distinct([...elsewhere(outside, byKeys), ...ofCatalogs(ours, outside, catalogs)]),
    rowsWritten: [...new Set(inside.filter(isWritten).map(({ name }) => name))].sort(),
    sharedLocks: [...byObject(outside).values()].flatMap((all) => {
      const modes = all.flatMap(({ root, trace }) => (root === null ? [] : (trace.modes ?? [])))
      return modes.length === 0 ? [] : [{ relation: nameOf(all[0]), mode: strongest(modes) }]
    }),
  }
}

function touchedIn(inside: readonly Found[], own: ReadonlySet<string>): readonly TouchedObject[] {
  const nameIn = ({ kind, name }: Found): string => `${kind} ${name}`
  const isRows = ({ trace: { modes, xids } }: Found): boolean =>
    modes?.every((mode) => mode === 'RowExclusiveLock') === true && !(xids ?? []).some((xid) => own.has(xid))
  const altered = new Set(inside.filter((each) => !isRows(each)).map(nameIn))
  return inside.map((each) => {
    const { kind, name } = each
    return { kind, name, ...(!altered.has(nameIn(each)) && { rowsAlone: true as const }) }
  })
}

function elsewhere(outside: readonly Found[], byKeys: ReadonlySet<string>): readonly TouchedElsewhere[] {
  return [...byObject(outside).values()].map((all) => {
    const modes = all.flatMap(({ root, trace }) => (root === null ? [] : (trace.modes ?? [])))
    const how = modes.length === 0 ? 'written' : strongest(modes)
    return {
      kind: all[0].kind,
      name: nameOf(all[0]),
      how: all.some(({ isDropped }) => isDropped) ? 'dropped' : how,
      byKeys: all.every((each) => byKeys.has(keyOf(each))),
    }
  })
}

/** Of roles, settings and large objects nothing more is known where their catalogs may not be read. */
function ofCatalogs(
  ours: readonly Trace[],
  outside: readonly Found[],
  catalogs: Readonly<Record<string, string>>,
): readonly TouchedElsewhere[] {
  const locked = new Set(
    ours.flatMap(({ classid, oid, modes }) => (classid === PG_CLASS && modes !== null ? [oid] : [])),
  )
  return Object.entries(catalogs).flatMap(([catalog, oid]) => {
    const kind = LOCKED_CATALOGS[catalog] ?? catalog
    const isNamed = outside.some((each) => each.kind === kind)
    return locked.has(oid) && !isNamed ? [{ kind, name: '', how: 'written', byKeys: false }] : []
  })
}

/** The class of relations, which has this number everywhere. */
const PG_CLASS = '1259'

function byObject(found: readonly Found[]): ReadonlyMap<string, readonly [Found, ...Found[]]> {
  const groups = new Map<string, [Found, ...Found[]]>()
  for (const each of [...found].sort((a, b) => compare(`${a.kind} ${nameOf(a)}`, `${b.kind} ${nameOf(b)}`))) {
    const key = `${each.kind} ${nameOf(each)}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [each])
    else group.push(each)
  }
  return groups
}

function nameOf({ namespace, name }: Found): string {
  return namespace === null ? name : `${quoted(namespace)}.${quoted(name)}`
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

const WEAKEST_FIRST = [
  ...['RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock'],
  ...['ExclusiveLock', 'AccessExclusiveLock'],
]

/** `AccessExclusiveLock` is `ACCESS EXCLUSIVE` in SQL. */
function strongest(modes: readonly string[]): string {
  const mode = WEAKEST_FIRST.findLast((each) => modes.includes(each)) ?? ''
  return mode
    .replace(/Lock$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase()
}

function distinct<Object extends { readonly kind: string; readonly name: string }>(
  objects: readonly Object[],
): readonly Object[] {
  const byName = new Map(objects.map((each) => [`${each.kind} ${each.name}`, each]))
  return [...byName].sort(([a], [b]) => compare(a, b)).map(([, each]) => each)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
