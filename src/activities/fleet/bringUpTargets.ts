/** Many tenants of one server brought up together: each in the steps of one alone, those that miss the same by one sweep. */
import pMap from 'p-map'
import type {
  BroughtUp,
  CatchUpTenantsActivities,
  Comeback,
  MovedTenant,
  TargetProblem,
  TargetWork,
} from '../../contract.ts'
import { NOT_RETRYABLE, RequestRefused, SagaError } from '../../errors.ts'
import { groupedBy } from '../../groupedBy.ts'
import { standTarget } from '../../postgres/adoption/standTarget.ts'
import { activeAmong, decideCatchUps } from '../../postgres/catalog/tenants/catchUpMany.ts'
import { problemOf } from '../../postgres/sessions/databases.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { isOfOne } from '../import/importNamespace.ts'
import { lookAtComers } from './lookAtComers.ts'
import { sweepPlan } from './sweepPlan.ts'

/** Targets whose tables are looked at side by side: most of the time of each is that of its server. */
const AT_ONCE = 8

/** What it takes. */
type Dependencies = Pick<ActivityDependencies, 'catalog' | 'targetPools'>

type Asked = Parameters<CatchUpTenantsActivities['bringUpTargets']>[0]

/** How it is stopped, and whom it tells. */
interface Course {
  readonly signal: AbortSignal
  readonly report: (details: unknown) => void
}

/** What has come of the tenants until now. */
interface Sorted {
  active: number
  readonly later: TargetProblem[]
  readonly refused: TargetProblem[]
  readonly alone: string[]
  readonly moved: MovedTenant[]
  /** Where each was when it was first looked at. */
  readonly found: Map<string, number>
}

/** Goes on, step after step, with those for which there is a next one. Repeating it is harmless. */
export async function bringUpTargets(deps: Dependencies, asked: Asked, course: Course): Promise<BroughtUp> {
  const sorted: Sorted = { active: 0, later: [], refused: [], alone: [], moved: [], found: new Map() }
  const there = await activeAmong(
    deps.catalog,
    asked.project,
    asked.comebacks.map(({ target }) => target),
  )
  for (const { target, revision = null } of asked.comebacks) {
    const to = there.get(target.scope)
    if (to !== undefined) become(sorted, { id: target.scope, from: revision, to })
  }
  let comers = await standAll(
    deps,
    asked,
    asked.comebacks.filter(({ target }) => !there.has(target.scope)),
    { sorted, course },
  )
  while (comers.length > 0) {
    course.report({ active: sorted.active, of: asked.comebacks.length })
    comers = await goOn(deps, asked, comers, { sorted, course })
  }
  const { found: _, ...brought } = sorted
  return brought
}

function become(sorted: Sorted, moved: MovedTenant): void {
  sorted.active += 1
  sorted.moved.push(moved)
}

interface Ends {
  readonly sorted: Sorted
  readonly course: Course
}

/** Looks which revision the tables of each have; those on which operations have left work are brought up alone. */
async function standAll(
  { catalog, targetPools }: Dependencies,
  { project, actor, look }: Asked,
  comebacks: readonly Comeback[],
  { sorted, course: { signal } }: Ends,
): Promise<readonly Comeback[]> {
  const byPerson = look === 'person'
  const standing: Comeback[] = []
  const stand = async (comeback: Comeback): Promise<void> => {
    const { target, adopt: isNew } = comeback
    try {
      const stood = await standTarget({ catalog, targetPools }, { project, target, actor, isNew, byPerson })
      if (stood === null && byPerson) sorted.alone.push(target.scope)
      else standing.push(comeback)
    } catch (error) {
      if (!isOfOne(error)) throw error
      sort(sorted, problemOf(target, error))
    }
  }
  await pMap(comebacks, stand, { concurrency: AT_ONCE, signal })
  return standing
}

/** One step of each; returns those for which it is not the last. */
async function goOn(
  deps: Dependencies,
  { project, actor }: Asked,
  comers: readonly Comeback[],
  { sorted, course: { signal } }: Ends,
): Promise<readonly Comeback[]> {
  const targets = comers.map(({ target }) => target)
  const looks = await lookAtComers(deps, project, targets, signal)
  const seen = comers.flatMap(({ target, since }) => {
    const look = looks.get(target.scope)
    if (look !== undefined && !(look instanceof SagaError)) {
      if (!sorted.found.has(target.scope)) sorted.found.set(target.scope, look.revision)
      return [{ project, target, look, actor, since }]
    }
    if (look !== undefined) sort(sorted, problemOf(target, look))
    return []
  })
  const steps = await decideCatchUps(deps.catalog, project, seen)
  const works: TargetWork[] = []
  for (const [index, step] of steps.entries()) {
    const { target } = seen[index] as (typeof seen)[number]
    if (step instanceof SagaError) sort(sorted, problemOf(target, step))
    else if (step.do === 'active')
      become(sorted, { id: target.scope, from: sorted.found.get(target.scope) ?? null, to: step.revision })
    else if (step.do === 'apply') works.push(step.work)
    else if (step.do === 'undo') sorted.alone.push(target.scope)
    else wait(sorted, target.scope, step)
  }
  const moved = new Set<string>()
  for (const alike of groupedBy(works, ({ operationId, planHash }) => `${operationId} ${planHash}`).values()) {
    const { done, problems, left } = await sweepPlan(deps, project, alike, signal)
    for (const scope of done) moved.add(scope)
    for (const problem of problems) sort(sorted, problem)
    sorted.alone.push(...left)
  }
  return comers.filter(({ target }) => moved.has(target.scope))
}

function sort({ later, refused }: Sorted, problem: TargetProblem): void {
  if (NOT_RETRYABLE.includes(problem.errorType)) refused.push(problem)
  else later.push(problem)
}

/** What waits for a person is not waited for. */
function wait(
  { later, refused }: Sorted,
  scope: string,
  { operationId, status }: { readonly operationId: string; readonly status: string },
): void {
  const text = `Tenant "${scope}" has a record in operation ${operationId}, which is ${status}: try again once that is final.`
  const problem = problemOf({ scope } as TargetWork['target'], new RequestRefused('IN_PROGRESS', text))
  if (status === 'needs_repair') refused.push(problem)
  else later.push(problem)
}
