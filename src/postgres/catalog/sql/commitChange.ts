/** Makes the revision of a change by SQL durable, in the transaction of its operation. */
import type { Plan } from '../../../physical/plan/plan.ts'
import type { Queryable } from '../pool.ts'

/** Does nothing for a plan of models. */
export async function commitChange(db: Queryable, project: string, operationId: string, plan: Plan): Promise<void> {
  const { sqlChange, nextRevision, hash } = plan
  if (sqlChange === undefined) return
  const { name, chain, up, down, takesBack = null } = sqlChange
  const written = await db.query(
    `insert into schema_saga.sql_revision (project_id, revision, name, chain, up, down, takes_back, applied, record)
     select $1, $2, $3, $4, $5, $6, $7::int,
            coalesce((select not q.applied from schema_saga.sql_revision q where q.project_id = $1 and q.revision = $7::int), true),
            p.record
       from schema_saga.sql_proof p where p.operation_id = $8 and p.hash = $9`,
    [project, nextRevision, name, chain, up, down, takesBack, operationId, hash],
  )
  if (written.rowCount !== 1) throw new Error(`The proof of operation ${operationId} is not in the catalog.`)
  // Other operations plan anew for the revision that is there from now on, also where they are tried again.
  await db.query(
    `delete from schema_saga.sql_proof p using schema_saga.operation o where o.id = p.operation_id and o.project_id = $1`,
    [project],
  )
}
