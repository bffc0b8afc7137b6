/** What the catalog knows about things set aside: whose they are, who still needs them, and which are gone for good. */
import type pg from 'pg'
import { FINAL_STATUSES, type OperationStatus, type Target } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import type { CommittedOperation, PurgeFacts } from '../../setAside/purgeVerdict.ts'
import { writeAudit } from '../audit.ts'
import { readOwedPairs } from '../debts/settle.ts'
import { inTransaction, onCatalog, type Queryable } from '../pool.ts'
import { requireProject } from '../projects/projects.ts'

/** One object, the same on every target. */
export interface AsideKey {
  readonly operationId: string
  readonly stage: number
  readonly asideName: string
  /** The operations that hid it on some target, the first of which is its own. */
  readonly hiddenBy: readonly string[]
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

/** What of the ledger decides whether something that these operations hid may be purged. */
export async function readPurgeFacts(
  db: Queryable,
  projectId: string,
  operationIds: readonly string[],
): Promise<Omit<PurgeFacts, 'holdMs'>> {
  return await onCatalog(async () => {
    const operations = await db.query<{ id: string; status: OperationStatus }>(
      'select id, status from schema_saga.operation where project_id = $1 and id = any ($2)',
      [projectId, operationIds],
    )
    // Revisions stay when the ledger forgets their operations. One that it knows has made the revision that it says: another
    // of its id, which is forgotten, says nothing of what this one hid.
    const revisions = await db.query<CommittedOperation & { id: string | null }>(
      `select r.revision, r.schema_hash as "schemaHash",
              case when o.id is null or (o.persisted_at is not null and o.revision = r.revision) then r.operation_id end as id
         from schema_saga.schema_revision r left join schema_saga.operation o on o.id = r.operation_id
        where r.project_id = $1 order by r.revision`,
      [projectId],
    )
    const clock = await db.query<{ ms: number }>('select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms')
    const known = new Set(revisions.rows.map(({ revision, schemaHash }) => `${revision} ${schemaHash}`))
    return {
      clockMs: clock.rows[0]?.ms ?? 0,
      statuses: new Map(operations.rows.map(({ id, status }) => [id, status])),
      committed: new Map(revisions.rows.flatMap(({ id, ...each }) => (id === null ? [] : [[id, each] as const]))),
      isRevision: (revision, schemaHash) => known.has(`${revision} ${schemaHash}`),
      owed: await readOwedPairs(db, projectId),
    }
  })
}

/** Operations at work that would bring an object back: reverts of those that hid it, and plans that name it. */
async function whoRestores(db: Queryable, projectId: string, key: AsideKey): Promise<string | null> {
  const { rows } = await db.query<{ who: string }>(
    `select 'operation ' || o.id || ', which is ' || o.status || ',' as who
       from schema_saga.operation o
      where o.project_id = $1 and o.status <> all ($4) and o.id <> all ($2)
        and ((o.type = 'revert' and o.request ->> 'operation_id' = any ($2))
          or exists (select from schema_saga.operation_plan p
                      where p.operation_id = o.id and p.hash = o.plan_hash and strpos(p.plan::text, $3) > 0))
      limit 1`,
    [projectId, key.hiddenBy, key.asideName, FINAL_STATUSES],
  )
  return rows[0]?.who ?? null
}

/** The last revision whose plan names an object that others had hidden: targets below it need it to get there. */
async function neededUpTo(db: Queryable, projectId: string, key: AsideKey, above: number): Promise<number> {
  const { rows } = await db.query<{ revision: number | null }>(
    `select max(o.revision) as revision
       from schema_saga.operation o
       join schema_saga.operation_plan p on p.operation_id = o.id and p.hash = o.plan_hash
      where o.project_id = $1 and o.persisted_at is not null and o.revision > $4 and o.id <> all ($2)
        and strpos(p.plan::text, $3) > 0`,
    [projectId, key.hiddenBy, key.asideName, above],
  )
  return rows[0]?.revision ?? 0
}

/** Who needs an object: an operation at work for all targets, or whatever targets below a revision have yet to catch up with. */
export async function whoNeeds(
  db: Queryable,
  projectId: string,
  key: AsideKey,
  above: number,
): Promise<{ readonly who: string | null; readonly upTo: number }> {
  return await onCatalog(async () => ({
    who: await whoRestores(db, projectId, key),
    upTo: await neededUpTo(db, projectId, key, above),
  }))
}

/** No purge of one object takes longer: whoever recorded one before that is not at work any more. */
const LONGEST_PURGE = `interval '1 hour'`

/** A purge that is on record. */
export interface RecordedPurge {
  /** The revision up to which targets need the object. */
  readonly neededUpTo: number
  /** When it was recorded, exactly; null when another purge of the object may be at work. */
  readonly aloneAt: string | null
}

/**
 * Durable before the first target: from here on a revert that would need the object is refused. Errors: `NOT_APPLICABLE`
 * while an operation at work needs it.
 */
export async function recordPurge(
  pool: pg.Pool,
  projectId: string,
  key: AsideKey,
  { actor, above }: { actor: string; above: number },
): Promise<RecordedPurge> {
  return await inTransaction(pool, async (client) => {
    // An operation takes its turn under this lock before it plans: a revert is seen here, or sees what is written here.
    await client.query('select from schema_saga.project where id = $1 for update', [projectId])
    const { who, upTo } = await whoNeeds(client, projectId, key, above)
    if (who !== null) {
      throw new RequestRefused('NOT_APPLICABLE', `"${key.asideName}" cannot be purged now: ${who} needs it.`)
    }
    const { rows } = await client.query<{ at: string; alone: boolean }>(
      `with before as (
         select at from schema_saga.purged_object
          where project_id = $1 and operation_id = $2 and stage = $3 and aside_name = $4)
       insert into schema_saga.purged_object (project_id, operation_id, stage, aside_name, actor, at)
       values ($1, $2, $3, $4, $5, clock_timestamp())
       on conflict (project_id, operation_id, stage, aside_name) do update set actor = excluded.actor, at = excluded.at
       returning at::text, not exists (select from before where before.at > now() - ${LONGEST_PURGE}) as alone`,
      [projectId, key.operationId, key.stage, key.asideName, actor],
    )
    const [{ at, alone } = { at: null, alone: false }] = rows
    return { neededUpTo: upTo, aloneAt: alone ? at : null }
  })
}

interface PurgeOutcome {
  readonly actor: string
  readonly object: string
  readonly purged: number
  readonly kept: number
  /** Given when nothing of it was dropped on any target, ever, and nobody else may be about to. */
  readonly forget: string | null
}

/** How a purge ended: audited, and forgotten when nothing was ever dropped anywhere and nobody has begun another meanwhile. */
export async function closePurge(
  pool: pg.Pool,
  projectId: string,
  key: AsideKey,
  outcome: PurgeOutcome,
): Promise<void> {
  const { actor, forget, ...counts } = outcome
  await inTransaction(pool, async (client) => {
    if (forget !== null) {
      await client.query(
        `delete from schema_saga.purged_object
          where project_id = $1 and operation_id = $2 and stage = $3 and aside_name = $4 and at::text = $5`,
        [projectId, key.operationId, key.stage, key.asideName, forget],
      )
    }
    await writeAudit(client, {
      projectId,
      operationId: key.operationId,
      actor,
      action: 'set_aside_purge',
      details: { operationId: key.operationId, stage: key.stage, asideName: key.asideName, ...counts },
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
