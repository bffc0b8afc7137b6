/** Makes the revision of a change by SQL durable, in the transaction of its operation. */
import type { Plan } from '../../../physical/plan/plan.ts'
import type { Queryable } from '../pool.ts'

/** Does nothing for a plan of models. */
export async function commitChange(db: Queryable, project: string, operationId: string, plan: Plan): Promise<void> {
  const { sqlChange, nextRevision, hash } = plan
  if (sqlChange === undefined) return
  const { name, chain, up, down, parts = null, takesBack = null } = sqlChange
  const written = await db.query(
    `insert into schema_saga.sql_revision (project_id, revision, name, chain, up, down, takes_back, applied, parts, record)
     select $1, $2, $3, $4, $5, $6, $7::int, coalesce(not q.applied, true), coalesce($10::jsonb, q.parts), p.record
       from schema_saga.sql_proof p
       left join schema_saga.sql_revision q on q.project_id = $1 and q.revision = $7::int
      where p.operation_id = $8 and p.hash = $9`,
    [project, nextRevision, name, chain, up, down, takesBack, operationId, hash, parts && JSON.stringify(parts)],
  )
  if (written.rowCount !== 1) throw new Error(`The proof of operation ${operationId} is not in the catalog.`)
  // Other operations plan anew for the revision that is there from now on, also where they are tried again.
  await db.query(
    `delete from schema_saga.sql_proof p using schema_saga.operation o where o.id = p.operation_id and o.project_id = $1`,
    [project],
  )
}
