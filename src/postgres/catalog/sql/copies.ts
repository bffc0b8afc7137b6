/** Copies of bases for proofs, noted before they are made, so that one whose worker died is known for what it is. */
import type { Target } from '../../../contract.ts'
import { onCatalog, type Queryable } from '../pool.ts'

/** A namespace beside a base; `token` is in the comment on it. */
export interface BaseCopy {
  readonly namespace: string
  readonly token: string
  readonly base: Target
}

/** Notes one that is about to be made. */
export async function noteCopy(db: Queryable, project: string, { namespace, token, base }: BaseCopy): Promise<void> {
  const values = [namespace, token, project, JSON.stringify(base)]
  await onCatalog(() =>
    db.query('insert into schema_saga.sql_copy (namespace, token, project_id, base) values ($1, $2, $3, $4)', values),
  )
}

/** Forgets one that is gone. */
export async function forgetCopy(db: Queryable, namespace: string): Promise<void> {
  await onCatalog(() => db.query('delete from schema_saga.sql_copy where namespace = $1', [namespace]))
}

/** All that are noted, also those on which a proof is at work. */
export async function readCopies(db: Queryable): Promise<readonly BaseCopy[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<BaseCopy>(
      'select namespace, token, base from schema_saga.sql_copy order by at limit 100',
    )
    return rows
  })
}
