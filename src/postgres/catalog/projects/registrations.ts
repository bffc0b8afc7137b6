/** Whose the registration of a namespace is, as far as this catalog knows. */
import type pg from 'pg'
import type { Target } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import type { Registration } from '../../target/bookkeeping/registration.ts'
import { writeAudit } from '../audit.ts'
import { inTransaction, onCatalog, type Queryable } from '../pool.ts'
import { openRecordOf } from '../steps/unfinished.ts'
import { catalogIdOf } from './identity.ts'

/** A base or tenant of this catalog that is registered somewhere. */
export interface Holder extends Target {
  readonly project: string
}

/** Who has registered a namespace. */
export type Owner =
  /** Released by its owner, or of a project that is archived. */
  | { readonly is: 'nobody' }
  /** Of that project, without a tenant that stands for it now. */
  | { readonly is: 'project'; readonly project: string }
  | { readonly is: 'holder'; readonly holder: Holder }
  | { readonly is: 'catalog'; readonly catalogId: string; readonly project: string }
  /** Registered by an earlier release, for a project at a revision that this catalog knows nothing of. */
  | { readonly is: 'unknown'; readonly project: string }

/** Reads only. */
export async function ownerOf(pool: pg.Pool, registration: Registration): Promise<Owner> {
  const { incarnation, catalogId, projectId: project, released } = registration
  if (catalogId !== null && catalogId !== (await catalogIdOf(pool))) {
    return released ? { is: 'nobody' } : { is: 'catalog', catalogId, project }
  }
  return await onCatalog(async () => {
    // A catalog that was restored has it again, whatever was said of it in its own database meanwhile.
    const holder = await holderOf(pool, incarnation)
    if (holder !== null) return { is: 'holder', holder }
    if (released || (await isReleased(pool, registration))) return { is: 'nobody' }
    return catalogId === null && !(await hadRevision(pool, registration))
      ? { is: 'unknown', project }
      : { is: 'project', project }
  })
}

async function holderOf(db: Queryable, incarnation: string): Promise<Holder | null> {
  const { rows } = await db.query<Holder>(
    `select t.project_id as project, t.id as scope, t.server_id as server, t.namespace, t.incarnation
       from schema_saga.tenant t join schema_saga.project p on p.id = t.project_id
      where t.incarnation = $1 and p.archived_at is null
      union all
     select id, '', base_server, base_namespace, base_incarnation
       from schema_saga.project where base_incarnation = $1 and archived_at is null`,
    [incarnation],
  )
  return rows[0] ?? null
}

/** A project that was archived by an earlier release has released its targets without saying so of each. */
async function isReleased(db: Queryable, { incarnation, projectId }: Registration): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from schema_saga.released_target where incarnation = $1
      union all
     select from schema_saga.project where id = $2 and archived_at is not null`,
    [incarnation, projectId],
  )
  return rowCount !== 0
}

async function hadRevision(db: Queryable, { projectId, revision, schemaHash }: Registration): Promise<boolean> {
  const { rowCount } = await db.query(
    'select from schema_saga.schema_revision where project_id = $1 and revision = $2 and schema_hash = $3',
    [projectId, revision, schemaHash],
  )
  return rowCount === 1
}

/** Whose namespace is taken over, by whom. */
export interface TakeOver {
  readonly project: string
  readonly tenant: string
  readonly place: { readonly server: string; readonly namespace: string }
  readonly from: { readonly project: string; readonly catalog: string | null; readonly holder: Holder | null }
  readonly actor: string
}

/**
 * On record in both projects; the tenant that loses its namespace is parked, because no operation could find it any more.
 * Errors: `IN_PROGRESS` while an operation has a record of that tenant.
 */
export async function recordTakeOver(pool: pg.Pool, { project, tenant, place, from, actor }: TakeOver): Promise<void> {
  const { holder } = from
  await inTransaction(pool, async (client) => {
    const details = { tenant, ...place, from_project: from.project, from_catalog: from.catalog }
    if (holder !== null) {
      const open = await openRecordOf(client, holder.project, holder.scope)
      if (open !== null) {
        const text = `Operation ${open.operationId}, which is ${open.status}, has a record of tenant "${holder.scope}" of ${holder.project}: it must end first.`
        throw new RequestRefused('IN_PROGRESS', text)
      }
      await client.query(
        `update schema_saga.tenant
            set state = 'parked', cause = 'operator', reason = $3, reason_code = 'TARGET_DRIFTED', since = now()
          where project_id = $1 and id = $2`,
        [holder.project, holder.scope, `Its namespace was taken over by project "${project}": remove this tenant.`],
      )
      await writeAudit(client, { projectId: holder.project, actor, action: 'tenant_taken_over', details })
    }
    await writeAudit(client, { projectId: project, actor, action: 'tenant_take_over', details })
  })
}
