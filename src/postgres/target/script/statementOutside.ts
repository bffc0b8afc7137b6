/** What a statement of people's own that takes no part in transactions finds on a target, and leaves there when its try dies. */
import { StatementRefused } from '../../../errors.ts'
import type { Stage } from '../../../physical/plan/plan.ts'
import { ident } from '../../../physical/sql.ts'
import { whereOf } from '../../sessions/servers.ts'
import { limitsOf, setTimeouts } from '../stage/execution.ts'
import { buildsIndex, type IndexTry, runIndexStatement } from '../stage/indexStatement.ts'
import type { StageTry } from '../stage/protocol.ts'
import { halfRun } from './halfRun.ts'
import { runInNamespace } from './place.ts'

/** Whether nothing is done by it that a record shows, or that could be undone. */
export function leavesNothing({ alone }: Pick<Stage, 'alone'>): boolean {
  return alone !== undefined && alone !== 'detach'
}

/** Runs it, however far an earlier try came. Errors: `STATEMENT_REFUSED` where the namespace has not what it names. */
export async function runOutside(each: IndexTry): Promise<void> {
  const { alone } = each.stage
  await requireNames(each)
  if (alone === 'detach' && (await endDetach(each)) === 'detached') return
  if (alone === 'reindex an index' || alone === 'reindex a table') await dropLeftIndexes(each)
  await runIndexStatement(each)
}

/**
 * Whether a try that began it has done nothing: then it has nothing to undo. One that died on its way is brought to its end before.
 */
export async function didNothing(each: StageTry): Promise<boolean> {
  const { stage } = each
  const half = await halfRun(each)
  if (half === null) return false
  if (stage.kind === 'batch') return half.lastKey === ''
  if (stage.kind !== 'statement') return false
  if (stage.alone === 'detach') return (await endDetach(each)) === 'attached'
  if (stage.alone !== undefined) return true
  return (await indexIsThere(each)) !== buildsIndex(stage)
}

/** Names are found in other namespaces as well, whose relations are not the target's. */
async function requireNames({ client, namespace, work, stage }: IndexTry): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT w.name FROM unnest($2::name[]) w (name)
      WHERE NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                         WHERE n.nspname = $1 AND c.relname = w.name)`,
    [namespace, stage.names ?? []],
  )
  if (rows.length === 0) return
  const missing = rows.map(({ name }) => ident(name)).join(', ')
  throw new StatementRefused('STATEMENT_REFUSED', `${whereOf(work.target)}: the namespace has no ${missing}.`)
}

const PARTITION = `SELECT i.inhdetachpending AS pending
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_inherits i ON i.inhrelid = c.oid
  JOIN pg_class p ON p.oid = i.inhparent AND p.relname = $2
 WHERE n.nspname = $1 AND c.relname = $3`

/** Of its two transactions, a try that died may have done the first. */
async function endDetach(each: IndexTry): Promise<'attached' | 'detached'> {
  const { client, namespace, stage } = each
  const [table = '', partition = ''] = stage.names ?? []
  const { rows } = await client.query<{ pending: boolean }>(PARTITION, [namespace, table, partition])
  const [found] = rows
  if (found === undefined) return 'detached'
  if (!found.pending) return 'attached'
  const of = (name: string): string => `${ident(namespace)}.${ident(name)}`
  await endLeft(each, `ALTER TABLE ${of(table)} DETACH PARTITION ${of(partition)} FINALIZE`)
  return 'detached'
}

const LEFT = `SELECT x.relname::text AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_index o ON o.indexrelid = c.oid
  JOIN pg_index i ON i.indrelid = coalesce(o.indrelid, c.oid) AND NOT i.indisvalid JOIN pg_class x ON x.oid = i.indexrelid
 WHERE n.nspname = $1 AND c.relname = ANY ($2::name[]) AND x.relname ~ '_cc(new|old)[0-9]*$' AND x.relkind = 'i'`

/** A try that died leaves the index that it was building, or the one that it had replaced. */
async function dropLeftIndexes(each: IndexTry): Promise<void> {
  const { client, namespace, stage } = each
  const { rows } = await client.query<{ name: string }>(LEFT, [namespace, stage.names ?? []])
  for (const { name } of rows) await endLeft(each, dropOf(namespace, name))
}

/** One whose build did not come to its end is dropped; one whose dropping did not, too. */
async function indexIsThere(each: IndexTry): Promise<boolean> {
  const { client, namespace, stage } = each
  const { rows } = await client.query<{ valid: boolean }>(
    `SELECT i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2`,
    [namespace, stage.index],
  )
  const [found] = rows
  if (found?.valid === false) await endLeft(each, dropOf(namespace, stage.index ?? ''))
  return found?.valid === true
}

function dropOf(namespace: string, index: string): string {
  return `DROP INDEX CONCURRENTLY IF EXISTS ${ident(namespace)}.${ident(index)}`
}

/** Waits for old transactions, as the statement itself did. */
async function endLeft({ client, namespace, work, stage }: IndexTry, sql: string): Promise<void> {
  const { lockMs, statementMs, buildMs } = limitsOf(work)
  await setTimeouts(client, 0, buildMs)
  await runInNamespace(client, namespace, { where: whereOf(work.target), shared: stage.inNamespace }, sql)
  await setTimeouts(client, lockMs, statementMs)
}
