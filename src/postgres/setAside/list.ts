/** What is done with rows of set-aside objects, one transaction per target: purged, or put back. */
import pMap from 'p-map'
import { SagaError } from '../../errors.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { ensureBookkeeping } from '../target/bookkeeping/bookkeeping.ts'
import { limitsOf, prepareSession, setTimeouts } from '../target/stage/execution.ts'
import type { AsideRow } from './listed.ts'

/** On which conditions, beside the target's own, a row may be purged. */
export interface PurgeRule {
  readonly projectId: string
  /** Null: a person does not want to wait. */
  readonly holdMs: number | null
  /** The operations of the project whose changes stay, with what they led to. */
  readonly committed: ReadonlyMap<string, { readonly revision: number }>
}

/** What became of a row; `because` is what needs it, or the operation that is open there. */
export interface PurgedRow {
  readonly outcome: 'purged' | 'gone' | 'in_use' | 'moved' | 'open' | 'held' | 'anew'
  readonly because: string | null
}

/** What happened to one object of one target, or the error that kept anything from happening. */
export type AsideOutcome<T> = { readonly row: AsideRow } & ({ readonly done: T } | { readonly error: SagaError })

/** Targets worked on at once. */
const AT_ONCE = 4
/** Putting values back writes whole tables, in milliseconds. */
const PUT_BACK_TIMEOUT_MS = 30 * 60_000

/** Drops objects for good where the target itself says that nobody needs them any more; never with CASCADE. */
export function purgeAsideRows(
  pools: TargetPools,
  rows: readonly AsideRow[],
  { projectId, holdMs, committed }: PurgeRule,
  signal?: AbortSignal,
): Promise<readonly AsideOutcome<PurgedRow>[]> {
  const known = [[...committed.keys()], [...committed.values()].map(({ revision }) => revision)]
  return onEach(pools, rows, signal, async (client, values, { hiddenBy, standing }) => {
    const rule = {
      project_id: projectId,
      operation_id: hiddenBy,
      hold_ms: holdMs,
      revision: standing?.revision ?? null,
      schema_hash: standing?.schemaHash ?? null,
    }
    const answer = await client.query<PurgedRow>(
      'SELECT * FROM schema_saga_target.purge_aside_v2($1, $2, $3, $4, $5, $6)',
      [...values, JSON.stringify(rule), ...known],
    )
    return answer.rows[0] ?? { outcome: 'gone', because: null }
  })
}

/**
 * Puts what is set aside into the table or column of that name, where there is a place; `null` when it is gone. What
 * `returns` comes back itself where nothing bears its name.
 */
export function putAsideRowsBack<Row extends AsideRow>(
  pools: TargetPools,
  rows: readonly Row[],
  returns: (row: Row) => boolean,
  signal?: AbortSignal,
): Promise<readonly AsideOutcome<{ placed: number; left: number } | null>[]> {
  return onEach(pools, rows, signal, async (client, values, row) => {
    await setTimeouts(client, limitsOf({}).lockMs, PUT_BACK_TIMEOUT_MS)
    // Rows fire the application's own triggers, which may rely on the search path of the role.
    await client.query('RESET search_path')
    await client.query('DISCARD PLANS')
    const answer = await client.query<{ placed: string | null; left_out: string | null }>(
      'SELECT * FROM schema_saga_target.put_back_v2($1, $2, $3, $4)',
      [...values, returns(row)],
    )
    const [found] = answer.rows
    return found === undefined || found.placed === null
      ? null
      : { placed: Number(found.placed), left: Number(found.left_out) }
  })
}

type Client = Parameters<Parameters<TargetPools['withClient']>[1]>[0]

function onEach<Row extends AsideRow, T>(
  pools: TargetPools,
  rows: readonly Row[],
  signal: AbortSignal | undefined,
  work: (client: Client, values: unknown[], row: Row) => Promise<T>,
): Promise<AsideOutcome<T>[]> {
  return pMap(
    rows,
    async (row): Promise<AsideOutcome<T>> => {
      signal?.throwIfAborted()
      const { target, operationId, rowId } = row
      try {
        const done = await pools.withClient(target, async (client, namespace) => {
          await prepareSession(client, { operationId, target })
          await ensureBookkeeping(client)
          return await work(client, [namespace, target.incarnation, rowId], row)
        })
        return { row, done }
      } catch (error) {
        if (!(error instanceof SagaError)) throw error
        return { row, error }
      }
    },
    { concurrency: AT_ONCE },
  )
}
