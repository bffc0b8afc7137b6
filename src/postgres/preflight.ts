/** A look at one target before anything is changed; reads only. */
import type { ClientBase } from 'pg'
import type { Target } from '../contract.ts'
import { TargetDrifted } from '../errors.ts'
import { type Difference, differences } from '../physical/equality.ts'
import type { Plan } from '../physical/plan.ts'
import type { PhysicalSchema } from '../physical/schema.ts'
import { introspect } from './introspect.ts'
import { whereOf } from './pools.ts'

/** What preflight compares a target with. */
export interface PreflightRequest {
  readonly target: Target
  readonly namespace: string
  readonly plan: Plan
  /** The projection of the plan's base revision, and of the one after it. */
  readonly before: PhysicalSchema
  readonly after: PhysicalSchema
}

const MOST_NAMED = 3

/** Throws `TARGET_GONE` or `TARGET_DRIFTED` with a sentence when the plan could not run here. */
export async function preflightTarget(client: ClientBase, request: PreflightRequest): Promise<void> {
  await checkRevision(client, request)
  const { plan, before, after } = request
  const created = Object.keys(after.tables).filter((name) => before.tables[name] === undefined)
  const looked = [...new Set([...plan.touches, ...created])]
  if (looked.length === 0) return
  const actual = await introspect(client, request.namespace, looked)
  const found = differences(before, actual, looked)
  if (found.length === 0) return
  const named = found.slice(0, MOST_NAMED).map(({ object, kind }) => `${object} is ${kind}`)
  const more = found.length > named.length ? `, and ${found.length - named.length} more` : ''
  const text = `${whereOf(request.target)} has drifted: ${named.join(', ')}${more}.`
  throw new TargetDrifted('TARGET_DRIFTED', text, { details: { differences: found.slice(0, 20).map(nameOnly) } })
}

async function checkRevision(client: ClientBase, { target, namespace, plan }: PreflightRequest): Promise<void> {
  const where = whereOf(target)
  const there = await client.query<{ namespace: boolean; bookkeeping: boolean }>(
    `select exists (select from pg_catalog.pg_namespace where nspname = $1) as namespace,
            to_regclass('schema_saga_target.target') is not null as bookkeeping`,
    [namespace],
  )
  if (!there.rows[0]?.namespace) throw new TargetDrifted('TARGET_GONE', `${where} is gone: there is no such namespace.`)
  if (!there.rows[0]?.bookkeeping) throw new TargetDrifted('TARGET_GONE', `${where} was never provisioned.`)
  const { rows } = await client.query<{ incarnation: string; revision: number; schema_hash: string }>(
    'select incarnation, revision, schema_hash from schema_saga_target.target where namespace = $1',
    [namespace],
  )
  const [at] = rows
  if (at === undefined) throw new TargetDrifted('TARGET_GONE', `${where} was never provisioned.`)
  if (at.incarnation !== target.incarnation) {
    throw new TargetDrifted('TARGET_DRIFTED', `${where} has drifted: it was provisioned anew by somebody else.`)
  }
  if (at.revision !== plan.baseRevision || at.schema_hash !== plan.schemaHash) {
    const other = at.revision === plan.baseRevision ? ' of another schema' : ''
    const text = `${where} has drifted: it is at revision ${at.revision}${other}, not ${plan.baseRevision}.`
    throw new TargetDrifted('TARGET_DRIFTED', text)
  }
}

function nameOnly({ object, kind }: Difference): { object: string; kind: string } {
  return { object, kind }
}
