/** Statements that build or drop an index concurrently, made repeatable by looking at the index first. */
import type { ClientBase } from 'pg'
import type { Stage } from '../../../physical/plan/plan.ts'
import { ident } from '../../../physical/sql.ts'
import { sqlstateOf } from '../../errors/translate.ts'
import { limitsOf, setTimeouts, type TargetHold } from './execution.ts'
import { noteRows, type StageTry, statementsOf } from './protocol.ts'
import { withBuildSlot } from './targetLock.ts'

const UNIQUE_VIOLATION = '23505'

/** A statement for one index, on a session of its target. */
export type IndexTry = Pick<StageTry, 'client' | 'namespace' | 'stage'> & { readonly work: TargetHold }

/** Whether the stage builds its index; otherwise it drops it. */
export function buildsIndex(stage: Stage): boolean {
  return !/^\s*DROP\s+INDEX\b/i.test(stage.sql[0] ?? '')
}

/** Brings the index to where the stage wants it, however far an earlier try came. */
export async function runIndexStatement(each: IndexTry): Promise<void> {
  const { client, namespace, work, stage } = each
  const state = stage.index === null ? 'absent' : await indexState(client, namespace, stage.index)
  const builds = buildsIndex(stage)
  if (stage.index !== null && state === (builds ? 'valid' : 'absent')) return
  const { lockMs, statementMs, buildMs } = limitsOf(work)
  await setTimeouts(client, 0, buildMs)
  await withBuildSlot(client, work, async () => {
    if (builds && stage.index !== null && state === 'invalid') {
      await client.query(`DROP INDEX CONCURRENTLY ${ident(namespace)}.${ident(stage.index)}`)
    }
    await runStatements(each)
  })
  await setTimeouts(client, lockMs, statementMs)
}

/** Rows that share a value leave an index that is of no use: where they may, it goes, and they are noted. */
async function runStatements(each: IndexTry): Promise<void> {
  const { client, namespace, stage } = each
  try {
    for (const sql of statementsOf(each)) await client.query(sql)
  } catch (error) {
    if (stage.lenient === undefined || stage.index === null || sqlstateOf(error) !== UNIQUE_VIOLATION) throw error
    await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${ident(namespace)}.${ident(stage.index)}`)
    await noteRows(each, stage.lenient)
  }
}

/** An invalid index is what a build that failed or was killed leaves behind. */
async function indexState(
  client: ClientBase,
  namespace: string,
  index: string,
): Promise<'absent' | 'invalid' | 'valid'> {
  const { rows } = await client.query<{ valid: boolean }>(
    `SELECT i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2`,
    [namespace, index],
  )
  const [row] = rows
  if (row === undefined) return 'absent'
  return row.valid ? 'valid' : 'invalid'
}
