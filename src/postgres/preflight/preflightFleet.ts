/** Preflight of a whole fleet: a query for some hundred targets of a database, and the rows are asked only if the plan needs it. */

import pMap from 'p-map'
import type { Target, TargetProblem } from '../../contract.ts'
import { SagaError } from '../../errors.ts'
import { groupedBy } from '../../groupedBy.ts'
import type { Difference } from '../../physical/equality.ts'
import { databasesOf, type LostTarget, lookAtDatabase, problemOf, type TargetDatabase } from '../sessions/databases.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { whereOf } from '../sessions/servers.ts'
import { findLongTransactions, heldByOthers } from './longTransactions.ts'
import { type PreflightQuestion, preflightDatabase } from './preflightDatabase.ts'
import { requireFittingRows } from './rows.ts'
import { withSqlAnswers } from './sql/sqlVerdicts.ts'

/** Parts of databases, or targets whose rows are asked, looked at together; it only reads, so a few sessions do. */
const LOOKS_AT_ONCE = 4

/** Targets of one database in one query at most: more would keep one core of a server at work and leave the others idle. */
const PART = 600

/**
 * What stands in the way of the plan, in the order of the targets; 10,000 in one database took 0.6 s as a single query
 * (measured, 2 cores). A database that does not answer, after short retries, is a problem of each of its targets and of
 * no other.
 */
export async function preflightFleet(
  pools: TargetPools,
  targets: readonly Target[],
  question: PreflightQuestion,
  signal?: AbortSignal,
): Promise<readonly TargetProblem[]> {
  const { databases, lost } = await databasesOf(pools, targets)
  const problems = new Map(lost.map(({ target, error }) => [target, error]))
  // Targets of one shape say the same, whichever of them is asked, and in whichever database.
  const known = new Map<string, readonly Difference[]>()
  const looks = await pMap(databases.flatMap(inParts), (part) => lookAt(pools, part, question, known, signal), {
    concurrency: LOOKS_AT_ONCE,
  })
  for (const { target, error } of looks.flatMap((each) => each.refused)) problems.set(target, error)
  if (question.plan.checks.length > 0) {
    const fine = looks.flatMap((each) => each.fine)
    const asked = await pMap(fine, (target) => askRows(pools, target, question, signal), { concurrency: LOOKS_AT_ONCE })
    for (const { target, error } of asked.flat()) problems.set(target, error)
  }
  return targets.flatMap((target) => {
    const error = problems.get(target)
    return error === undefined ? [] : [problemOf(target, error)]
  })
}

/** Parts of the same size: a query that is planned for a handful of targets takes as long as one for a hundred. */
function inParts(database: TargetDatabase): readonly TargetDatabase[] {
  const parts = Math.ceil(database.length / PART)
  return [...groupedBy(database, (_, index) => Math.floor((index * parts) / database.length)).values()]
}

async function lookAt(
  pools: TargetPools,
  database: TargetDatabase,
  question: PreflightQuestion,
  known: Map<string, readonly Difference[]>,
  signal: AbortSignal | undefined,
): Promise<{ refused: readonly LostTarget[]; fine: readonly Target[] }> {
  const look = await lookAtDatabase(
    pools,
    database,
    async (client) => {
      const verdicts = await preflightDatabase(client, database, question, known)
      return await withSqlAnswers(client, database, verdicts, question.plan)
    },
    signal,
  )
  if ('lost' in look) return { refused: look.lost, fine: [] }
  const said = database.map(({ target }, index) => ({ target, verdict: look.found[index] }))
  return {
    refused: said.flatMap(({ target, verdict }) => (verdict instanceof SagaError ? [{ target, error: verdict }] : [])),
    fine: said.flatMap(({ target, verdict }) => (verdict === 'fine' ? [target] : [])),
  }
}

async function askRows(
  pools: TargetPools,
  target: Target,
  { plan }: PreflightQuestion,
  signal: AbortSignal | undefined,
): Promise<readonly LostTarget[]> {
  signal?.throwIfAborted()
  const { namespace } = await pools.locate(target)
  const look = await lookAtDatabase(
    pools,
    [{ target, namespace }],
    (client) => requireFittingRows(client, target, namespace, plan.checks),
    signal,
  )
  return 'lost' in look ? look.lost : []
}

/** Targets whose tables old transactions hold, with what is said of each; one query per database. */
export async function targetsHeldByOthers(
  pools: TargetPools,
  targets: readonly Target[],
  tables: readonly string[],
): Promise<readonly LostTarget[]> {
  if (tables.length === 0) return []
  const { databases } = await databasesOf(pools, targets)
  const held = await pMap(databases, (database) => heldIn(pools, database, tables), { concurrency: LOOKS_AT_ONCE })
  return held.flat()
}

async function heldIn(
  pools: TargetPools,
  database: TargetDatabase,
  tables: readonly string[],
): Promise<readonly LostTarget[]> {
  const namespaces = database.map(({ namespace }) => namespace)
  const look = await lookAtDatabase(pools, database, (client) => findLongTransactions(client, namespaces, tables))
  // A database that does not answer is a problem that preflight itself has named.
  if ('lost' in look) return []
  const found = new Map(look.found.map(({ namespace, blockers }) => [namespace, blockers]))
  return database.flatMap(({ target, namespace }) => {
    const blockers = found.get(namespace)
    return blockers === undefined ? [] : [{ target, error: heldByOthers(whereOf(target), blockers) }]
  })
}
