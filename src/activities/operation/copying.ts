/** Copies of bases, for proofs that take commits: made of what new tenants are made of. */
import { readDumped } from '../../postgres/catalog/sql/givenBaseline.ts'
import type { PlanningOfSql } from '../../postgres/proof/proofOf.ts'
import { requireTemplate } from '../fleet/sqlTemplate.ts'

/** The same with the template of a project's revision, made where none is kept yet. */
export function copying(deps: PlanningOfSql): PlanningOfSql {
  return {
    ...deps,
    template: async (project, recorded) => {
      const { id, base } = project
      if (base === null) throw new Error(`Project ${id} has no base to copy.`)
      const dumped = await readDumped(deps.catalog, id)
      const namespaces = [base.namespace, ...(dumped === null ? [] : [dumped])]
      return await requireTemplate(deps, { project, base, recorded, namespaces })
    },
  }
}
