/** A stage within the one transaction of a proof: what runs outside of transactions elsewhere has another form here, or none. */
import type { ClientBase } from 'pg'
import { MutationRejected, SagaError } from '../../errors.ts'
import { ident } from '../../physical/sql.ts'
import { runOf, stepOf } from '../../sql/aside/steps.ts'
import type { ScriptStep } from '../../sql/change/sqlChange.ts'
import type { ScriptStage, ScriptStatement } from '../../sql/script/script.ts'
import { requireSameSession } from '../target/script/fences.ts'
import type { ScriptPlace } from '../target/script/place.ts'
import { runStatements } from '../target/script/statements.ts'
import { requireAble } from './aloneStatements.ts'

/** Where a proof runs. */
export interface ProofPlace {
  readonly client: ClientBase
  readonly place: ScriptPlace
  /** For messages: the server and the namespace. */
  readonly where: string
}

/** Errors: those of the text, `SESSION_CHANGED`, `STATEMENT_UNSUPPORTED` for an index that nothing builds concurrently. */
export async function proveStage(at: ProofPlace, stage: ScriptStage): Promise<void> {
  const { client, place, where } = at
  const { kind, statements, index } = stage
  if (index?.builds === false) await requirePlainIndex(at, stage)
  const steps = kind === 'alone' ? await aloneSteps(at, stage) : runOf(statements).map(plainStep)
  if (steps.length === 0 && kind === 'alone') return
  try {
    await requireSameSession(client, { steps, where }, () => runStatements(client, place, steps, where))
  } catch (error) {
    throw explained(error)
  }
  if (index?.builds === true) await requirePlainIndex(at, stage)
}

function plainStep(statement: ScriptStatement): ScriptStep {
  return { ...stepOf(statement), sql: statement.plain }
}

/** `VACUUM` and `REINDEX` change nothing that a record shows, and have no form within a transaction. */
async function aloneSteps(at: ProofPlace, stage: ScriptStage): Promise<readonly ScriptStep[]> {
  const { client, place } = at
  const [statement] = stage.statements
  await requireAble(at, stage)
  if (stage.alone !== 'detach' || statement === undefined) return []
  const [, partition = ''] = stage.names ?? []
  const { rows } = await client.query<{ bound: string | null }>(
    `SELECT pg_get_partition_constraintdef(c.oid) AS bound FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = $2`,
    [place.namespace, partition],
  )
  const bound = rows[0]?.bound ?? null
  const step = plainStep(statement)
  // What is detached concurrently keeps its bounds as a check, of a name that Postgres chooses in the same way.
  const check = `ALTER TABLE ${ident(partition)} ADD CHECK (${bound})`
  return bound === null ? [step] : [step, { ...step, sql: [check] }]
}

/** What is partitioned has an index in each of its partitions, which none of the concurrent forms makes. */
async function requirePlainIndex({ client, place }: ProofPlace, { index, statements }: ScriptStage): Promise<void> {
  const { rows } = await client.query<{ partitioned: boolean }>(
    `SELECT c.relkind = 'I' AS partitioned FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = $2`,
    [place.namespace, index?.name],
  )
  if (rows[0]?.partitioned !== true) return
  const [verb, way] = index?.builds
    ? [
        'built',
        'CREATE INDEX on ONLY the table, CREATE INDEX CONCURRENTLY on each partition, and ALTER INDEX ... ATTACH PARTITION for each',
      ]
    : ['dropped', 'DROP INDEX without CONCURRENTLY']
  throw new MutationRejected(
    'STATEMENT_UNSUPPORTED',
    `${statements[0]?.place}: an index of a partitioned table is not ${verb} concurrently: write ${way}.`,
  )
}

const UNSAFE_ENUM_VALUE = '55P04'

/** Whether one transaction cannot run the text. */
export function needsCommits(error: unknown): error is SagaError {
  return error instanceof SagaError && error.details.sqlstate === UNSAFE_ENUM_VALUE
}

function explained(error: unknown): unknown {
  if (!needsCommits(error)) return error
  const advice =
    'A value of an enum is there for other statements once it is committed: use it in a change of its own, after this one.'
  return error.retold(`${error.message} ${advice}`, { details: error.details })
}
