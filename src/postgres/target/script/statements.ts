/** Runs statements that people wrote, one message each, within the transaction of the caller. */
import type { ClientBase } from 'pg'
import { SagaError } from '../../../errors.ts'
import { ident } from '../../../physical/sql.ts'
import type { ScriptStep } from '../../../sql/change/sqlChange.ts'
import { toSagaError } from '../../errors/translate.ts'
import type { ScriptPlace } from './place.ts'

/**
 * Each with the search path set anew, as the owner of the namespace; deferred constraints are checked at both ends, so that
 * nothing of it happens at the commit. Errors: those of Postgres, with the place of the statement in its text.
 */
export async function runStatements(
  client: ClientBase,
  { namespace, path, role }: ScriptPlace,
  steps: readonly ScriptStep[],
  where: string,
): Promise<void> {
  const name = ident(namespace)
  const enter = `SET LOCAL search_path = ${path}`
  await client.query(`SET CONSTRAINTS ALL IMMEDIATE${role === null ? '' : `; SET LOCAL ROLE ${ident(role)}`}`)
  for (const { sql, place } of steps) {
    await client.query(enter)
    await at(where, place, () => client.query(sql.join(name)))
  }
  await at(where, 'deferred constraints and triggers', () => client.query('SET CONSTRAINTS ALL IMMEDIATE'))
  await client.query(`${role === null ? '' : 'RESET ROLE; '}SET LOCAL search_path = pg_catalog`)
}

async function at(where: string, place: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run()
  } catch (error) {
    const known = toSagaError(error, where)
    if (!(known instanceof SagaError)) throw known
    throw known.retold(`${known.message} It was ${place}.`, { details: known.details })
  }
}
