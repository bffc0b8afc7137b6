/** A look at the application's code on a whole fleet: one query per database. */
import pMap from 'p-map'
import type { ClientBase, QueryResult } from 'pg'
import type { ApplicationLook, CodeFinding, FiredTrigger } from '../../contract/application.ts'
import { BASE_SCOPE, type Target } from '../../contract.ts'
import { groupedBy } from '../../groupedBy.ts'
import type { ApplicationQuestion } from '../../physical/plan/applicationCode.ts'
import { sqlstateOf } from '../errors/translate.ts'
import { databasesOf, type LostTarget, lookAtDatabase, problemOf, type TargetDatabase } from '../sessions/databases.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { type CodeRow, codeQuery, type FoundRow, PREPARE, type TriggerRow, triggersQuery } from './query.ts'

const LOOKS_AT_ONCE = 4
const MOST_FINDINGS = 50
const MOST_NAMES = 10
const MOST_PROBLEMS = 5
/** There is no bookkeeping, or it is none that our role may read: then nothing is known of the targets of others. */
const NO_BOOKKEEPING = ['42P01', '3F000', '42501']

interface Found {
  readonly code: readonly (CodeRow & Named)[]
  readonly triggers: readonly (TriggerRow & Named)[]
}

interface Named {
  readonly names: readonly string[]
}

/** What the plan behind the question meets on these targets; one that does not answer is counted, and ends nothing. */
export async function lookAtApplication(
  pools: TargetPools,
  targets: readonly Target[],
  question: ApplicationQuestion,
  signal?: AbortSignal,
): Promise<ApplicationLook> {
  const { databases, lost } = await databasesOf(pools, targets)
  const looks = await pMap(
    databases,
    async (database): Promise<{ found?: Found; lost: readonly LostTarget[] }> => {
      const look = await lookAtDatabase(pools, database, (client) => ask(client, database, question), signal)
      return 'lost' in look ? look : { ...look, lost: [] }
    },
    { concurrency: LOOKS_AT_ONCE },
  )
  const unreachable = [...lost, ...looks.flatMap((each) => each.lost)]
  const found = looks.flatMap((look) => look.found ?? [])
  const seen = targets.length - unreachable.length
  const code = merged(found.flatMap((each) => each.code)).map(codeFinding)
  const triggers = merged(found.flatMap((each) => each.triggers)).map((row) => firedTrigger(row, seen))
  return {
    targets: targets.length,
    unreachable: unreachable.length,
    problems: unreachable.slice(0, MOST_PROBLEMS).map(({ target, error }) => problemOf(target, error)),
    code: code.slice(0, MOST_FINDINGS),
    code_left_out: Math.max(0, code.length - MOST_FINDINGS),
    triggers: triggers.slice(0, MOST_FINDINGS),
    triggers_left_out: Math.max(0, triggers.length - MOST_FINDINGS),
  }
}

async function ask(client: ClientBase, database: TargetDatabase, question: ApplicationQuestion): Promise<Found> {
  const namespaces = database.map(({ target, namespace }) => ({ namespace, name: nameOf(target) }))
  const put = async (registered: boolean): Promise<Found> => {
    const code = question.names.length > 0 ? [codeQuery(namespaces, question.names, registered)] : []
    const triggers = question.batches.length > 0 ? [triggersQuery(namespaces, question)] : []
    // Several statements in one message give several results, which the driver's types do not know.
    const answer: unknown = await client.query([PREPARE, ...code, ...triggers].join(';\n'))
    const [, ...results] = answer as QueryResult[]
    const all = namespaces.map(({ name }) => name).sort()
    const rows = <Row extends FoundRow>(index: number): (Row & Named)[] =>
      ((results[index]?.rows ?? []) as Row[]).map((row) =>
        row.names === null
          ? { ...row, names: all.slice(0, MOST_NAMES), count: all.length }
          : { ...row, names: row.names },
      )
    return {
      code: code.length > 0 ? rows<CodeRow>(0) : [],
      triggers: triggers.length > 0 ? rows<TriggerRow>(code.length) : [],
    }
  }
  try {
    return await put(true)
  } catch (error) {
    if (!NO_BOOKKEEPING.includes(sqlstateOf(error) ?? '')) throw error
    return await put(false)
  }
}

/** The same of several databases, first what is most likely to matter. */
function merged<Row extends CodeRow | TriggerRow>(rows: readonly (Row & Named)[]): readonly (Row & Named)[] {
  const same = ({ names: _, count: __, ...row }: Row): string => JSON.stringify({ ...row, near: undefined })
  return [...groupedBy(rows, same).values()]
    .map((alike) => ({
      ...alike[0],
      names: alike
        .flatMap(({ names }) => names)
        .sort()
        .slice(0, MOST_NAMES),
      count: alike.reduce((sum, { count }) => sum + count, 0),
    }))
    .sort((a, b) => rank(a) - rank(b))
}

function rank(row: CodeRow | TriggerRow): number {
  return 'near' in row && !row.near ? 1 : 0
}

function codeFinding({ table, column, function: by, names, count }: CodeRow & Named): CodeFinding {
  return { object: column === null ? table : `${table}.${column}`, function: by, tenants: names, tenant_count: count }
}

function firedTrigger(row: TriggerRow & Named, seen: number): FiredTrigger {
  const { table, trigger, direction, names, count, hidden } = row
  const on = { tenants: names, tenant_count: count, everywhere: count === seen }
  return { table, trigger, function: row.function, direction, ...(hidden.length > 0 && { hidden }), ...on }
}

function nameOf({ scope }: Target): string {
  return scope === BASE_SCOPE ? 'base' : scope
}
