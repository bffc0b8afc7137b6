/**
 * A statement of people's own that runs by key: batches in short transactions, each with how far it came, so that any try can go
 * on. Where no row that it has written meets its condition any more, another pass finds what others wrote meanwhile.
 */
import { StatementRefused, TimeLimitReached } from '../../../errors.ts'
import type { ScriptBatch } from '../../../sql/script/script.ts'
import { whereOf } from '../../sessions/servers.ts'
import { spend } from '../../sessions/spent.ts'
import { nextLimit, ROWS } from '../rows/backfill.ts'
import { type BatchesOf, startingPoint } from '../rows/backfillCursor.ts'
import { replicaGate } from '../rows/replicas.ts'
import { limitsOf, setTimeouts } from '../stage/execution.ts'
import type { StageTry } from '../stage/protocol.ts'
import { batchKey } from './batchKey.ts'
import { batchStatements, deletes, type KeyValues } from './batchStatements.ts'
import { halfRun } from './halfRun.ts'
import { type Course, type Done, type PassCursor, runBatch, type Standing } from './oneBatch.ts'

/** Whoever writes faster than passes go would keep them going for ever. */
const MOST_PASSES = 1_000

/** Runs the stage's batches from where an earlier try stopped to the end. Errors: those of the text and of `withinFences`. */
export async function runRowBatches(each: StageTry, of: BatchesOf): Promise<void> {
  const { client, namespace, work, stage } = each
  const { batch, script: [step] = [] } = stage
  if (batch === undefined || step === undefined) throw new Error(`Stage ${stage.stage} has no statement for batches.`)
  spend(client)
  const { lockMs, statementMs, buildMs } = limitsOf(work)
  await setTimeouts(client, lockMs, buildMs)
  // This session may have fired triggers before a column got another type, and keeps plans for the old one.
  await client.query('DISCARD PLANS')
  const key = await batchKey(client, namespace, batch)
  if (typeof key === 'string') {
    const sentence = `${whereOf(work.target)}: ${step.place} does not run in batches here, as it did on the base: ${key}.`
    throw new StatementRefused('DOES_OTHERWISE', sentence)
  }
  const until = of === 'forward' ? null : await undoneUntil(each, batch)
  const statements = batchStatements(namespace, batch, key)
  if (until !== 'nothing') await runPasses({ each, of, batch, step, statements, until })
  await setTimeouts(client, lockMs, statementMs)
}

async function runPasses(course: Course): Promise<void> {
  const { each, batch } = course
  const { work, stage } = each
  const replicasAreNear = replicaGate(each)
  let cursor = await standing(course)
  let limit = batch.size ?? ROWS.first
  for (;;) {
    work.signal?.throwIfAborted()
    await replicasAreNear()
    const since = Date.now()
    const done = await tryBatch(course, cursor, limit)
    if (done === 'too large') {
      limit = Math.ceil(limit / 10)
      continue
    }
    cursor = done.cursor
    work.report?.({ stage: stage.stage, rows: cursor.rowsDone })
    if (done.found < limit) {
      const { key, passes, repeats } = cursor.at
      if (key === null || !repeats || passes >= MOST_PASSES) return
      cursor = { ...cursor, at: { key: null, passes: passes + 1, repeats } }
    }
    if (batch.size === null) limit = nextLimit(limit, Date.now() - since)
  }
}

/** Rows that a stage never came to are not to be undone: it can be told where both go by the key of one table. */
async function undoneUntil(each: StageTry, { table }: ScriptBatch): Promise<KeyValues | null | 'nothing'> {
  const undone = each.work.plan.forward.find(({ stage }) => stage === each.stage.stage)
  if (undone?.batch?.table !== table) return null
  const half = await halfRun(each)
  if (half === null) return null
  if (half.lastKey === '') return 'nothing'
  const { key, passes } = JSON.parse(half.lastKey) as Standing
  return passes > 0 ? null : key
}

/** Where an earlier try has stopped. */
async function standing({ each, of, batch }: Course): Promise<PassCursor> {
  const { lastKey, rowsDone } = await startingPoint(each, of)
  // Without a condition, rows that were updated are as good as any.
  const start = { key: null, passes: 0, repeats: batch.condition !== null || deletes(batch) }
  return { at: lastKey === '' ? start : (JSON.parse(lastKey) as Standing), rowsDone }
}

async function tryBatch(course: Course, cursor: PassCursor, limit: number): Promise<Done | 'too large'> {
  try {
    return await runBatch(course, cursor, limit)
  } catch (error) {
    if (limit > 1 && error instanceof TimeLimitReached) return 'too large'
    throw error
  }
}
