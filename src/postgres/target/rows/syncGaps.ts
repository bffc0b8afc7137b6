/** Before columns change places: were they in step all the time? If not, the rows are gone through once more. */
import type { Plan, Stage } from '../../../physical/plan/plan.ts'
import { literal } from '../../../physical/sql.ts'
import { sqlstateOf } from '../../errors/translate.ts'
import { type StageTry, tryOf } from '../stage/protocol.ts'

/** What `require_in_step_v1` raises. */
const OUT_OF_STEP = 'SS005'

/** A sync whose columns change places, and the stages that filled them. */
interface Swap {
  /** Quoted, without its namespace. */
  readonly syncFunction: string
  readonly backfills: readonly Stage[]
}

/**
 * Runs a stage with `checks`, statements that refuse it when a sync that it turns round was switched off meanwhile. Then
 * the sync is made to fire again, the batches run once more (`refill`), and so does the stage.
 */
export async function inStep<T>(
  each: StageTry,
  run: (checks: readonly string[]) => Promise<T>,
  refill: (of: StageTry) => Promise<unknown>,
): Promise<T> {
  const swaps = swapsIn(each.work.plan, each.stage)
  const checks = swaps.map(
    ({ syncFunction }) => `SELECT schema_saga_target.require_in_step_v1(:'ns', ${asLiteral(syncFunction)})`,
  )
  try {
    return await run(checks)
  } catch (error) {
    if (sqlstateOf(error) !== OUT_OF_STEP) throw error
    for (const { syncFunction, backfills } of swaps) {
      for (const stage of backfills) await reopen({ ...each, stage }, syncFunction)
    }
    for (const stage of new Set(swaps.flatMap(({ backfills }) => backfills))) await refill({ ...each, stage })
    return await run(checks)
  }
}

async function reopen(each: StageTry, syncFunction: string): Promise<void> {
  await each.client.query(`SELECT schema_saga_target.reopen_batches_v1($1, ${asLiteral(syncFunction)})`, [tryOf(each)])
}

/** Read from the statements, so that plans of earlier releases are served as well. */
function swapsIn({ forward }: Plan, stage: Stage): readonly Swap[] {
  const before = forward.filter((other) => other.stage < stage.stage)
  return before.flatMap((creating) => {
    const between = before.filter((other) => other.stage > creating.stage)
    return createdIn(creating)
      .filter((name) => mentions(stage, name) && !between.some((other) => mentions(other, name)))
      .map((syncFunction) => {
        const columns = columnsOf(creating, syncFunction)
        const fills = ({ kind, sql }: Stage) =>
          kind === 'backfill' && columns.some((column) => sql.some((text) => text.includes(`${column} = `)))
        return { syncFunction, backfills: between.filter(fills) }
      })
      .filter(({ backfills }) => backfills.length > 0)
  })
}

function createdIn({ sql }: Stage): string[] {
  return sql.flatMap(
    (text) => /^CREATE TRIGGER .* EXECUTE FUNCTION :"ns"\.("(?:[^"]|"")+")\(\)$/.exec(text)?.slice(1, 2) ?? [],
  )
}

function mentions({ sql }: Stage, syncFunction: string): boolean {
  return sql.some((text) => text.startsWith(functionStart(syncFunction)))
}

function columnsOf({ sql }: Stage, syncFunction: string): string[] {
  const body = sql.find((text) => text.startsWith(functionStart(syncFunction))) ?? ''
  return [...body.matchAll(/NEW\.("(?:[^"]|"")+") := /g)].flatMap((found) => found[1] ?? [])
}

function functionStart(syncFunction: string): string {
  return `CREATE OR REPLACE FUNCTION :"ns".${syncFunction}()`
}

function asLiteral(quoted: string): string {
  return literal(quoted.slice(1, -1).replaceAll('""', '"'))
}
