/** Looks, before anything is changed anywhere, whether a plan would run on targets. Reads only. */
import type { ClientBase } from 'pg'
import type { Target } from '../../contract.ts'
import { LockUnavailable } from '../../errors.ts'
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
import { toSagaError } from '../errors/translate.ts'
import { introspect } from '../introspection/introspect.ts'
import type { LocatedTarget } from '../sessions/databases.ts'
import { whereOf } from '../sessions/servers.ts'
import { ensureBookkeeping } from '../target/bookkeeping/bookkeeping.ts'
import { actingQueries } from './actingObstacles.ts'
import { boundQueries } from './boundObjects.ts'
import { dependantQueries } from './dependants.ts'
import { newNames } from './newNames.ts'
import { othersAmong, outlinesQuery, type PastRevisions } from './outlines.ts'
import { obstaclesIn, readinessQueries, unready } from './readiness.ts'
import { monitorQuery } from './replicaRights.ts'
import { lookOf, standingOf, type Verdict } from './verdict.ts'

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

/** The most targets of one look whose tables are read to tell it, should somebody alter the first ones meanwhile. */
const MOST_TELLERS = 3

/** A target whose shape was read. */
interface Look extends LocatedTarget {
  readonly shape: Shape
  readonly standing: Verdict
}

/** What a database said of its targets. */
interface Answers {
  readonly looks: readonly Look[]
  /** What is in the way, by namespace. */
  readonly obstacles: ReadonlyMap<string, readonly string[]>
  /** Rows of the query for outlines, where one was asked. */
  readonly outlines: readonly unknown[]
}

/**
 * What each target of a database says, in their order, its rows not yet asked: one query for all of them, and two more
 * for each shape that `known` has no answer for.
 */
export async function preflightDatabase(
  client: ClientBase,
  targets: readonly LocatedTarget[],
  question: PreflightQuestion,
  known: Map<string, readonly Difference[]>,
): Promise<readonly Verdict[]> {
  const { plan, expected, past } = question
  const answers = await ask(client, targets, question)
  const fine = answers.looks.filter(({ standing }) => standing === 'fine')
  for (const [hash, alike] of groupedBy(fine, ({ shape }) => shape.shape)) {
    if (!known.has(hash)) known.set(hash, await differencesOf(client, alike, plan, expected))
  }
  const verdicts = answers.looks.map((look) => verdictOn(look, answers, known.get(look.shape.shape) ?? []))
  return past === undefined
    ? verdicts
    : await withRevisions(client, answers, verdicts, { said: plan.baseRevision, past })
}

/** One query for all that is asked of the targets. */
async function ask(
  client: ClientBase,
  targets: readonly LocatedTarget[],
  { plan, expected, operationId, past, replicaLagMs = null }: PreflightQuestion,
): Promise<Answers> {
  const scope = {
    tables: plan.touches,
    names: newNames(expected, projectSchema(plan.nextSchema)),
    rows: rowTablesOf(plan),
    ...(operationId !== undefined && { operationId }),
  }
  const namespaces = targets.map(({ namespace }) => namespace)
  const needs = needsOf(plan.changes)
  // The functions that know what is bound to a column, and whether rows can be updated.
  if (needs.hidden.length > 0 || needs.tables.some(({ writes }) => writes)) await ensureBookkeeping(client)
  const asked = [
    ...readinessQueries(namespaces, needs),
    ...boundQueries(namespaces, needs),
    ...actingQueries(namespaces, needs),
    ...dependantQueries(namespaces, needs),
    ...(replicaLagMs !== null && writesBatches(plan) ? [monitorQuery(namespaces)] : []),
  ]
  const others = [...asked, ...(past === undefined ? [] : [outlinesQuery(namespaces, past.tables)])]
  const read = await readShapesWith(client, namespaces, scope, others)
  const shapes = new Map(read.shapes.map((each) => [each.namespace, each]))
  const found = read.others.slice(0, asked.length).flatMap(({ rows }) => rows)
  return {
    looks: targets.flatMap((each) => {
      const shape = shapes.get(each.namespace)
      return shape === undefined ? [] : [{ ...each, shape, standing: standingOf(each, plan, shape) }]
    }),
    obstacles: obstaclesIn(found, needs),
    outlines: read.others.at(-1)?.rows ?? [],
  }
}

function verdictOn(look: Look, { obstacles }: Answers, found: readonly Difference[]): Verdict {
  const { target, namespace, standing, shape } = look
  if (standing !== 'fine') return standing
  // Where rows are hidden, what else is in the way may be for that reason.
  const inTheWay = shape.hidden.length > 0 ? [] : (obstacles.get(namespace) ?? [])
  return inTheWay.length > 0 ? unready(target, inTheWay) : lookOf(look, found, shape)
}

/** The same verdicts, but of targets whose tables plainly are, or may be, those of another revision than they say. */
async function withRevisions(
  client: ClientBase,
  { looks, outlines }: Answers,
  verdicts: readonly Verdict[],
  { said, past }: { readonly said: number; readonly past: PastRevisions },
): Promise<readonly Verdict[]> {
  const still = looks.filter((_, index) => verdicts[index] === 'fine')
  const elsewhere = await othersAmong(client, still, outlines, { past, said })
  const doubt = still.some(isDoubted) ? await past.doubt(said) : null
  return looks.map((look, index) => {
    const verdict = verdicts[index] ?? 'fine'
    if (verdict !== 'fine') return verdict
    const other = elsewhere.get(look.namespace)
    if (other !== undefined) return otherRevision(look.target, said, other.revision)
    return doubt !== null && isDoubted(look) ? doubted(look.target, doubt) : verdict
  })
}

/** What no person can say of a base, whose rows are nobody's, stands in nobody's way. */
function isDoubted({ target, shape }: Look): boolean {
  return shape.doubted && target.scope !== ''
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
