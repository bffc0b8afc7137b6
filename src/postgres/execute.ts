/** A plan on one target: forward stage by stage, or back; each stage happens exactly once, whatever is repeated. */
import type { ClientBase, PoolClient } from 'pg'
import type { AppliedTarget, CompensatedTarget, Target } from '../contract.ts'
import { LockUnavailable } from '../errors.ts'
import type { Plan, Stage } from '../physical/plan.ts'
import { renderFor } from '../physical/sql.ts'
import { asTargetError } from './errors.ts'
import { type TargetPools, whereOf } from './pools.ts'
import { blockersText, findBlockers } from './target/blockers.ts'
import { ensureBookkeeping } from './target/bookkeeping.ts'
import { buildIndex, withTargetLock } from './target/concurrentStage.ts'
import { applicationName, cancellable, prepareSession } from './target/session.ts'

/** A plan of an operation on a target, in an epoch that the catalog handed out. */
export interface Execution {
  readonly target: Target
  readonly operationId: string
  readonly epoch: number
  readonly plan: Plan
  /** Aborts when Temporal cancels the activity: the running statement is then cancelled in Postgres. */
  readonly signal?: AbortSignal
}

/** One stage on its session, with the namespace as Postgres knows it. */
interface OnSession extends Execution {
  readonly client: PoolClient
  readonly namespace: string
  readonly name: string
}

/** Runs the plan forward. Errors: `TARGET_DRIFTED`, `TARGET_GONE`, `DATA_REJECTED`, `LOCK_UNAVAILABLE`, `TARGET_UNREACHABLE`, `STALE_EPOCH`. */
export async function applyPlanToTarget(pools: TargetPools, execution: Execution): Promise<AppliedTarget> {
  return await onSession(pools, execution, async (session) => {
    let stagesRun = 0
    for (const stage of execution.plan.forward) {
      const ran = stage.kind === 'transaction' ? await applyStage(session, stage) : await applyAlone(session, stage)
      if (ran) stagesRun += 1
    }
    return { stagesRun, stagesFoundApplied: execution.plan.forward.length - stagesRun }
  })
}

/** Undoes the plan, last stage first, and leaves tombstones where nothing had run. */
export async function compensatePlanOnTarget(pools: TargetPools, execution: Execution): Promise<CompensatedTarget> {
  return await onSession(pools, execution, async (session) => {
    let touched = false
    for (const stage of [...execution.plan.compensation].reverse()) {
      if ((await compensateStage(session, stage)) === 'compensated') touched = true
    }
    const { rows } = await session.client.query<{ aside_name: string }>(
      'select aside_name from schema_saga_target.set_aside where namespace = $1 and operation_id = $2 order by 1',
      [session.namespace, execution.operationId],
    )
    return { touched, setAside: rows.map((row) => row.aside_name) }
  })
}

async function onSession<T>(
  pools: TargetPools,
  execution: Execution,
  work: (session: OnSession) => Promise<T>,
): Promise<T> {
  const { target, operationId, signal } = execution
  const name = applicationName(operationId, target)
  const { databasePerTenant } = await pools.serverOf(target)
  const namespace = databasePerTenant ? 'public' : target.namespace
  return await pools.withClient(target, async (client) => {
    await ensureBookkeeping(client)
    await prepareSession(client, name, 'ddl')
    try {
      return await cancellable(pools, target, client, signal, () => work({ ...execution, client, namespace, name }))
    } catch (error) {
      throw await namingBlockers(pools, target, namespace, name, error)
    }
  })
}

/** A transactional stage is one call: the function holds the whole protocol (target/bookkeeping.sql). */
async function applyStage({ client, namespace, ...execution }: OnSession, stage: Stage): Promise<boolean> {
  const { plan } = execution
  const isLast = stage.stage === plan.forward.length
  const outcome = await call(client, 'apply_stage_v1', [
    ...keyOf(namespace, execution, stage),
    plan.baseRevision,
    plan.schemaHash,
    isLast ? plan.nextRevision : null,
    isLast ? plan.nextSchemaHash : null,
    stage.sql.map((sql) => renderFor(namespace, sql)),
    JSON.stringify(stage.asides),
  ])
  return outcome === 'applied'
}

/** A stage outside a transaction: `started` is committed before the statement, `applied` after it. */
async function applyAlone(session: OnSession, stage: Stage): Promise<boolean> {
  const { client, namespace, plan, target, epoch, operationId } = session
  return await withTargetLock(client, lockOf(session), async () => {
    const earlier = await call(client, 'admit_stage_v1', [
      ...keyOf(namespace, session, stage),
      plan.baseRevision,
      plan.schemaHash,
      'started',
    ])
    if (earlier === 'applied') return false
    await prepareSession(client, session.name, 'concurrent')
    for (const sql of stage.sql) await buildIndex(client, namespace, stage.index ?? '', sql)
    await prepareSession(client, session.name, 'ddl')
    const isLast = stage.stage === plan.forward.length
    const move = isLast ? [plan.nextRevision, plan.nextSchemaHash] : [null, null]
    await call(client, 'finish_stage_v1', [namespace, target.incarnation, operationId, epoch, stage.stage, ...move])
    return true
  })
}

async function compensateStage(session: OnSession, stage: Stage): Promise<string> {
  const { client, namespace, plan, operationId } = session
  const isLast = stage.stage === plan.forward.length
  const compensate = async (statements: readonly string[]): Promise<string> =>
    await call(client, 'compensate_stage_v1', [
      ...keyOf(namespace, session, stage),
      isLast ? plan.baseRevision : null,
      isLast ? plan.schemaHash : null,
      statements.map((sql) => renderFor(namespace, sql)),
      JSON.stringify(plan.forward[stage.stage - 1]?.asides ?? []),
    ])
  if (stage.kind === 'transaction') return await compensate(stage.sql)
  return await withTargetLock(client, lockOf(session), async () => {
    if ((await call(client, 'stage_happened_v1', [namespace, operationId, stage.stage])) === 'true') {
      await prepareSession(client, session.name, 'concurrent')
      for (const sql of stage.sql) await client.query(renderFor(namespace, sql))
      await prepareSession(client, session.name, 'ddl')
    }
    return await compensate([])
  })
}

function keyOf(
  namespace: string,
  { target, operationId, epoch, plan }: Pick<Execution, 'target' | 'operationId' | 'epoch' | 'plan'>,
  { stage }: Stage,
): unknown[] {
  return [namespace, target.incarnation, operationId, epoch, stage, plan.hash]
}

function lockOf({ target, namespace, name }: OnSession): { key: string; applicationName: string; where: string } {
  return { key: `schema-saga/${namespace}`, applicationName: name, where: whereOf(target) }
}

async function call(client: ClientBase, name: string, values: readonly unknown[]): Promise<string> {
  const places = values.map((_, index) => `$${index + 1}`).join(', ')
  const { rows } = await client.query<{ outcome: string | null }>(
    `select schema_saga_target.${name}(${places})::text as outcome`,
    [...values],
  )
  return rows[0]?.outcome ?? ''
}

async function namingBlockers(
  pools: TargetPools,
  target: Target,
  namespace: string,
  name: string,
  error: unknown,
): Promise<Error> {
  const mapped = asTargetError(error, whereOf(target))
  if (!(mapped instanceof LockUnavailable) || mapped.details.sqlstate === undefined) return mapped
  const blockers = await pools.withSideClient(target, (side) => findBlockers(side, namespace, name))
  const text = `${mapped.message.replace(/\.$/, '')}: ${blockersText(blockers)}.`
  return new LockUnavailable(mapped.code, text, { details: { ...mapped.details, blockers } })
}
