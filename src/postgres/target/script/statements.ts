/** Runs statements that people wrote within the transaction of the caller. */
import type { ClientBase, QueryResult, QueryResultRow } from 'pg'
import { SagaError, StatementRefused } from '../../../errors.ts'
import { ident } from '../../../physical/sql.ts'
import type { ScriptStep } from '../../../sql/change/sqlChange.ts'
import { toSagaError } from '../../errors/translate.ts'
import type { ScriptPlace } from './place.ts'

const IMMEDIATE = 'SET CONSTRAINTS ALL IMMEDIATE'

/** Runs what stands at a place of a text. */
export type RunStatement = <Row extends QueryResultRow>(sql: string, place: string) => Promise<QueryResult<Row>>

/** Each as `asOwner` runs it. Errors: those of Postgres, with the place of the statement in its text. */
export async function runStatements(
  client: ClientBase,
  place: ScriptPlace,
  steps: readonly ScriptStep[],
  where: string,
): Promise<void> {
  const name = ident(place.namespace)
  await asOwner(client, place, where, async (run) => {
    for (const step of steps) await run(textOf(step, name), step.place)
  })
}

/** What is hidden could have been dropped: whatever depends on it stops the text, as it would stop the drop. */
function textOf({ sql, aside }: ScriptStep, name: string): string {
  const text = sql.join(name)
  if (aside?.does !== 'hide') return text
  const drops = (aside.instead ?? []).map((step) => step.sql.join(name))
  const trial = ['SAVEPOINT schema_saga_drop', ...drops, 'ROLLBACK TO SAVEPOINT schema_saga_drop']
  return [...trial, 'RELEASE SAVEPOINT schema_saga_drop', text].join(';\n')
}

/**
 * Each statement with the search path set anew in its own message, as the owner of the namespace; deferred constraints are
 * checked at both ends, so that nothing of it happens at the commit.
 */
export async function asOwner<Result>(
  client: ClientBase,
  { path, role }: ScriptPlace,
  where: string,
  work: (run: RunStatement) => Promise<Result>,
): Promise<Result> {
  let before = [IMMEDIATE, ...(role === null ? [] : [`SET LOCAL ROLE ${ident(role)}`])]
  const result = await work(async <Row extends QueryResultRow>(sql: string, place: string) => {
    // The last line of a text may be a comment.
    const message = [...before, `SET LOCAL search_path = ${path}`, `${sql}\n`].join('; ')
    before = []
    return lastOf<Row>(await at(where, place, () => client.query<Row>(message)))
  })
  const end = role === null ? IMMEDIATE : `${IMMEDIATE}; SELECT pg_catalog.current_setting('role') AS role`
  const last = lastOf<{ role: string }>(await at(where, 'deferred constraints and triggers', () => client.query(end)))
  if (role !== null && last.rows[0]?.role !== role) {
    const what = `the text leaves role "${last.rows[0]?.role}" where it ran as "${role}". It was rolled back.`
    throw new StatementRefused('SESSION_CHANGED', `${where}: ${what}`)
  }
  await client.query(`${role === null ? '' : 'RESET ROLE; '}SET LOCAL search_path = pg_catalog`)
  return result
}

/** A message of several statements has several results, of which the types of the driver do not tell. */
function lastOf<Row extends QueryResultRow>(answer: QueryResult<Row>): QueryResult<Row> {
  return ([answer] as readonly (QueryResult<Row> | readonly QueryResult<Row>[])[]).flat().at(-1) ?? answer
}

async function at<Result>(where: string, place: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    const known = toSagaError(error, where)
    if (!(known instanceof SagaError)) throw known
    throw known.retold(`${known.message} It was ${place}.`, { details: known.details })
  }
}
