/** A tenant's revision in the catalog follows what was done to the tenant. */
import type pg from 'pg'

/** A tenant that another operation has moved meanwhile is left alone; two operations can have meant a different revision. */
export async function moveTenant(
  client: pg.PoolClient,
  operationId: string,
  tenant: string,
  direction: 'forward' | 'back',
): Promise<void> {
  const base = { revision: 'baseRevision', hash: 'schemaHash' }
  const next = { revision: 'nextRevision', hash: 'nextSchemaHash' }
  const [from, to] = direction === 'forward' ? [base, next] : [next, base]
  await client.query(
    `update schema_saga.tenant t
        set revision = (p.plan ->> $3)::int, schema_hash = p.plan ->> $4, operation_id = o.id
       from schema_saga.operation o
       join schema_saga.operation_plan p on p.operation_id = o.id and p.hash = o.plan_hash
      where o.id = $1 and t.project_id = o.project_id and t.id = $2
        and t.revision = (p.plan ->> $5)::int and t.schema_hash = p.plan ->> $6
        and ($7 or t.operation_id = o.id)`,
    [operationId, tenant, to.revision, to.hash, from.revision, from.hash, direction === 'forward'],
  )
}
