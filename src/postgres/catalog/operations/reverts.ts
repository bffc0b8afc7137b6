/** What the ledger knows of an operation that is to be taken back. */
import { RequestRefused } from '../../../errors.ts'
import type { Mutation } from '../../../logical/mutations/index.ts'
import { isRevert, isSql, parseOperationRequest } from '../../../logical/parse/revertRequest.ts'
import type { LogicalSchema } from '../../../logical/schema.ts'
import { kindOf } from '../../../physical/changes/index.ts'
import { setAsideBy } from '../../../physical/naming.ts'
import type { Plan } from '../../../physical/plan/plan.ts'
import type { LaterRevision, RevertedOperation, RevertFacts } from '../../../physical/plan/planRevert.ts'
import { onCatalog, type Queryable } from '../pool.ts'
import { purgedAmong } from '../setAside/purges.ts'
import { loadPlan } from './plans.ts'
import { type Operation, readRequest, requireOperation } from './read.ts'

/** What of the facts the ledger holds. */
type LedgerFacts = Pick<RevertFacts, 'reverted' | 'later' | 'purged' | 'bornLater'>

/** Reads them. Errors: `OPERATION_NOT_FOUND`, `NOT_APPLICABLE` for one that has not committed or changed nothing. */
export async function readRevertFacts(db: Queryable, projectId: string, id: string): Promise<LedgerFacts> {
  const operation = await requireRevertible(db, projectId, id)
  const { plan } = await requirePlan(db, operation)
  const reverted: RevertedOperation = { id, plan, ...(await readOrigin(db, operation)) }
  return {
    reverted,
    later: await readLater(db, projectId, plan.nextRevision),
    purged: await purgedAmong(db, projectId, asideNamesOf(plan)),
    bornLater: await countBornLater(db, projectId, id),
  }
}

async function requireRevertible(db: Queryable, projectId: string, id: string): Promise<Operation> {
  const operation = await requireOperation(db, id)
  if (operation.projectId !== projectId) {
    throw new RequestRefused('OPERATION_NOT_FOUND', `Project "${projectId}" has no operation "${id}".`)
  }
  if (operation.status !== 'committed') {
    const text = `Operation "${id}" is ${operation.status}: only one that has committed can be reverted.`
    throw new RequestRefused('NOT_APPLICABLE', text)
  }
  if (operation.unchanged) {
    throw new RequestRefused('NOT_APPLICABLE', `Operation "${id}" changed nothing: there is nothing to revert.`)
  }
  return operation
}

/** Follows reverts of reverts to the mutation at the beginning; every second one applies it again. */
async function readOrigin(
  db: Queryable,
  operation: Operation,
): Promise<Pick<RevertedOperation, 'mutation' | 'origin' | 'applied'>> {
  let current = operation
  for (let applied = true; ; applied = !applied) {
    const request = parseOperationRequest((await readRequest(db, current.id)).mutation)
    if (isSql(request)) throw new Error(`Operation ${current.id} of a project of models is one of SQL.`)
    if (!isRevert(request)) return { applied, ...(await originOf(db, current, request)) }
    current = await requireOperation(db, request.operation_id)
  }
}

async function originOf(
  db: Queryable,
  operation: Operation,
  mutation: Mutation,
): Promise<Pick<RevertedOperation, 'mutation' | 'origin'>> {
  const { before } = await requirePlan(db, operation)
  return { mutation, origin: { operationId: operation.id, before } }
}

async function requirePlan(db: Queryable, { id, planHash }: Operation): Promise<{ plan: Plan; before: LogicalSchema }> {
  return await loadPlan(db, id, planHash ?? '')
}

async function readLater(db: Queryable, projectId: string, revision: number): Promise<LaterRevision[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ operationId: string | null; schema: LogicalSchema; takesBack: string | null }>(
      `select r.operation_id as "operationId", r.schema,
              case when o.request ->> 'type' = 'revert' then o.request ->> 'operation_id' end as "takesBack"
         from schema_saga.schema_revision r left join schema_saga.operation o on o.id = r.operation_id
        where r.project_id = $1 and r.revision >= $2 order by r.revision`,
      [projectId, revision],
    )
    return rows.slice(1).flatMap(({ operationId, schema, takesBack }, index) => {
      const before = rows[index]?.schema
      if (before === undefined) return []
      return [
        { operationId: operationId ?? 'unknown', before, after: schema, ...(takesBack !== null && { takesBack }) },
      ]
    })
  })
}

function asideNamesOf(plan: Plan): readonly string[] {
  return plan.changes.flatMap((change) => {
    const aside = setAsideBy(kindOf(change).names(change))
    return aside === null ? [] : [aside.asideName]
  })
}

/** Tenants that have no record in the operation. */
async function countBornLater(db: Queryable, projectId: string, id: string): Promise<number> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ count: number }>(
      `select count(*)::int as count from schema_saga.tenant t
        where t.project_id = $1 and t.state in ('active', 'parked', 'suspended')
          and not exists (select from schema_saga.operation_step s
                           where s.operation_id = $2 and s.key = 'tenant_ddl' and s.scope = t.id)`,
      [projectId, id],
    )
    return rows[0]?.count ?? 0
  })
}
