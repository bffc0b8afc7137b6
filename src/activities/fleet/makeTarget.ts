/** A new base or tenant, whoever asks for it: its namespace with all tables at the project's revision. */
import type pg from 'pg'
import type { Target } from '../../contract.ts'
import { provisionSql, schemaHashOf } from '../../physical/plan/planMutation.ts'
import { projectSchema } from '../../physical/project.ts'
import { requireClaim } from '../../postgres/adoption/claim.ts'
import { catalogIdOf } from '../../postgres/catalog/projects/identity.ts'
import { type Project, requireProject } from '../../postgres/catalog/projects/projects.ts'
import { type ProvisionedTarget, type ProvisionTarget, provisionTarget } from '../../postgres/target/provisionTarget.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { makeSqlBase } from './makeSqlBase.ts'

/** What new targets of a project are made of. */
type Pattern = Omit<ProvisionTarget, 'target' | 'claim'>

/** Creates the namespace, or takes an empty one. Errors: those of `provisionTarget`, and whose it is. */
export async function makeTarget(
  deps: Pick<ActivityDependencies, 'catalog' | 'targetPools'>,
  { project, target }: { readonly project: string; readonly target: Target },
): Promise<ProvisionedTarget> {
  const { catalog } = deps
  const known = await requireProject(catalog, project)
  if (known.kind === 'sql') return await makeSqlBase(deps, { project: known, target })
  return await makeAfter(deps, await patternOf(catalog, known), target)
}

/** What a target of the project, which is described by models, is made of at its revision: the same for many. */
export async function patternOf(catalog: pg.Pool, { id: project, schema, revision }: Project): Promise<Pattern> {
  return {
    projectId: project,
    revision,
    schemaHash: schemaHashOf(revision, schema),
    statements: provisionSql(projectSchema(schema)),
    catalogId: await catalogIdOf(catalog),
  }
}

/** Makes one of them. Errors: those of `makeTarget`. */
export async function makeAfter(
  { catalog, targetPools }: Pick<ActivityDependencies, 'catalog' | 'targetPools'>,
  pattern: Pattern,
  target: Target,
): Promise<ProvisionedTarget> {
  const { projectId: project } = pattern
  return await provisionTarget(targetPools, {
    ...pattern,
    target,
    claim: (registration) => requireClaim({ catalog, targetPools }, { project, place: target, registration }),
  })
}
