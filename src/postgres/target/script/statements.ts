/** Runs statements that people wrote within the transaction of the caller. */
import type { ClientBase } from 'pg'
import { SagaError } from '../../../errors.ts'
import { ident } from '../../../physical/sql.ts'
import type { ScriptStep } from '../../../sql/change/sqlChange.ts'
import { toSagaError } from '../../errors/translate.ts'
import type { ScriptPlace } from './place.ts'

const IMMEDIATE = 'SET CONSTRAINTS ALL IMMEDIATE'

/**
 * Each with the search path set anew in its own message, as the owner of the namespace; deferred constraints are checked at
 * both ends, so that nothing of it happens at the commit. Errors: those of Postgres, with the place of the statement in its text.
 */
export async function runStatements(
  client: ClientBase,
  { namespace, path, role }: ScriptPlace,
  steps: readonly ScriptStep[],
  where: string,
): Promise<void> {
  const name = ident(namespace)
  const enter = `SET LOCAL search_path = ${path}`
  const begin = [IMMEDIATE, ...(role === null ? [] : [`SET LOCAL ROLE ${ident(role)}`])]
  for (const [index, { sql, place }] of steps.entries()) {
    // The last line of a text may be a comment.
    const message = [...(index === 0 ? begin : []), enter, `${sql.join(name)}\n`].join('; ')
    await at(where, place, () => client.query(message))
  }
  await at(where, 'deferred constraints and triggers', () => client.query(IMMEDIATE))
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
