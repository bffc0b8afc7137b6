/** What targets say to a change by SQL, beside what they say to any plan. */
import type { ClientBase } from 'pg'
import { SagaError } from '../../../errors.ts'
import type { Plan } from '../../../physical/plan/plan.ts'
import { toSagaError } from '../../errors/translate.ts'
import type { TargetDatabase } from '../../sessions/databases.ts'
import { whereOf } from '../../sessions/servers.ts'
import { unready } from '../readiness.ts'
import type { Verdict } from '../verdict.ts'
import { preflightSql } from './preflightSql.ts'
import { sqlQuestionOf } from './sqlQuestion.ts'

/** A change by SQL has more to ask of those that have nothing against it otherwise. */
export async function withSqlAnswers(
  client: ClientBase,
  database: TargetDatabase,
  verdicts: readonly Verdict[],
  { sqlChange, forward }: Plan,
): Promise<readonly Verdict[]> {
  if (sqlChange === undefined) return verdicts
  const asked = database.filter((_, index) => verdicts[index] === 'fine')
  const namespaces = asked.map(({ namespace }) => namespace)
  const answers = await preflightSql(client, namespaces, sqlQuestionOf(sqlChange, forward))
  const answer = new Map(answers.map((each) => [each.namespace, each]))
  return database.map(({ target, namespace }, index) => {
    const said = verdicts[index] === 'fine' ? answer.get(namespace) : undefined
    if (said === undefined) return verdicts[index] ?? 'fine'
    const error = said.error === undefined ? undefined : toSagaError(said.error, whereOf(target))
    if (error !== undefined) {
      if (error instanceof SagaError) return error
      throw error
    }
    return said.obstacles.length === 0 ? 'fine' : unready(target, said.obstacles)
  })
}
