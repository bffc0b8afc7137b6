/** The functions of `schema_saga_target` as TypeScript functions: one call, one transaction. */
import type { ClientBase } from 'pg'
import type { Leniency, Stage } from '../../../physical/plan/plan.ts'
import { renderFor } from '../../../physical/sql.ts'
import type { TargetExecution } from './execution.ts'

/** A stage of a piece of work, on a session of its target. */
export interface StageTry {
  readonly client: ClientBase
  /** Where the tables are. */
  readonly namespace: string
  readonly work: TargetExecution
  readonly stage: Stage
}

/** How a stage was met: not yet run, left half-way, or run by an earlier try. */
export type Found = 'started' | 'found_started' | 'found_applied'

/** What became of the undo of a stage. */
export interface CompensatedStage {
  readonly outcome: 'compensated' | 'tombstoned' | 'found_compensated' | 'unfinished'
  readonly touched: boolean
  readonly put_aside: string[]
}

/** Runs a transactional stage, and `checks` behind its statements. Errors: `SS001`, `SS002`, and those of its statements. */
export async function applyStage(each: StageTry, checks: readonly string[] = []): Promise<'applied' | 'found_applied'> {
  return call(each.client, 'apply_stage_v1($1, $2::text[], $3)', [
    tryOf(each),
    [...statementsOf(each), ...checks.map((sql) => renderFor(each.namespace, sql))],
    JSON.stringify(each.stage.asides),
  ])
}

/**
 * Runs all stages of a plan that has nothing but transactions, on many targets of one database: one call, one
 * transaction for each stage of each target. The first that fails ends it; what was committed before it stays.
 */
export async function applyTargets(client: ClientBase, works: readonly TargetExecution[]): Promise<void> {
  const [first] = works
  if (first === undefined) return
  const { forward } = first.plan
  const stages = forward.map(({ stage, locks = [], sql, asides }) => ({
    stage,
    last: stage === forward.at(-1)?.stage,
    statements: locks.length + sql.length,
    asides,
  }))
  await client.query(
    'CALL schema_saga_target.apply_targets_v2($1, $2::text[], $3::text[], $4::integer[], $5, $6::text[])',
    [
      JSON.stringify(operationOf(first)),
      works.map(({ target }) => target.namespace),
      works.map(({ target }) => target.incarnation),
      works.map(({ epoch }) => epoch),
      JSON.stringify(stages),
      works.flatMap(({ target: { namespace } }) => forward.flatMap((stage) => statementsOf({ stage, namespace }))),
    ],
  )
}

/** Leaves the marker `started` before a statement that cannot run in a transaction. */
export async function startStage(each: StageTry, builds: boolean | null): Promise<Found> {
  return call(each.client, 'start_stage_v1($1, $2::text, $3::boolean)', [tryOf(each), each.stage.index, builds])
}

/** Turns `started` into `applied`. */
export async function finishStage(each: StageTry): Promise<'applied' | 'found_applied'> {
  return call(each.client, 'finish_stage_v1($1, $2)', [tryOf(each), JSON.stringify(each.stage.asides)])
}

/**
 * Closes the markers of a stage with the last part of its undo, if that is a transaction; `unfinished` while `parts` others
 * have to come before it. Errors: `SS001` for an epoch that is not the latest.
 */
export async function compensateStage(each: StageTry, undo: Stage | null, parts = 0): Promise<CompensatedStage> {
  const { rows } = await each.client.query<CompensatedStage>(
    'SELECT * FROM schema_saga_target.compensate_stage_v3($1, $2::text[], $3)',
    [tryOf(each), undo === null ? [] : statementsOf({ stage: undo, namespace: each.namespace }), parts],
  )
  return only(rows)
}

/** How far a part of an undo has come. */
export interface UndoProgress {
  readonly lastKey: string
  readonly rowsDone: number
  readonly done: boolean
}

/** That of an earlier try. */
export async function undoProgress(each: StageTry, part: number): Promise<UndoProgress> {
  const { rows } = await each.client.query<UndoProgress>(
    `SELECT last_key AS "lastKey", rows_done::float8 AS "rowsDone", done
       FROM schema_saga_target.undo_part_of_v1($1, $2)`,
    [tryOf(each), part],
  )
  return rows[0] ?? { lastKey: '', rowsDone: 0, done: false }
}

/** Keeps it, in the transaction of what was done. Errors: `SS001` for a late try. */
export async function noteUndo(each: StageTry, part: number, { lastKey, rowsDone, done }: UndoProgress): Promise<void> {
  await each.client.query('SELECT schema_saga_target.note_undo_part_v1($1, $2, $3, $4, $5)', [
    tryOf(each),
    part,
    lastKey,
    rowsDone,
    done,
  ])
}

/** Runs a part that is a transaction, once. Errors: `SS001`, `SS002`, and those of its statements. */
export async function runUndoPart(each: StageTry, part: number): Promise<void> {
  await each.client.query('SELECT schema_saga_target.run_undo_part_v1($1, $2, $3::text[])', [
    tryOf(each),
    part,
    statementsOf(each),
  ])
}

/** Notes on the target that rows stand in the way; without their number, those that the condition counts. */
export async function noteRows(
  {
    client,
    namespace,
    work,
  }: Pick<StageTry, 'client' | 'namespace'> & { readonly work: { readonly operationId: string } },
  { object, what, table, condition }: Leniency,
  found: { readonly reason?: string; readonly rows?: number } = {},
): Promise<void> {
  const text = found.reason === undefined ? what : `${what} (${found.reason})`
  await client.query('SELECT schema_saga_target.note_rows_v1($1, $2, $3, $4, $5, $6, $7)', [
    namespace,
    work.operationId,
    object,
    text,
    table,
    renderFor(namespace, condition),
    found.rows ?? null,
  ])
}

/** Whether this operation's stage left anything here that is not undone yet. Errors: `SS001` for an epoch that is not the latest. */
export async function hasOpenMarkers(each: StageTry): Promise<boolean> {
  const { rows } = await each.client.query<{ open: boolean }>(
    'SELECT schema_saga_target.has_open_markers_v1($1) AS open',
    [tryOf(each)],
  )
  return only(rows).open
}

/** The statements of a stage with the namespace in them, those that take its locks first. */
export function statementsOf({ stage, namespace }: Pick<StageTry, 'stage' | 'namespace'>): string[] {
  return [...(stage.locks ?? []), ...stage.sql].map((sql) => renderFor(namespace, sql))
}

/** What the functions ask of a try. */
export function tryOf({ namespace, work, stage }: StageTry): string {
  const { target, epoch, plan } = work
  return JSON.stringify({
    ...operationOf(work),
    namespace,
    incarnation: target.incarnation,
    epoch,
    stage: stage.stage,
    last: stage.stage === plan.forward.at(-1)?.stage,
  })
}

/** What is the same on every target. */
function operationOf({ projectId, operationId, plan }: TargetExecution): Readonly<Record<string, unknown>> {
  return {
    project_id: projectId,
    operation_id: operationId,
    plan_hash: plan.hash,
    base_revision: plan.baseRevision,
    base_hash: plan.schemaHash,
    next_revision: plan.nextRevision,
    next_hash: plan.nextSchemaHash,
  }
}

async function call<T extends string>(client: ClientBase, expression: string, values: unknown[]): Promise<T> {
  const { rows } = await client.query<{ result: T }>(`SELECT schema_saga_target.${expression} AS result`, values)
  return only(rows).result
}

function only<T>(rows: readonly T[]): T {
  const [row] = rows
  if (row === undefined) throw new Error('A function of schema_saga_target gave no answer.')
  return row
}
