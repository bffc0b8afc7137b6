/** A new base or tenant, whoever asks for it: its namespace with all tables at the project's revision. */
import type { Target } from '../../contract.ts'
import { provisionSql, schemaHashOf } from '../../physical/plan/planMutation.ts'
import { projectSchema } from '../../physical/project.ts'
import { requireClaim } from '../../postgres/adoption/claim.ts'
import { catalogIdOf } from '../../postgres/catalog/projects/identity.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import { type ProvisionedTarget, provisionTarget } from '../../postgres/target/provisionTarget.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { makeSqlBase } from './makeSqlBase.ts'

/** Creates the namespace, or takes an empty one. Errors: those of `provisionTarget`, and whose it is. */
export async function makeTarget(
  { catalog, targetPools }: Pick<ActivityDependencies, 'catalog' | 'targetPools'>,
  { project, target }: { readonly project: string; readonly target: Target },
): Promise<ProvisionedTarget> {
  const known = await requireProject(catalog, project)
  if (known.kind === 'sql') return await makeSqlBase({ catalog, targetPools }, { project: known, target })
  const { schema, revision } = known
  return await provisionTarget(targetPools, {
    target,
    projectId: project,
    revision,
    schemaHash: schemaHashOf(revision, schema),
    statements: provisionSql(projectSchema(schema)),
    catalogId: await catalogIdOf(catalog),
    claim: (registration) => requireClaim({ catalog, targetPools }, { project, place: target, registration }),
  })
}
