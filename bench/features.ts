/** Parts of schema-saga that may not be there: they are reported as not measured. */
import type { SchemaSagaClient } from '../src/client.ts'

/** Brings the fleet of a project in order; here it finds that all is well. */
export type Reconcile = (project: string) => Promise<unknown>

/** The client's `reconcile`, or null when it has none. */
export function reconcileOf(client: SchemaSagaClient): Reconcile | null {
  return (client as { reconcile?: Reconcile }).reconcile ?? null
}
