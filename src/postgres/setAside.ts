/** What is set aside on targets: listed with one query per database, purged or put back one transaction per target. */
import pMap from 'p-map'
import type { Target } from '../contract.ts'
import { SagaError } from '../errors.ts'
import type { TargetPools } from './pools.ts'
import { ensureBookkeeping } from './target/bookkeeping.ts'
import { limitsOf, prepareSession, setTimeouts } from './target/work.ts'

/** One object of one target. */
export interface AsideRow {
  readonly target: Target
  /** Of the row in the target's database. */
  readonly rowId: string
  readonly operationId: string
  readonly stage: number
  readonly direction: 'forward' | 'compensate'
  readonly kind: 'table' | 'column'
  /** For a column: the present name of its table; for a table: the name it had. */
  readonly table: string
  readonly column: string | null
  readonly asideName: string
  readonly at: Date
  readonly purged: boolean
}

/** What happened to one object of one target, or the error that kept anything from happening. */
export type AsideOutcome<T> = { readonly row: AsideRow } & ({ readonly done: T } | { readonly error: SagaError })

/** Targets of one database that could not be asked. */
export interface SilentTargets {
  readonly targets: readonly Target[]
  readonly error: SagaError
}

/** Databases asked, and targets worked on, at once. */
const AT_ONCE = 4
/** Putting values back writes whole tables, in milliseconds. */
const PUT_BACK_TIMEOUT_MS = 30 * 60_000

/** What is set aside on these targets, and what was purged there; restored things are left out. */
export async function listAsideRows(
  pools: TargetPools,
  targets: readonly Target[],
): Promise<{ readonly rows: readonly AsideRow[]; readonly silent: readonly SilentTargets[] }> {
  const silent: SilentTargets[] = []
  const found = await pMap(
    await byDatabase(pools, targets, silent),
    async (group) => {
      try {
        return await rowsOfDatabase(pools, group)
      } catch (error) {
        if (!(error instanceof SagaError)) throw error
        silent.push({ targets: [...group.values()], error })
        return []
      }
    },
    { concurrency: AT_ONCE },
  )
  return { rows: found.flat(), silent }
}

/** Drops objects for good, never with CASCADE; `in_use`: something of the user's depends on it. */
export function purgeAsideRows(
  pools: TargetPools,
  rows: readonly AsideRow[],
  signal?: AbortSignal,
): Promise<readonly AsideOutcome<'purged' | 'gone' | 'in_use'>[]> {
  return onEach(pools, rows, signal, async (client, values) => {
    const answer = await client.query<{ outcome: 'purged' | 'gone' | 'in_use' }>(
      'SELECT schema_saga_target.purge_aside_v1($1, $2, $3) AS outcome',
      values,
    )
    return answer.rows[0]?.outcome ?? 'gone'
  })
}

/** Puts what is set aside into the table or column of that name, where there is a place; `null` when it is gone. */
export function putAsideRowsBack(
  pools: TargetPools,
  rows: readonly AsideRow[],
  signal?: AbortSignal,
): Promise<readonly AsideOutcome<{ placed: number; left: number } | null>[]> {
  return onEach(pools, rows, signal, async (client, values) => {
    await setTimeouts(client, limitsOf({}).lockMs, PUT_BACK_TIMEOUT_MS)
    // Rows fire the application's own triggers, which may rely on the search path of the role.
    await client.query('RESET search_path')
    const answer = await client.query<{ placed: string | null; left_out: string | null }>(
      'SELECT * FROM schema_saga_target.put_back_v1($1, $2, $3)',
      values,
    )
    const [found] = answer.rows
    return found === undefined || found.placed === null
      ? null
      : { placed: Number(found.placed), left: Number(found.left_out) }
  })
}

/** By the namespace of their tables; two targets of one database never share it. */
type Database = ReadonlyMap<string, Target>

async function byDatabase(
  pools: TargetPools,
  targets: readonly Target[],
  silent: SilentTargets[],
): Promise<readonly Database[]> {
  const databases = new Map<string, Map<string, Target>>()
  for (const target of targets) {
    try {
      const { connectionString, namespace } = await pools.locate(target)
      const group = databases.get(connectionString) ?? new Map<string, Target>()
      databases.set(connectionString, group.set(namespace, target))
    } catch (error) {
      if (!(error instanceof SagaError)) throw error
      silent.push({ targets: [target], error })
    }
  }
  return [...databases.values()]
}

async function rowsOfDatabase(pools: TargetPools, group: Database): Promise<readonly AsideRow[]> {
  const [first] = group.values()
  if (first === undefined) return []
  return pools.withClient(first, async (client) => {
    await ensureBookkeeping(client)
    const { rows } = await client.query<Omit<AsideRow, 'target'> & { namespace: string }>(
      `SELECT s.id::text AS "rowId", s.namespace, s.operation_id AS "operationId", s.stage, s.direction, s.kind,
              s.table_name AS "table", s.column_name AS "column", s.aside_name AS "asideName", s.at,
              s.purged_at IS NOT NULL AS purged
         FROM schema_saga_target.set_aside s
         JOIN unnest($1::text[], $2::text[]) AS t(namespace, incarnation)
           ON t.namespace = s.namespace AND t.incarnation = s.incarnation
        WHERE s.restored_at IS NULL ORDER BY s.id`,
      [[...group.keys()], [...group.values()].map(({ incarnation }) => incarnation)],
    )
    return rows.flatMap(({ namespace, ...row }) => {
      const target = group.get(namespace)
      return target === undefined ? [] : [{ ...row, target }]
    })
  })
}

type Client = Parameters<Parameters<TargetPools['withClient']>[1]>[0]

function onEach<T>(
  pools: TargetPools,
  rows: readonly AsideRow[],
  signal: AbortSignal | undefined,
  work: (client: Client, values: unknown[]) => Promise<T>,
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
          return await work(client, [namespace, target.incarnation, rowId])
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
