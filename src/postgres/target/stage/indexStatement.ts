/** Statements that build or drop an index concurrently, made repeatable by looking at the index first. */
import type { Stage } from '../../../physical/plan/plan.ts'
import { ident } from '../../../physical/sql.ts'
import { sqlstateOf } from '../../errors/translate.ts'
import { whereOf } from '../../sessions/servers.ts'
import { runInNamespace } from '../script/place.ts'
import { limitsOf, setTimeouts, type TargetHold } from './execution.ts'
import { runUnderOwnPath, WATCHED } from './ownPath.ts'
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
  const look = await lookAt(each)
  const { state, isWatched } = look
  const builds = buildsIndex(stage)
  if (stage.index !== null && state === (builds ? 'valid' : 'absent')) {
    // The try that built it may have died before it said so.
    if (builds) await client.query(`SELECT ${RETURN_WORDS}`, [namespace, stage.index])
    return
  }
  const { lockMs, statementMs, buildMs } = limitsOf(work)
  await setTimeouts(client, 0, buildMs)
  await withBuildSlot(client, work, async () => {
    if (builds && stage.index !== null && state === 'invalid') {
      await runUnderOwnPath(client, isWatched, dropOf(namespace, stage.index))
    }
    await runStatements(each, look)
  })
  if (builds && stage.index !== null) await endBuild(each, stage.index)
  else await setTimeouts(client, lockMs, statementMs)
}

const RETURN_WORDS = 'schema_saga_target.return_index_words_v1($1, $2)'

/** What others had said of an index is said of the one that has come back, in the message that ends the time for a build. */
async function endBuild({ client, namespace, work }: IndexTry, index: string): Promise<void> {
  const { lockMs, statementMs } = limitsOf(work)
  await client.query(
    `SELECT set_config('lock_timeout', $3, false), set_config('statement_timeout', $4, false), ${RETURN_WORDS}`,
    [namespace, index, String(lockMs), String(statementMs)],
  )
}

/** Rows that share a value leave an index that is of no use: where they may, it goes, and they are noted. */
async function runStatements(each: IndexTry, { storage, isWatched }: Look): Promise<void> {
  const { client, namespace, stage, work } = each
  try {
    for (const sql of statementsOf(each)) {
      const { inNamespace: shared } = stage
      const about = { where: whereOf(work.target), shared }
      if (shared !== undefined) await runInNamespace(client, namespace, about, sql)
      else await runUnderOwnPath(client, isWatched, `${sql}${storage}`)
    }
  } catch (error) {
    if (stage.lenient === undefined || stage.index === null || sqlstateOf(error) !== UNIQUE_VIOLATION) throw error
    await runUnderOwnPath(client, isWatched, dropOf(namespace, stage.index))
    await noteRows(each, stage.lenient)
  }
}

function dropOf(namespace: string, index: string): string {
  return `DROP INDEX CONCURRENTLY IF EXISTS ${ident(namespace)}.${ident(index)}`
}

interface Look {
  readonly state: 'absent' | 'invalid' | 'valid'
  /** How an index that comes back is stored, as the end of the statement that builds it. */
  readonly storage: string
  /** Whether event triggers of the application see what is done. */
  readonly isWatched: boolean
}

/** Also keeps what others have said of an index that is about to go. An invalid one is what a build that failed or was killed leaves behind. */
async function lookAt(each: IndexTry): Promise<Look> {
  const { client, namespace, stage, work } = each
  if (stage.index === null) return { state: 'absent', storage: '', isWatched: false }
  const { rows } = await client.query<{ valid: boolean | null; storage: string | null; watched: boolean }>(
    `WITH found AS (
       SELECT i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
         JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2)
     SELECT ${WATCHED} AS watched, (SELECT valid FROM found) AS valid, ${
       buildsIndex(stage)
         ? `CASE WHEN (SELECT valid FROM found) IS NOT TRUE
                 THEN schema_saga_target.storage_words_v1($1, $3, $2, $4) END`
         : `schema_saga_target.keep_index_words_v1($1, $2)::text || left($3 || $4, 0)`
     } AS storage`,
    [namespace, stage.index, work.operationId, statementsOf(each)[0] ?? ''],
  )
  const { valid = null, storage = null, watched = false } = rows[0] ?? {}
  const state = valid === null ? 'absent' : valid ? 'valid' : 'invalid'
  return { state, storage: storage ?? '', isWatched: watched }
}
