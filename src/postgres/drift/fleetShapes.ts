/** What the targets of a fleet look like: one query per database, one introspection per distinct shape. */
import pMap from 'p-map'
import type { ClientBase } from 'pg'
import type { Target } from '../../contract.ts'
import { groupedBy } from '../../groupedBy.ts'
import type { PhysicalSchema } from '../../physical/schema.ts'
import { type AsideThere, asidesQuery, unlistedIn } from '../adoption/unlisted.ts'
import { introspect } from '../introspection/introspect.ts'
import { type Leftover, leftoversOf, leftoversQuery } from '../leftovers/leftover.ts'
import { databasesOf, type LocatedTarget, type LostTarget, lookAtDatabase } from '../sessions/databases.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { readShapesWith, type Shape, type ShapesScope } from './shapes.ts'

/** Databases looked at together. */
const LOOKS_AT_ONCE = 4
const MOST_TELLERS = 3

/** A target that was seen. */
export interface SeenTarget<T extends Target = Target> extends LocatedTarget<T> {
  readonly shape: Shape
  /** What operations that are over have left at work there. */
  readonly left: readonly Leftover[]
  /** What is set aside there, and in no list of it. */
  readonly unlisted: readonly AsideThere[]
}

/** What was seen of a fleet. */
export interface FleetShapes<T extends Target = Target> {
  readonly seen: readonly SeenTarget<T>[]
  /** Those that could not be reached, after short retries. */
  readonly lost: readonly LostTarget<T>[]
}

/** The shape of every target; 10,000 in one database take about a second. */
export async function readFleetShapes<T extends Target>(
  pools: TargetPools,
  targets: readonly T[],
  scope: ShapesScope,
  signal?: AbortSignal,
): Promise<FleetShapes<T>> {
  const { databases, lost } = await databasesOf(pools, targets)
  const looks = await pMap(
    databases,
    async (database): Promise<FleetShapes<T>> => {
      const namespaces = database.map(({ namespace }) => namespace)
      const ask = async (client: ClientBase) => {
        const read = await readShapesWith(client, namespaces, scope, [
          leftoversQuery(namespaces),
          asidesQuery(namespaces),
        ])
        return { ...read, unlisted: await unlistedIn(client, read.others[1]) }
      }
      const look = await lookAtDatabase(pools, database, ask, signal)
      if ('lost' in look) return { seen: [], lost: look.lost }
      const shapes = new Map(look.found.shapes.map((each) => [each.namespace, each]))
      const left = leftoversOf(look.found.others[0])
      const unlisted = groupedBy(look.found.unlisted, ({ namespace }) => namespace)
      const seen = database.flatMap((each) => {
        const shape = shapes.get(each.namespace)
        if (shape === undefined) return []
        // Of a namespace that is not this target's, something else is said.
        const isOurs = shape.incarnation === each.target.incarnation
        const asides = isOurs ? (unlisted.get(each.namespace) ?? []) : []
        return [{ ...each, shape, left: left.get(each.namespace) ?? [], unlisted: asides }]
      })
      return { seen, lost: [] }
    },
    { concurrency: LOOKS_AT_ONCE },
  )
  return { seen: looks.flatMap((each) => each.seen), lost: [...lost, ...looks.flatMap((each) => each.lost)] }
}

/**
 * What is behind each shape, told by one target of it. A shape whose target cannot be looked at any more is told by another
 * one, and is missing from the answer when three could not.
 */
export async function introspectShapes(
  pools: TargetPools,
  seen: readonly SeenTarget[],
  tables?: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, PhysicalSchema>> {
  const byShape = groupedBy(seen, ({ shape }) => shape.shape)
  const told = await pMap(
    byShape,
    async ([shape, alike]) => {
      // One of each server, so that a server that has just gone away does not hide what another one shows.
      const tellers = [...groupedBy(alike, ({ target }) => target.server).values()].map(([first]) => first)
      for (const each of [...tellers, ...alike.slice(1)].slice(0, MOST_TELLERS)) {
        const look = await lookAtDatabase(pools, [each], (client) => introspect(client, each.namespace, tables), signal)
        if ('found' in look) return [[shape, look.found] as const]
      }
      return []
    },
    { concurrency: LOOKS_AT_ONCE },
  )
  return new Map(told.flat())
}
