/** A tenant's revision in the catalog follows what was done to the tenant. */
import type pg from 'pg'
import type { Direction } from '../../../contract.ts'

/** Moves one tenant. */
export async function moveTenant(
  client: pg.PoolClient,
  operationId: string,
  tenant: string,
  direction: 'forward' | 'back',
): Promise<void> {
  await moveTenants(client, {
    operationId,
    tenants: [tenant],
    direction: direction === 'back' ? 'compensate' : direction,
  })
}

/** A tenant that another operation has moved meanwhile is left alone; two operations can have meant a different revision. */
export async function moveTenants(
  client: pg.PoolClient,
  { operationId, tenants, direction }: { operationId: string; tenants: readonly string[]; direction: Direction },
): Promise<void> {
  const base = { revision: 'baseRevision', hash: 'schemaHash' }
  const next = { revision: 'nextRevision', hash: 'nextSchemaHash' }
  const [from, to] = direction === 'forward' ? [base, next] : [next, base]
  await client.query(
    // The plan may be long: what is needed of it is taken out once, not for each tenant.
    `with move as materialized (
       select o.id, o.project_id, (p.plan ->> $3)::int as to_revision, p.plan ->> $4 as to_hash,
              (p.plan ->> $5)::int as from_revision, p.plan ->> $6 as from_hash
         from schema_saga.operation o
         join schema_saga.operation_plan p on p.operation_id = o.id and p.hash = o.plan_hash
        where o.id = $1
        limit 1)
     update schema_saga.tenant t
        set revision = m.to_revision, schema_hash = m.to_hash, operation_id = m.id
       from move m
      where t.project_id = m.project_id and t.id = any ($2::text[])
        and t.revision = m.from_revision and t.schema_hash = m.from_hash
        and ($7 or t.operation_id = m.id)`,
    [operationId, tenants, to.revision, to.hash, from.revision, from.hash, direction === 'forward'],
  )
}
