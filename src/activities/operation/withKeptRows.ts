/** What another tool is to know of a change by SQL, where it keeps anything at all. */
import { BASE_SCOPE } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import type { Plan } from '../../physical/plan/plan.ts'
import type { Project } from '../../postgres/catalog/projects/projects.ts'
import type { PlanningOfSql } from '../../postgres/proof/proofOf.ts'
import { databasesOf, lookAtDatabase } from '../../postgres/sessions/databases.ts'
import { KEPT_TABLES, type KeptRows } from '../../sql/change/keptRows.ts'
import { operationTargets } from './operationTargets.ts'

/** The plan with the rows in it. Errors: `NOT_APPLICABLE` where no tenant has the table, so that none would be written. */
export async function withKeptRows(
  deps: PlanningOfSql,
  project: Project,
  plan: Plan,
  kept: KeptRows | undefined,
): Promise<Plan> {
  if (kept === undefined || plan.sqlChange === undefined) return plan
  const tenants = (await operationTargets(deps.catalog, project.id)).filter(({ scope }) => scope !== BASE_SCOPE)
  const { databases } = await databasesOf(deps.targetPools, tenants)
  const table = KEPT_TABLES[kept.tool]
  let isKept = tenants.length === 0
  for (const database of databases) {
    if (isKept) break
    const namespaces = database.map(({ namespace }) => namespace)
    const look = await lookAtDatabase(deps.targetPools, database, async (client) => {
      const { rowCount } = await client.query(
        `SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = ANY ($1::text[]) AND c.relname = $2 LIMIT 1`,
        [namespaces, table],
      )
      return rowCount === 1
    })
    // One that cannot be reached is named by preflight.
    isKept = 'lost' in look || look.found
  }
  if (isKept) return { ...plan, sqlChange: { ...plan.sqlChange, kept } }
  const text = `No tenant of project "${project.id}" has a table "${table}", in which ${kept.tool} would keep the change: leave --keep out.`
  throw new RequestRefused('NOT_APPLICABLE', text)
}
