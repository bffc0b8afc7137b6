/** What the catalog knows about things set aside: whose they are, who still needs them, and which are gone for good. */
import type pg from 'pg'
import { FINAL_STATUSES, type OperationStatus, type Target } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import { writeAudit } from './audit.ts'
import { inTransaction, onCatalog, type Queryable } from './pool.ts'
import { requireProject } from './projects.ts'

/** The operation of something that is set aside. */
export interface AsideOwner {
  readonly status: OperationStatus
  readonly endedAt: Date | null
}

/** One object, the same on every target. */
export interface AsideKey {
  readonly operationId: string
  readonly stage: number
  readonly asideName: string
}

/** The base and every tenant that may hold something, whatever its state; those being made or removed are left out. */
export async function listAsideTargets(db: Queryable, projectId: string): Promise<Target[]> {
  const { base } = await requireProject(db, projectId)
  return await onCatalog(async () => {
    const { rows } = await db.query<Target>(
      `select id as scope, server_id as server, namespace, incarnation from schema_saga.tenant
        where project_id = $1 and state in ('active', 'parked', 'suspended') order by server_id, id`,
      [projectId],
    )
    return base === null ? rows : [base, ...rows]
  })
}

/** The operations of these ids, as far as the ledger still has them. */
export async function readAsideOwners(
  db: Queryable,
  projectId: string,
  operationIds: readonly string[],
): Promise<ReadonlyMap<string, AsideOwner>> {
  return await onCatalog(async () => {
    const { rows } = await db.query<AsideOwner & { id: string }>(
      `select id, status, ended_at as "endedAt" from schema_saga.operation where project_id = $1 and id = any ($2)`,
      [projectId, operationIds],
    )
    return new Map(rows.map(({ id, ...owner }) => [id, owner]))
  })
}

/** When the hold of something ends; null while its operation is not final. One that the ledger has forgotten is final. */
export function purgeableFrom(owner: AsideOwner | undefined, since: Date, holdMs: number): Date | null {
  if (owner === undefined) return new Date(since.getTime() + holdMs)
  if (!FINAL_STATUSES.includes(owner.status)) return null
  return new Date((owner.endedAt ?? since).getTime() + holdMs)
}

/** Who still needs an object: a revert of its operation that is not final, or a tenant that has yet to catch up. */
export async function whoNeeds(db: Queryable, projectId: string, key: AsideKey): Promise<string | null> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ who: string }>(
      `select 'operation ' || o.id || ', which reverts its operation and is ' || o.status || ',' as who
         from schema_saga.operation o
        where o.project_id = $1 and o.type = 'revert' and o.request ->> 'operation_id' = $2
          and o.status <> all ($4)
       union all
       select 'tenant ' || t.id || ', which is ' || t.state || ' and has yet to catch up with operation ' || o.id || ','
         from schema_saga.tenant t
         join schema_saga.operation o on o.project_id = t.project_id and o.persisted_at is not null
              and o.revision > coalesce(t.revision, 0)
         join schema_saga.operation_plan p on p.operation_id = o.id and p.hash = o.plan_hash
        where t.project_id = $1 and t.state in ('parked', 'suspended')
          -- The plan names what it restores; the one that sets it aside does so on this tenant's own.
          and o.id <> $2 and strpos(p.plan::text, $3) > 0
        limit 1`,
      [projectId, key.operationId, key.asideName, FINAL_STATUSES],
    )
    return rows[0]?.who ?? null
  })
}

/**
 * Durable before the first target: from here on a revert that would need the object is refused. Errors: `NOT_APPLICABLE`
 * while somebody needs it.
 */
export async function recordPurge(pool: pg.Pool, projectId: string, key: AsideKey, actor: string): Promise<void> {
  await inTransaction(pool, async (client) => {
    // An operation takes its turn under this lock before it plans: a revert is seen here, or sees what is written here.
    await client.query('select from schema_saga.project where id = $1 for update', [projectId])
    const needed = await whoNeeds(client, projectId, key)
    if (needed !== null) {
      throw new RequestRefused('NOT_APPLICABLE', `"${key.asideName}" can not be purged now: ${needed} needs it.`)
    }
    await client.query(
      `insert into schema_saga.purged_object (project_id, operation_id, stage, aside_name, actor)
       values ($1, $2, $3, $4, $5) on conflict do nothing`,
      [projectId, key.operationId, key.stage, key.asideName, actor],
    )
  })
}

/** How a purge ended: audited, and forgotten when nothing was dropped anywhere. */
export async function closePurge(
  pool: pg.Pool,
  projectId: string,
  key: AsideKey,
  outcome: { readonly actor: string; readonly object: string; readonly purged: number; readonly kept: number },
): Promise<void> {
  const { actor, ...counts } = outcome
  await inTransaction(pool, async (client) => {
    if (outcome.purged === 0) {
      await client.query(
        `delete from schema_saga.purged_object
          where project_id = $1 and operation_id = $2 and stage = $3 and aside_name = $4`,
        [projectId, key.operationId, key.stage, key.asideName],
      )
    }
    await writeAudit(client, {
      projectId,
      operationId: key.operationId,
      actor,
      action: 'set_aside_purge',
      details: { ...key, ...counts },
    })
  })
}

/** Those of these aside names that were purged on some target. */
export async function purgedAmong(
  db: Queryable,
  projectId: string,
  asideNames: readonly string[],
): Promise<readonly string[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ name: string }>(
      `select distinct aside_name as name from schema_saga.purged_object
        where project_id = $1 and aside_name = any ($2) order by 1`,
      [projectId, asideNames],
    )
    return rows.map(({ name }) => name)
  })
}
