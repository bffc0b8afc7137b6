/** Adds what a drifted target lacks, and nothing else. */
import type { ClientBase } from 'pg'
import { TargetDrifted } from '../../errors.ts'
import type { Step } from '../../physical/change.ts'
import { kindOf } from '../../physical/changes/index.ts'
import { additiveRepair } from '../../physical/health/additiveRepair.ts'
import { withoutIgnored } from '../../physical/ignored.ts'
import type { Past } from '../../physical/past/past.ts'
import type { PhysicalSchema } from '../../physical/schema.ts'
import { renderFor } from '../../physical/sql.ts'
import type { FleetTarget } from '../catalog/projects/targets.ts'
import { introspect } from '../introspection/introspect.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { whereOf } from '../sessions/servers.ts'
import { readHidden } from '../setAside/hidden.ts'
import { ensureBookkeeping } from '../target/bookkeeping/bookkeeping.ts'
import { prepareSession, type TargetHold } from '../target/stage/execution.ts'
import { runIndexStatement } from '../target/stage/indexStatement.ts'
import { underOwnPath } from '../target/stage/ownPath.ts'
import { withTargetLock } from '../target/stage/targetLock.ts'
import { transact } from '../target/stage/transaction.ts'
import { watched } from '../target/stage/watch.ts'

/** What to repair, and what it should look like. */
export interface TargetRepair {
  readonly target: FleetTarget
  readonly projectId: string
  /** The physical schema of the target's revision. */
  readonly expected: PhysicalSchema
  /** Globs over tables which are left alone. */
  readonly ignore: readonly string[]
  /** What earlier revisions called things. */
  readonly past?: Past
  readonly signal?: AbortSignal
}

const OPERATION = 'drift-repair'

/**
 * Adds missing columns in one transaction, then builds missing and invalid indexes; true when there was anything to add.
 * What is missing is found under the lock of the target's row, whatever a scan said before. The caller holds the
 * project's turn. Errors: `TARGET_DRIFTED` at another revision than the catalog's, `LOCK_UNAVAILABLE`.
 */
export async function repairTargetAdditively(pools: TargetPools, repair: TargetRepair): Promise<boolean> {
  const { target, projectId, signal } = repair
  const work: TargetHold = { target, projectId, operationId: OPERATION, ...(signal !== undefined && { signal }) }
  return await pools.withClient(target, (client, namespace) =>
    watched(pools, client, work, async () => {
      await prepareSession(client, work)
      await ensureBookkeeping(client)
      return await withTargetLock(client, namespace, work, async () => {
        const steps = await addColumns(client, namespace, repair)
        for (const step of steps.filter(({ kind }) => kind === 'statement')) {
          await runIndexStatement({ client, namespace, work, stage: indexStage(step) })
        }
        return steps.length > 0
      })
    }),
  )
}

/** Runs what may share a transaction, and returns all steps. */
async function addColumns(client: ClientBase, namespace: string, repair: TargetRepair): Promise<readonly Step[]> {
  return await transact(client, async () => {
    await lockTarget(client, namespace, repair)
    const [expected, actual] = [repair.expected, await introspect(client, namespace)].map((each) =>
      withoutIgnored(each, repair.ignore),
    ) as [PhysicalSchema, PhysicalSchema]
    const hidden = (await readHidden(client, [namespace])).get(namespace)
    const steps = additiveRepair(expected, actual, repair.past, hidden).flatMap((change) =>
      kindOf(change).toSql(change),
    )
    for (const { kind, sql } of steps)
      if (kind === 'transaction') await client.query(underOwnPath([renderFor(namespace, sql)]))
    return steps
  })
}

async function lockTarget(client: ClientBase, namespace: string, { target, projectId }: TargetRepair): Promise<void> {
  const { rowCount } = await client.query(
    `SELECT FROM schema_saga_target.target
      WHERE namespace = $1 AND incarnation = $2 AND project_id = $3 AND revision = $4 AND schema_hash = $5 FOR UPDATE`,
    [namespace, target.incarnation, projectId, target.revision, target.schemaHash],
  )
  if (rowCount === 1) return
  const text = `${whereOf(target)} is not at revision ${target.revision} any more: it is left alone.`
  throw new TargetDrifted('TARGET_DRIFTED', text, { details: { expectedRevision: target.revision } })
}

function indexStage({ sql, index }: Step): Parameters<typeof runIndexStatement>[0]['stage'] {
  return { stage: 1, kind: 'statement', sql: [sql], validates: false, index: index ?? null, asides: [] }
}
