/** What operations left active on tenants that could not be settled with the others. */
import type { Target } from '../../../contract.ts'
import { onCatalog, type Queryable } from '../pool.ts'

/** An operation that is to be settled on a target; '' where the ledger knows none. */
export interface SettleDebt {
  readonly target: Target
  readonly operationId: string
}

/** What a tenant owes, as `tenant show --json` prints it. */
export interface OwedOperation {
  /** Null where the ledger knows no operation that may have left it. */
  readonly operation: string | null
  /** Since when it is noted. */
  readonly since: string
  /** What was found there; null where nobody has looked yet. */
  readonly objects: readonly string[] | null
  /** Why the last try did not succeed. */
  readonly error: string | null
  /** One of docs/errors.md; null where nobody has looked yet. */
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

/** These targets owe what this operation may have left on them, the base as ''; nothing when its plan leaves nothing. */
export async function owe(
  db: Queryable,
  operationId: string,
  scopes: readonly string[],
  why?: { readonly error: string; readonly errorCode: string },
): Promise<void> {
  await onCatalog(() =>
    db.query(
      `insert into schema_saga.settle_debt (project_id, tenant_id, operation_id, error, error_code)
       select o.project_id, s.scope, o.id, $3, $4 ${WITH_PLAN}
         cross join unnest($2::text[]) as s (scope)
        where o.id = $1 and (s.scope = '' or exists (
          select from schema_saga.tenant t where t.project_id = o.project_id and t.id = s.scope))
       on conflict (project_id, tenant_id, operation_id) do update
          set error = excluded.error, error_code = excluded.error_code`,
      [operationId, scopes, why?.error ?? null, why?.errorCode ?? null],
    ),
  )
}

/** What is owed in a project, the oldest first: by these targets, or what is due of all. */
export async function listDebts(
  db: Queryable,
  project: string,
  which: { readonly scopes: readonly string[] } | { readonly dueAtMost: number },
): Promise<readonly SettleDebt[]> {
  const [scopes, most] = 'scopes' in which ? [which.scopes, null] : [null, which.dueAtMost]
  return await onCatalog(async () => {
    const { rows } = await db.query<Target & { operationId: string }>(
      `with place as (
         select id as scope, server_id as server, namespace, incarnation from schema_saga.tenant
          where project_id = $1 and state in ('active', 'parked', 'suspended')
         union all
         select '', base_server, base_namespace, base_incarnation from schema_saga.project
          where id = $1 and base_server is not null)
       select p.*, d.operation_id as "operationId"
         from schema_saga.settle_debt d join place p on p.scope = d.tenant_id
        where d.project_id = $1
          and case when $2::text[] is null then d.try_after is null or d.try_after <= now() else d.tenant_id = any ($2) end
        order by d.since, d.operation_id, p.scope limit $3`,
      [project, scopes, most],
    )
    return rows.map(({ operationId, ...target }) => ({ target, operationId }))
  })
}

/** Nothing is left there but what these operations still need. */
export async function forgiveDebts(
  db: Queryable,
  { project, scope, but = [] }: { project: string; scope: string; but?: readonly string[] },
): Promise<void> {
  await onCatalog(() =>
    db.query(
      'delete from schema_saga.settle_debt where project_id = $1 and tenant_id = $2 and operation_id <> all ($3)',
      [project, scope, but],
    ),
  )
}

/** The same of many tenants on which nothing was found. */
export async function forgiveAllDebts(db: Queryable, project: string, scopes: readonly string[]): Promise<void> {
  await onCatalog(() =>
    db.query('delete from schema_saga.settle_debt where project_id = $1 and tenant_id = any ($2)', [project, scopes]),
  )
}

/** They could not be settled: the next try is due in 1 minute, doubling with each failure to 1 hour. */
export async function postponeDebts(
  db: Queryable,
  debts: {
    readonly project: string
    readonly scope: string
    /** All of them when it is null. */
    readonly operations: readonly string[] | null
    readonly error: string | null
    readonly errorCode: string | null
  },
): Promise<void> {
  const { project, scope, operations, error, errorCode } = debts
  await onCatalog(() =>
    db.query(
      `update schema_saga.settle_debt
          set error = $4, error_code = $5, tries = tries + 1,
              try_after = now() + least(interval '1 minute' * power(2, least(tries, 20)), interval '1 hour')
        where project_id = $1 and tenant_id = $2 and ($3::text[] is null or operation_id = any ($3))`,
      [project, scope, operations, error, errorCode],
    ),
  )
}

/** What a tenant owes, or the base as ''. */
export async function readOwed(db: Queryable, project: string, scope: string): Promise<OwedOperation[]> {
  const { rows } = await db.query<Omit<OwedOperation, 'since'> & { since: Date }>(
    `select nullif(operation_id, '') as operation, since, objects, error, error_code from schema_saga.settle_debt
      where project_id = $1 and tenant_id = $2 order by since, operation_id`,
    [project, scope],
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
