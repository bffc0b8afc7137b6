/** What the base tells of a statement that is to run in batches: whether it has a key for them, and whether passes repeat. */
import type { ClientBase } from 'pg'
import { MutationRejected } from '../../errors.ts'
import { ident } from '../../physical/sql.ts'
import type { ScriptBatch, ScriptStage } from '../../sql/script/script.ts'
import { batchKey } from '../target/script/batchKey.ts'
import { deletes } from '../target/script/batchStatements.ts'
import type { ScriptPlace } from '../target/script/place.ts'
import { asOwner } from '../target/script/statements.ts'

/** A statement in batches, as it went on the base where there were rows for it. */
export interface BatchOnBase {
  readonly place: string
  readonly table: string
  /** Whether no row that it wrote meets its condition any more. */
  readonly repeats: boolean
}

/** Errors: `BATCH_UNSUPPORTED`, which names the table and the key. */
export async function requireBatchKey(
  client: ClientBase,
  namespace: string,
  { batch, statements }: ScriptStage,
): Promise<void> {
  if (batch === undefined) return
  const key = await batchKey(client, namespace, batch)
  if (typeof key !== 'string') return
  const sentence = `${statements[0]?.place}: the statement does not run in batches: ${key}. Let it run whole.`
  throw new MutationRejected('BATCH_UNSUPPORTED', sentence)
}

/** Asked behind it, in the transaction that ran it whole; null where the grammar tells, or nothing was written. */
export async function batchOnBase(
  client: ClientBase,
  place: ScriptPlace,
  { batch, statements }: ScriptStage,
  where: string,
): Promise<BatchOnBase | null> {
  const [statement] = statements
  if (batch === undefined || statement === undefined) return null
  // Of these the grammar tells.
  if (deletes(batch) || batch.condition === null) return null
  const { rows } = await asOwner(client, place, where, (run) =>
    run<{ meets: boolean | null }>(meetsAfterwards(place.namespace, batch), statement.place),
  )
  const meets = rows[0]?.meets ?? null
  return meets === null ? null : { place: statement.place, table: batch.table, repeats: !meets }
}

function meetsAfterwards(namespace: string, { table, condition }: ScriptBatch): string {
  const name = ident(namespace)
  const meets = condition?.join(name) ?? 'true'
  return `SELECT bool_or(coalesce((${meets}), false)) AS meets FROM ${name}.${ident(table)} WHERE ${ident(table)}.xmin = pg_current_xact_id()::xid`
}
