/** Looks, before anything is changed anywhere, whether a plan would run on targets. Reads only. */
import type { ClientBase } from 'pg'
import type { Target } from '../../contract.ts'
import { LockUnavailable, type SagaError, TargetDrifted } from '../../errors.ts'
import { groupedBy } from '../../groupedBy.ts'
import { type Difference, differences } from '../../physical/equality.ts'
import { needsOf } from '../../physical/plan/needs.ts'
import type { Plan } from '../../physical/plan/plan.ts'
import { rowTablesOf, writesBatches } from '../../physical/plan/rowTables.ts'
import { projectSchema } from '../../physical/project.ts'
import type { PhysicalSchema } from '../../physical/schema.ts'
import { doubted } from '../adoption/doubt.ts'
import { otherRevision } from '../adoption/otherRevision.ts'
import { readShapesWith, type Shape } from '../drift/shapes.ts'
import { toSagaError } from '../errors/errors.ts'
import { introspect } from '../introspection/introspect.ts'
import type { LocatedTarget } from '../sessions/databases.ts'
import { type Place, whereOf } from '../sessions/servers.ts'
import { ensureBookkeeping } from '../target/bookkeeping/bookkeeping.ts'
import { renamedText } from '../target/bookkeeping/sameTables.ts'
import { actingQueries } from './actingObstacles.ts'
import { othersAmong, outlinesQuery, type PastRevisions } from './outlines.ts'
import { boundQueries, obstaclesIn, readinessQueries, unready } from './readiness.ts'
import { monitorQuery } from './replicaRights.ts'
import { rowsHidden } from './rowsHidden.ts'

/** What is asked of every target. */
export interface PreflightQuestion {
  readonly plan: Plan
  /** The physical schema of the plan's base revision. */
  readonly expected: PhysicalSchema
  /** What the project has been; with it, targets that plainly are at another revision than they say are refused. */
  readonly past?: PastRevisions
  /** How far replicas may be behind while batches of rows are written; absent or null: nobody has to look at them. */
  readonly replicaLagMs?: number | null
  /** A target on which this operation has begun has been looked at before: its stages know how far they came. */
  readonly operationId?: string
}

/** A question to one target. */
export interface PreflightInput extends PreflightQuestion {
  readonly target: Target
  /** Where the tables are, unless in the target's own namespace (a database per tenant). */
  readonly namespace?: string
}

/** What a target said: an error, that the plan's work has begun there, or nothing against it. */
export type Verdict = SagaError | 'begun' | 'fine'

const MOST_NAMED = 5
const MOST_TELLERS = 3
// Nobody parks a base.
const RESTORED = ' If it was restored, `project catch-up` brings it up.'

/**
 * What each target of a database says, in their order, its rows not yet asked: one query for all of them, and two more
 * for each shape that `known` has no answer for.
 */
export async function preflightDatabase(
  client: ClientBase,
  targets: readonly LocatedTarget[],
  { plan, expected, operationId, past, replicaLagMs = null }: PreflightQuestion,
  known: Map<string, readonly Difference[]>,
): Promise<readonly Verdict[]> {
  const scope = {
    tables: plan.touches,
    names: newNames(expected, projectSchema(plan.nextSchema)),
    rows: rowTablesOf(plan),
    ...(operationId !== undefined && { operationId }),
  }
  const namespaces = targets.map(({ namespace }) => namespace)
  const needs = needsOf(plan.changes)
  // The functions that know what is bound to a column.
  if (needs.hidden.length > 0) await ensureBookkeeping(client)
  const asked = [
    ...readinessQueries(namespaces, needs),
    ...boundQueries(namespaces, needs),
    ...actingQueries(namespaces, needs),
    ...(replicaLagMs !== null && writesBatches(plan) ? [monitorQuery(namespaces)] : []),
  ]
  const others = [...asked, ...(past === undefined ? [] : [outlinesQuery(namespaces, past.tables)])]
  const read = await readShapesWith(client, namespaces, scope, others)
  const obstacles = obstaclesIn(
    read.others.slice(0, asked.length).flatMap(({ rows }) => rows),
    needs,
  )
  const shapes = new Map(read.shapes.map((each) => [each.namespace, each]))
  const looks = targets.flatMap((each) => {
    const shape = shapes.get(each.namespace)
    return shape === undefined ? [] : [{ ...each, shape, standing: standingOf(each, plan, shape) }]
  })
  const fine = looks.filter(({ standing }) => standing === 'fine')
  for (const [hash, alike] of groupedBy(fine, ({ shape }) => shape.shape)) {
    if (!known.has(hash)) known.set(hash, await differencesOf(client, alike, plan, expected))
  }
  const verdicts = looks.map(({ target, namespace, standing, shape }) => {
    if (standing !== 'fine') return standing
    const inTheWay = obstacles.get(namespace) ?? []
    return inTheWay.length > 0
      ? unready(target, inTheWay)
      : lookOf({ target, namespace }, known.get(shape.shape) ?? [], shape)
  })
  if (past === undefined) return verdicts
  const still = looks.filter((_, index) => verdicts[index] === 'fine')
  const said = plan.baseRevision
  const elsewhere = await othersAmong(client, still, read.others.at(-1)?.rows ?? [], { past, said })
  // What no person can say of a base, whose rows are nobody's, stands in nobody's way.
  const isDoubted = ({ target, shape }: (typeof looks)[number]): boolean => shape.doubted && target.scope !== ''
  const doubt = still.some(isDoubted) ? await past.doubt(said) : null
  return looks.map((look, index) => {
    const verdict = verdicts[index] ?? 'fine'
    const other = verdict === 'fine' ? elsewhere.get(look.namespace) : undefined
    if (other !== undefined) return otherRevision(look.target, said, other.revision)
    return verdict === 'fine' && doubt !== null && isDoubted(look) ? doubted(look.target, doubt) : verdict
  })
}

