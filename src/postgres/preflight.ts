/** Looks, before anything is changed anywhere, whether a plan would run on a target. Reads only. */
import type { ClientBase } from 'pg'
import type { Target } from '../contract.ts'
import { TargetDrifted } from '../errors.ts'
import { type Difference, differences } from '../physical/equality.ts'
import type { Plan } from '../physical/plan.ts'
import { projectSchema } from '../physical/project.ts'
import type { PhysicalSchema } from '../physical/schema.ts'
import { requireFittingRows } from './dataChecks.ts'
import { introspect } from './introspect.ts'
import { type Place, whereOf } from './servers.ts'
import { bookkeepingVersion } from './target/bookkeeping.ts'
import { requireNamespace } from './target/look.ts'

/** What preflight compares a target with. */
export interface PreflightInput {
  readonly target: Target
  readonly plan: Plan
  /** The physical schema of the plan's base revision. */
  readonly expected: PhysicalSchema
  /** Where the tables are, unless in the target's own namespace (a database per tenant). */
  readonly namespace?: string
}

const MOST_NAMED = 5

/** Throws what stands in the way. Errors: `TARGET_GONE`, `TARGET_DRIFTED`, `DATA_REJECTED`. */
export async function preflightTarget(client: ClientBase, input: PreflightInput): Promise<void> {
  const { target, plan, expected } = input
  const namespace = input.namespace ?? target.namespace
  await requireNamespace(client, target, namespace)
  await requireRevision(client, target, plan, namespace)
  const found = differences(expected, await introspect(client, namespace, plan.touches), plan.touches)
  if (found.length > 0) throw drifted(target, found.map(nameOnly))
  const taken = await takenNames(client, namespace, newNames(expected, projectSchema(plan.nextSchema)))
  if (taken.length > 0)
    throw drifted(
      target,
      taken.map((object) => ({ object, kind: 'extra' })),
    )
  await requireFittingRows(client, target, namespace, plan.checks)
}

async function requireRevision(client: ClientBase, target: Target, plan: Plan, namespace: string): Promise<void> {
  if ((await bookkeepingVersion(client)) === 0) throw notRegistered(target)
  const { rows } = await client.query<{ incarnation: string; revision: number; hash: string }>(
    'SELECT incarnation, revision, schema_hash AS hash FROM schema_saga_target.target WHERE namespace = $1',
    [namespace],
  )
  const [row] = rows
  if (row === undefined || row.incarnation !== target.incarnation) throw notRegistered(target)
  if (row.revision === plan.baseRevision && row.hash === plan.schemaHash) return
  const other = row.revision === plan.baseRevision ? 'of another schema' : `not ${plan.baseRevision}`
  throw new TargetDrifted('TARGET_DRIFTED', `${whereOf(target)} is at revision ${row.revision}, ${other}.`, {
    details: { revision: row.revision, expectedRevision: plan.baseRevision },
  })
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

async function takenNames(client: ClientBase, namespace: string, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return []
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) ORDER BY 1`,
    [namespace, names],
  )
  return rows.map(({ name }) => name)
}

type NamedDifference = Pick<Difference, 'object' | 'kind'>

function nameOnly({ object, kind }: Difference): NamedDifference {
  return { object, kind }
}

/** Says how a target differs from what its revision says, 5 differences by name. */
export function drifted(target: Place, found: readonly NamedDifference[]): TargetDrifted {
  const named = found.slice(0, MOST_NAMED).map(({ object, kind }) => `${object} is ${kind}`)
  const more = found.length > named.length ? `, and ${found.length - named.length} more` : ''
  return new TargetDrifted(
    'TARGET_DRIFTED',
    `${whereOf(target)} does not look as its revision says: ${named.join(', ')}${more}.`,
    { details: { differences: found } },
  )
}
