/** A baseline that a worker writes down: only workers hold connection strings. */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { type DumpedNamespace, type DumpedPlace, inspectWorkflowId } from '../../contract.ts'
import { requireText } from '../../postgres/catalog/sql/changes.ts'
import { runWorkflow, type WorkflowAccess } from '../workflows.ts'

/** The text, as if a file of pg_dump had been given. Errors: `DUMP_UNAVAILABLE`, `TARGET_GONE`, `FORBIDDEN`. */
export async function dumpBaseline(
  deps: WorkflowAccess & { readonly catalog: pg.Pool },
  { project, actor, ...place }: DumpedPlace & { readonly project: string; readonly actor: string },
): Promise<{ text: string; source: string; namespace: string }> {
  const { server, namespace } = place
  const dumped = (await runWorkflow(deps, 'inspectFleet', [{ project, kind: 'dump', actor, ...place }], {
    workflowId: inspectWorkflowId(project, 'dump', randomUUID()),
    staticSummary: `dump of ${server}/${namespace} for ${project}`,
  })) as DumpedNamespace
  const text = await requireText(deps.catalog, dumped.sha256)
  return { text, source: `the dump of ${server}/${namespace}`, namespace: dumped.namespace }
}
