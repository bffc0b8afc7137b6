/** What is set aside on targets, listed with one query per database. */
import pMap from 'p-map'
import type { Target } from '../../contract.ts'
import { SagaError } from '../../errors.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { ensureBookkeeping } from '../target/bookkeeping/bookkeeping.ts'

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
  /** The operation which hid it last: another one when the object had come back in between. */
  readonly hiddenBy: string
  /** By the clock of the target's database. */
  readonly at: Date
  /** How long ago that was, by the same clock. */
  readonly ageMs: number
  /** What that clock says now, in ms since 1970. */
  readonly clockMs: number
  /** Where the target is by its own bookkeeping; null when it is not registered as this target. */
  readonly standing: { readonly revision: number; readonly schemaHash: string } | null
}

/** Targets of one database that could not be asked. */
export interface SilentTargets {
  readonly targets: readonly Target[]
  readonly error: SagaError
}

/** Databases asked at once. */
const AT_ONCE = 4

/** What is set aside on these targets; what was restored or purged is left out. */
export async function listAsideRows(
  pools: TargetPools,
  targets: readonly Target[],
): Promise<{ readonly rows: readonly AsideRow[]; readonly silent: readonly SilentTargets[] }> {
  const silent: SilentTargets[] = []
  const found = await pMap(
    await byDatabase(pools, targets, silent),
    (group) => unlessSilent<readonly AsideRow[]>(group, silent, [], () => rowsOfDatabase(pools, group)),
    { concurrency: AT_ONCE },
  )
  return { rows: found.flat(), silent }
}

/** On how many of these targets an object was purged; `all` unless some of them could not be asked. */
export async function countPurgedRows(
  pools: TargetPools,
  targets: readonly Target[],
  { operationId, stage, asideName }: Pick<AsideRow, 'operationId' | 'stage' | 'asideName'>,
): Promise<{ readonly count: number; readonly all: boolean }> {
  const silent: SilentTargets[] = []
  const counts = await pMap(
    await byDatabase(pools, targets, silent),
    (group) =>
      unlessSilent(group, silent, 0, () =>
        withDatabase(pools, group, async (client, namespaces, incarnations) => {
          const { rows } = await client.query<{ count: number }>(
            `SELECT count(*)::int AS count FROM schema_saga_target.set_aside s
               JOIN unnest($1::text[], $2::text[]) AS t(namespace, incarnation)
                 ON t.namespace = s.namespace AND t.incarnation = s.incarnation
              WHERE s.operation_id = $3 AND s.stage = $4 AND s.aside_name = $5 AND s.purged_at IS NOT NULL`,
            [namespaces, incarnations, operationId, stage, asideName],
          )
          return rows[0]?.count ?? 0
        }),
      ),
    { concurrency: AT_ONCE },
  )
  return { count: counts.reduce((sum, count) => sum + count, 0), all: silent.length === 0 }
}

async function unlessSilent<T>(
  group: Database,
  silent: SilentTargets[],
  otherwise: T,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof SagaError)) throw error
    silent.push({ targets: [...group.values()], error })
    return otherwise
  }
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
  return withDatabase(pools, group, async (client, namespaces, incarnations) => {
    const { rows } = await client.query<Omit<AsideRow, 'target' | 'standing'> & AsideRow['standing'] & Named>(
      `SELECT s.id::text AS "rowId", s.namespace, s.operation_id AS "operationId", s.stage, s.direction, s.kind,
              s.table_name AS "table", s.column_name AS "column", s.aside_name AS "asideName", s.at,
              coalesce(s.hidden_by, s.operation_id) AS "hiddenBy",
              (extract(epoch FROM clock_timestamp() - s.at) * 1000)::float8 AS "ageMs",
              (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "clockMs", r.revision, r.schema_hash AS "schemaHash"
         FROM schema_saga_target.set_aside s
         JOIN unnest($1::text[], $2::text[]) AS t(namespace, incarnation)
           ON t.namespace = s.namespace AND t.incarnation = s.incarnation
         LEFT JOIN schema_saga_target.target r ON r.namespace = s.namespace AND r.incarnation = s.incarnation
        WHERE s.restored_at IS NULL AND s.purged_at IS NULL ORDER BY s.id`,
      [namespaces, incarnations],
    )
    return rows.flatMap(({ namespace, revision, schemaHash, ...row }) => {
      const target = group.get(namespace)
      const standing = revision === null ? null : { revision, schemaHash }
      return target === undefined ? [] : [{ ...row, target, standing }]
    })
  })
}

interface Named {
  readonly namespace: string
}

async function withDatabase<T>(
  pools: TargetPools,
  group: Database,
  ask: (client: Client, namespaces: readonly string[], incarnations: readonly string[]) => Promise<T>,
): Promise<T> {
  const targets = [...group.values()]
  return await pools.withClient(targets[0] as Target, async (client) => {
    await ensureBookkeeping(client)
    return await ask(
      client,
      [...group.keys()],
      targets.map(({ incarnation }) => incarnation),
    )
  })
}

type Client = Parameters<Parameters<TargetPools['withClient']>[1]>[0]
