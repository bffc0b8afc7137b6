/** Compares the tables of targets with their own revisions, and finds what could be added to them. */
import type pg from 'pg'
import { groupedBy } from '../../groupedBy.ts'
import { hashOf } from '../../hash.ts'
import type { LogicalSchema } from '../../logical/schema.ts'
import { allDifferences, type Difference } from '../../physical/equality.ts'
import { additiveRepair } from '../../physical/health/additiveRepair.ts'
import { withoutIgnored } from '../../physical/ignored.ts'
import { otherRevisionOf, type RevisionShape } from '../../physical/past/fit.ts'
import { withHidden } from '../../physical/past/hidden.ts'
import type { Past } from '../../physical/past/past.ts'
import { projectSchema } from '../../physical/project.ts'
import type { PhysicalSchema } from '../../physical/schema.ts'
import { readHistory, readPast } from '../catalog/projects/history.ts'
import type { FleetTarget } from '../catalog/projects/targets.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { type Beside, readFleetBeside } from '../setAside/hidden.ts'
import { type Finding, unreachable } from './finding.ts'
import { introspectShapes, type SeenTarget } from './fleetShapes.ts'
import { withNotes } from './undoNotes.ts'

/** What is compared with what. */
export interface Comparison {
  readonly catalog: pg.Pool
  readonly pools: TargetPools
  readonly project: string
  /** By the hashes that targets say. */
  readonly schemas: ReadonlyMap<string, LogicalSchema>
  /** Globs over tables which are left alone. */
  readonly ignore: readonly string[]
  readonly signal?: AbortSignal
}

type Seen = SeenTarget<FleetTarget>

interface Sides {
  readonly expected: PhysicalSchema
  readonly actual: PhysicalSchema
  readonly found: readonly Difference[]
}

/** By scope, null for one that is as its revision says; all are at a revision of `schemas`. */
export async function compareTargets(
  comparison: Comparison,
  seen: readonly Seen[],
): Promise<ReadonlyMap<string, Finding | null>> {
  const { pools, signal } = comparison
  const told = await introspectShapes(pools, seen, undefined, signal)
  const pasts = await pastsOf(comparison, seen, told)
  const sides = sidesOf(comparison, told)
  const differing = seen.filter((each) => (sides(each)?.found.length ?? 0) > 0)
  const besides = await readFleetBeside(
    pools,
    differing.map(({ target }) => target),
    signal,
  )
  const history = differing.length === 0 ? [] : await readHistory(comparison.catalog, comparison.project)
  const known = new Map<string, Finding | null>()
  return new Map(
    seen.map((each) => {
      const { target, shape } = each
      const beside = besides.get(target.scope) ?? null
      const key = `${keyOf(each)} ${JSON.stringify(beside)}`
      const past = pasts.get(target.schemaHash)
      if (!known.has(key)) {
        const found = findingOf(shape.shape, sides(each), past, beside)
        known.set(key, found === null ? null : { ...found, ...otherOf(comparison, history, each, sides(each), beside) })
      }
      return [target.scope, known.get(key) ?? null]
    }),
  )
}

function keyOf({ target, shape }: Seen): string {
  return `${target.schemaHash} ${shape.shape}`
}

/** The sides of targets that look alike are made once; undefined for one that was not introspected. */
function sidesOf(
  { schemas, ignore }: Comparison,
  told: ReadonlyMap<string, PhysicalSchema>,
): (seen: Seen) => Sides | undefined {
  const known = new Map<string, Sides | undefined>()
  const made = ({ target, shape }: Seen): Sides | undefined => {
    const [schema, there] = [schemas.get(target.schemaHash), told.get(shape.shape)]
    if (schema === undefined || there === undefined) return undefined
    const [expected, actual] = [withoutIgnored(projectSchema(schema), ignore), withoutIgnored(there, ignore)]
    return { expected, actual, found: allDifferences(expected, actual) }
  }
  return (seen) => {
    const key = keyOf(seen)
    if (!known.has(key)) known.set(key, made(seen))
    return known.get(key)
  }
}

/** Nothing is offered where it could not be seen what is set aside (null). */
function findingOf(
  shape: string,
  sides: Sides | undefined,
  past: Past | undefined,
  beside: Beside | null,
): Finding | null {
  if (sides === undefined) return unreachable('it could not be read a second time.')
  const { expected, actual, found } = sides
  if (found.length === 0) return null
  const differences = withNotes(withHidden(found, beside?.hidden ?? []), beside?.notes ?? {})
  // What is set aside does not count for the shape; what it keeps from being repaired does, and what is noted.
  const isAsFound = differences.every((each, index) => each === found[index])
  return {
    shape: isAsFound ? shape : hashOf({ shape, differences }).slice(0, 32),
    differences,
    repair: beside === null ? [] : additiveRepair(expected, actual, past, beside.hidden),
  }
}

/** The one rule of who has plainly another revision: preflight and a tenant that comes back ask the same. */
function otherOf(
  { ignore }: Comparison,
  history: readonly RevisionShape[],
  { target }: Seen,
  sides: Sides | undefined,
  beside: Beside | null,
): Pick<Finding, 'looksLike'> {
  if (sides === undefined) return {}
  const noted = Object.keys(beside?.notes ?? {})
  const other = otherRevisionOf(history, target.revision, { actual: sides.actual, ignore, noted })
  return other === null ? {} : { looksLike: other.revision }
}

/** By the hash of a revision with targets that differ from it: most fleets have none, and their history may be long. */
async function pastsOf(
  { catalog, project, schemas }: Comparison,
  seen: readonly Seen[],
  told: ReadonlyMap<string, PhysicalSchema>,
): Promise<ReadonlyMap<string, Past>> {
  const pasts = new Map<string, Past>()
  for (const [hash, alike] of groupedBy(seen, ({ target }) => target.schemaHash)) {
    const schema = schemas.get(hash)
    if (schema === undefined) continue
    const expected = projectSchema(schema)
    const differs = [...new Set(alike.map(({ shape }) => shape.shape))].some((shape) => {
      const actual = told.get(shape)
      return actual !== undefined && additiveRepair(expected, actual).length > 0
    })
    if (differs) pasts.set(hash, await readPast(catalog, project, schema))
  }
  return pasts
}
