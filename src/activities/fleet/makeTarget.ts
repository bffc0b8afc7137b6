/** A new base or tenant, whoever asks for it: its namespace with all tables at the project's revision. */
import { BASE_SCOPE, type Target } from '../../contract.ts'
import { provisionSql, schemaHashOf } from '../../physical/plan/planMutation.ts'
import { projectSchema } from '../../physical/project.ts'
import { requireClaim } from '../../postgres/adoption/claim.ts'
import { catalogIdOf } from '../../postgres/catalog/projects/identity.ts'
import { type Project, requireProject } from '../../postgres/catalog/projects/projects.ts'
import { type ProvisionedTarget, type ProvisionTarget, provisionTarget } from '../../postgres/target/provisionTarget.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { makeSqlBase } from './makeSqlBase.ts'
import { sqlPattern } from './sqlPattern.ts'

/** What new targets of a project are made of. */
export type Pattern = Omit<ProvisionTarget, 'target' | 'claim'> & {
  /** Whether each would hold the others up: then one at a time is faster. */
  readonly alone?: boolean
}

/** Creates the namespace, or takes an empty one. Errors: those of `provisionTarget`, and whose it is. */
export async function makeTarget(
  deps: Pick<ActivityDependencies, 'catalog' | 'targetPools'>,
  { project, target }: { readonly project: string; readonly target: Target },
): Promise<ProvisionedTarget> {
  const known = await requireProject(deps.catalog, project)
  if (known.kind === 'sql' && target.scope === BASE_SCOPE) return await makeSqlBase(deps, { project: known, target })
  return await makeAfter(deps, await patternOf(deps, known), target)
}

/** What a tenant of the project, and a base of models, is made of at its revision: the same for many. Errors: those of `sqlPattern`. */
export async function patternOf(
  deps: Pick<ActivityDependencies, 'catalog' | 'targetPools'>,
  known: Project,
): Promise<Pattern> {
  if (known.kind === 'sql') return await sqlPattern(deps, known)
  const { id: project, schema, revision } = known
  return {
    projectId: project,
    revision,
    schemaHash: schemaHashOf(revision, schema),
    statements: provisionSql(projectSchema(schema)),
    catalogId: await catalogIdOf(deps.catalog),
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
