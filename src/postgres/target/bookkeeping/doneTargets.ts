/** Which targets an operation is done with: one query of the markers for all targets of a database. */
import type { ClientBase } from 'pg'
import type { Direction, Target } from '../../../contract.ts'
import type { TargetExecution } from '../stage/execution.ts'
import { waitForDisk } from '../stage/waitForDisk.ts'

/** Targets that are done, with whether their undo had something to undo; asked by target and epoch. */
export interface DoneTargets {
  readonly find: (target: Target, epoch: number) => { readonly touched: boolean } | undefined
}

interface Row {
  readonly namespace: string
  readonly incarnation: string
  readonly epoch: number
  readonly touched: boolean
}

// A namespace that is gone or was made anew is not done, whatever its markers say.
const STILL_THERE = `
    JOIN schema_saga_target.target t
      ON t.namespace = m.namespace AND t.incarnation = m.incarnation AND t.project_id = $5
    JOIN pg_catalog.pg_namespace n ON n.nspname = m.namespace
   WHERE m.namespace = ANY ($1::text[]) AND m.operation_id = $2 AND m.plan_hash = $3`

const QUERIES: Readonly<Record<Direction, string>> = {
  // $4: the last stage.
  forward: `
  SELECT m.namespace, m.incarnation, m.epoch, true AS touched FROM schema_saga_target.marker m ${STILL_THERE}
     AND m.stage = $4 AND m.state = 'applied'`,
  // $4: the number of stages, each of which has its undo or its tombstone in that epoch.
  compensate: `
  SELECT m.namespace, m.incarnation, m.epoch,
         EXISTS (SELECT FROM schema_saga_target.marker o
                  WHERE o.namespace = m.namespace AND o.incarnation = m.incarnation AND o.operation_id = $2
                    AND o.undone_in = m.epoch) AS touched
    FROM schema_saga_target.marker m ${STILL_THERE} AND m.state = 'compensated'
   GROUP BY m.namespace, m.incarnation, m.epoch
  HAVING count(*) = $4 AND NOT EXISTS (
           SELECT FROM schema_saga_target.marker o
            WHERE o.namespace = m.namespace AND o.incarnation = m.incarnation AND o.operation_id = $2
              AND o.state IN ('started', 'applied'))`,
}

/** Looks which of the targets, all in this database, need nothing any more in that direction. */
export async function findDoneTargets(
  client: ClientBase,
  work: Pick<TargetExecution, 'projectId' | 'operationId' | 'plan'>,
  direction: Direction,
  targets: readonly Target[],
): Promise<DoneTargets> {
  const { forward, hash } = work.plan
  const { rows } = await client.query<Row>(QUERIES[direction], [
    targets.map(({ namespace }) => namespace),
    work.operationId,
    hash,
    direction === 'forward' ? (forward.at(-1)?.stage ?? 0) : forward.length,
    work.projectId,
  ])
  if (rows.length > 0) await waitForDisk(client)
  const done = new Map(rows.map((row) => [keyOf(row, row.epoch), { touched: row.touched }]))
  return { find: (target, epoch) => done.get(keyOf(target, epoch)) }
}

function keyOf({ namespace, incarnation }: Pick<Target, 'namespace' | 'incarnation'>, epoch: number): string {
  return JSON.stringify([namespace, incarnation, epoch])
}