/** Told by one of targets that look alike, or by another while somebody alters that one. */
async function differencesOf(
  client: ClientBase,
  alike: readonly [LocatedTarget, ...LocatedTarget[]],
  { touches }: Plan,
  expected: PhysicalSchema,
): Promise<readonly Difference[]> {
  for (const { target, namespace } of alike.slice(1, MOST_TELLERS)) {
    try {
      return differences(expected, await introspect(client, namespace, touches), touches)
    } catch (error) {
      if (!(toSagaError(error, whereOf(target)) instanceof LockUnavailable)) throw error
    }
  }
  return differences(expected, await introspect(client, alike[0].namespace, touches), touches)
}

/** Whether the target is there, ours, and at the revision that the plan was made for. */
function standingOf({ target, namespace }: LocatedTarget, plan: Plan, shape: Shape): Verdict {
  const { there, incarnation, revision, schemaHash, begun, renamedTo } = shape
  if (!there) {
    const why = renamedTo === null ? '' : `: ${renamedText(namespace, renamedTo)}`
    return new TargetDrifted('TARGET_GONE', `${whereOf(target)}: its namespace does not exist${why}.`)
  }
  if (incarnation !== target.incarnation) return notRegistered(target)
  const isAtBase = revision === plan.baseRevision && schemaHash === plan.schemaHash
  if (begun && (isAtBase || (revision === plan.nextRevision && schemaHash === plan.nextSchemaHash))) return 'begun'
  if (isAtBase) return 'fine'
  const other = revision === plan.baseRevision ? 'of another schema' : `not ${plan.baseRevision}`
  const out = target.scope === '' ? ' `project catch-up` brings it to that of its project.' : ''
  return new TargetDrifted('TARGET_DRIFTED', `${whereOf(target)} is at revision ${revision}, ${other}.${out}`, {
    details: { revision, expectedRevision: plan.baseRevision },
  })
}

function lookOf({ target, namespace }: LocatedTarget, found: readonly Difference[], shape: Shape): Verdict {
  const { taken, hidden, role } = shape
  if (found.length > 0) return drifted(target, found.map(nameOnly))
  if (hidden.length > 0) return rowsHidden(target, { namespace, tables: hidden, role })
  return taken.length === 0
    ? 'fine'
    : drifted(
        target,
        taken.map((object) => ({ object, kind: 'extra' })),
      )
}

function notRegistered(target: Place): TargetDrifted {
  return new TargetDrifted(
    'TARGET_DRIFTED',
    `${whereOf(target)}: its bookkeeping is not that of this target; the namespace was made or restored by others.`,
  )
}

/** Names of relations that the plan makes: they must not be there yet. */
function newNames(before: PhysicalSchema, after: PhysicalSchema): readonly string[] {
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

type NamedDifference = Pick<Difference, 'object' | 'kind'>

function nameOnly({ object, kind }: Difference): NamedDifference {
  return { object, kind }
}

/** Says how a target differs from what its revision says, 5 differences by name. */
export function drifted(
  target: Place & Partial<Pick<Target, 'scope'>>,
  found: readonly NamedDifference[],
): TargetDrifted {
  const named = found.slice(0, MOST_NAMED).map(({ object, kind }) => `${object} is ${kind}`)
  const more = found.length > named.length ? `, and ${found.length - named.length} more` : ''
  return new TargetDrifted(
    'TARGET_DRIFTED',
    `${whereOf(target)} does not look as its revision says: ${named.join(', ')}${more}.${target.scope === '' ? RESTORED : ''}`,
    { details: { differences: found } },
  )
}
