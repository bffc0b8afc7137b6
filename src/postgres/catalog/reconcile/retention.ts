/** Closed operations that are past their project's retention and that nobody needs any more. */
import type pg from 'pg'
import type { ProjectSettings } from '../../../contract.ts'
import type { PrunedOperations } from '../../target/pruneMarkers.ts'
import { writeAudit } from '../audit.ts'
import { inTransaction, onCatalog, type Queryable } from '../pool.ts'
import { requireProject } from '../projects/projects.ts'
import { FINAL } from '../statuses.ts'

/** Operations forgotten in one run, and step records beyond which no further one is taken. */
const MOST_OPERATIONS = 100
const MOST_STEPS = 20_000

// A parked, suspended or provisioning tenant still needs the plans above its revision, and whatever parked it; one that
// was never taken over (parked without a revision) begins at the project's own. The last revision's operation stays, and what
// was taken back stays as long as what took it back, which can be taken back in its turn.
const PAST = `
  with needed as (
    select coalesce(min(case when t.state = 'provisioning' then coalesce(t.revision, 0) else t.revision end), 2147483647)
             as above
      from schema_saga.tenant t where t.project_id = $1 and t.state <> 'active'
  )
  select o.id, (select count(*)::int from schema_saga.operation_step s where s.operation_id = o.id) as steps
    from schema_saga.operation o join schema_saga.project p on p.id = o.project_id cross join needed n
   where o.project_id = $1 and o.status in ${FINAL}
     and o.ended_at < now() - interval '1 millisecond' * $2::double precision
     and (o.persisted_at is null or (o.revision <= n.above and o.revision < p.revision))
     and not exists (select from schema_saga.tenant t where t.project_id = $1 and t.parked_by = o.id)
     and not exists (select from schema_saga.settle_debt d where d.operation_id = o.id)
     and not exists (select from schema_saga.operation r
                      where r.project_id = $1 and r.type = 'revert' and r.request ->> 'operation_id' = o.id
                        and (r.status not in ${FINAL} or r.persisted_at is not null))
   order by o.seq limit ${MOST_OPERATIONS}`

/** What an operation hid can be brought back, and told of, as long as it is held: the operation is kept for that long. */
function keptMs({ retention_ms, hold_before_purge_ms }: ProjectSettings): number {
  return Math.max(retention_ms, hold_before_purge_ms)
}

/** The oldest operations that may be forgotten, as many as one run takes. */
export async function listPastRetention(db: Queryable, project: string): Promise<readonly string[]> {
  const { settings } = await requireProject(db, project)
  return await onCatalog(async () => {
    const { rows } = await db.query<{ id: string; steps: number }>(PAST, [project, keptMs(settings)])
    let steps = 0
    return rows
      .filter((row, index) => {
        steps += row.steps
        return index === 0 || steps <= MOST_STEPS
      })
      .map(({ id }) => id)
  })
}

const REMEMBERED = `
  select o.id, o.persisted_at is not null as committed, n.kind, n.name
    from schema_saga.operation o
    left join lateral (
      select distinct c.change ->> 'kind' as kind, c.change ->> 'name' as name
        from schema_saga.operation_plan p cross join jsonb_array_elements(p.plan -> 'changes') as c(change)
       where p.operation_id = o.id and c.change ->> 'kind' in ('fillNulls', 'syncColumns')) n on true
   where o.id = any ($1)`

/** What the targets remember of these operations. */
export async function readRemembered(
  db: Queryable,
  project: string,
  ids: readonly string[],
): Promise<PrunedOperations> {
  const { settings } = await requireProject(db, project)
  return await onCatalog(async () => {
    const all = await db.query<{ id: string }>('select id from schema_saga.operation where project_id = $1', [project])
    const { rows } = await db.query<{ id: string; committed: boolean; kind: string | null; name: string | null }>(
      REMEMBERED,
      [ids],
    )
    const named = (kind: string): readonly string[] =>
      rows.flatMap((row) => (row.kind === kind && row.name !== null ? [row.name] : []))
    const committed = [...new Set(rows.filter((row) => row.committed).map(({ id }) => id))]
    return {
      ids,
      committed,
      fills: named('fillNulls'),
      syncs: named('syncColumns'),
      known: all.rows.map(({ id }) => id),
      retentionMs: keptMs(settings),
    }
  })
}

/**
 * Forgets those of them that may still be: with the project locked, because a tenant may have been put aside meanwhile.
 * The audit and the project's revisions stay. Returns the number forgotten.
 */
export async function forgetOperations(
  pool: pg.Pool,
  { project, ids, actor }: { project: string; ids: readonly string[]; actor: string },
): Promise<number> {
  return await inTransaction(pool, async (client) => {
    const { settings } = await requireProject(client, project, 'for update')
    const { rows } = await client.query<{ id: string }>(PAST, [project, keptMs(settings)])
    const still = rows.map(({ id }) => id).filter((id) => ids.includes(id))
    if (still.length === 0) return 0
    await client.query('delete from schema_saga.operation_step where operation_id = any ($1)', [still])
    await client.query('delete from schema_saga.operation_plan where operation_id = any ($1)', [still])
    await client.query('delete from schema_saga.operation where id = any ($1)', [still])
    // Other projects may refer to the same words: nobody keeps them for less than a year.
    await client.query(
      `delete from schema_saga.raised where at < now() - greatest(interval '400 days', interval '1 millisecond' * $1::double precision)`,
      [settings.retention_ms],
    )
    await writeAudit(client, { projectId: project, actor, action: 'prune', details: { operations: still } })
    return still.length
  })
}
