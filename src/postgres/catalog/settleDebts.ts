/** What operations left active on tenants that could not be settled with the others. */
import type { Target } from '../../contract.ts'
import { onCatalog, type Queryable } from './pool.ts'

/** An operation that is to be settled on a tenant. */
export interface SettleDebt {
  readonly target: Target
  readonly operationId: string
  readonly planHash: string
}

/** What a tenant owes, as `tenant show --json` prints it. */
export interface OwedOperation {
  readonly operation: string
  readonly since: string
  /** Why the last try did not succeed. */
  readonly error: string | null
  readonly error_code: string | null
}

const WITH_PLAN = `
  from schema_saga.operation o
  join schema_saga.operation_plan p on p.operation_id = o.id and p.hash = o.plan_hash
   and jsonb_array_length(coalesce(p.plan -> 'settle', '[]')) > 0`

/**
 * Tenants that are not active owe what this operation may have left on them from here on. Returns the active ones, as of
 * the same moment: a tenant is either among these, or on record.
 */
export async function oweWhereNotActive(db: Queryable, operationId: string): Promise<readonly Target[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<Target>(
      `with owed as (
         insert into schema_saga.settle_debt (project_id, tenant_id, operation_id)
         select t.project_id, t.id, o.id ${WITH_PLAN}
           join schema_saga.operation_step s on s.operation_id = o.id and s.key = 'tenant_ddl' and s.scope <> ''
            and s.tries > 0 and not s.undone
           join schema_saga.tenant t on t.project_id = o.project_id and t.id = s.scope and t.state <> 'active'
          where o.id = $1
         on conflict do nothing)
       select t.id as scope, t.server_id as server, t.namespace, t.incarnation
         from schema_saga.operation o join schema_saga.tenant t on t.project_id = o.project_id and t.state = 'active'
        where o.id = $1 order by t.server_id, t.id`,
      [operationId],
    )
    return rows
  })
}

/** These tenants owe what this operation may have left on them; nothing when its plan leaves nothing. */
export async function owe(
  db: Queryable,
  operationId: string,
  tenants: readonly string[],
  why?: { readonly error: string; readonly errorCode: string },
): Promise<void> {
  await onCatalog(() =>
    db.query(
      `insert into schema_saga.settle_debt (project_id, tenant_id, operation_id, error, error_code)
       select t.project_id, t.id, o.id, $3, $4 ${WITH_PLAN}
         join schema_saga.tenant t on t.project_id = o.project_id and t.id = any ($2)
        where o.id = $1
       on conflict (project_id, tenant_id, operation_id) do update
          set error = excluded.error, error_code = excluded.error_code`,
      [operationId, tenants, why?.error ?? null, why?.errorCode ?? null],
    ),
  )
}

/** What is owed in a project, the oldest first: by these tenants, or what is due of all. */
export async function listDebts(
  db: Queryable,
  project: string,
  which: { readonly tenants: readonly string[] } | { readonly dueAtMost: number },
): Promise<readonly SettleDebt[]> {
  const [tenants, most] = 'tenants' in which ? [which.tenants, null] : [null, which.dueAtMost]
  return await onCatalog(async () => {
    const { rows } = await db.query<Target & { operationId: string; planHash: string }>(
      `select t.id as scope, t.server_id as server, t.namespace, t.incarnation, o.id as "operationId",
              o.plan_hash as "planHash"
         from schema_saga.settle_debt d
         join schema_saga.tenant t on t.project_id = d.project_id and t.id = d.tenant_id
         join schema_saga.operation o on o.id = d.operation_id
        where d.project_id = $1 and t.state in ('active', 'parked', 'suspended')
          and case when $2::text[] is null then d.try_after is null or d.try_after <= now() else d.tenant_id = any ($2) end
        order by d.since, o.seq, t.id limit $3`,
      [project, tenants, most],
    )
    return rows.map(({ operationId, planHash, ...target }) => ({ target, operationId, planHash }))
  })
}

/** It is settled there. */
export async function forgiveDebt(
  db: Queryable,
  { project, tenant, operationId }: { project: string; tenant: string; operationId: string },
): Promise<void> {
  await onCatalog(() =>
    db.query('delete from schema_saga.settle_debt where project_id = $1 and tenant_id = $2 and operation_id = $3', [
      ...[project, tenant, operationId],
    ]),
  )
}

/** It could not be settled: the next try is due in 1 minute, doubling with each failure to 1 hour. */
export async function postponeDebt(
  db: Queryable,
  debt: { project: string; tenant: string; operationId: string; error: string | null; errorCode: string | null },
): Promise<void> {
  const { project, tenant, operationId, error, errorCode } = debt
  await onCatalog(() =>
    db.query(
      `update schema_saga.settle_debt
          set error = $4, error_code = $5, tries = tries + 1,
              try_after = now() + least(interval '1 minute' * power(2, least(tries, 20)), interval '1 hour')
        where project_id = $1 and tenant_id = $2 and operation_id = $3`,
      [project, tenant, operationId, error, errorCode],
    ),
  )
}

/** What a tenant owes. */
export async function readOwed(db: Queryable, project: string, tenant: string): Promise<OwedOperation[]> {
  const { rows } = await db.query<Omit<OwedOperation, 'since'> & { since: Date }>(
    `select operation_id as operation, since, error, error_code from schema_saga.settle_debt
      where project_id = $1 and tenant_id = $2 order by since, operation_id`,
    [project, tenant],
  )
  return rows.map((row) => ({ ...row, since: row.since.toISOString() }))
}

/** Everything that is owed in a project, as `<tenant> <operation>`. */
export async function readOwedPairs(db: Queryable, project: string): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ pair: string }>(
    `select tenant_id || ' ' || operation_id as pair from schema_saga.settle_debt where project_id = $1`,
    [project],
  )
  return new Set(rows.map(({ pair }) => pair))
}
